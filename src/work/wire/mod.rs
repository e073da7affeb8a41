//! Wire shapes: requests and answers of the one `rpc` door and of `--json`, as the window sees them; `cargo xtask gen` turns them into `ui/src/api/gen.ts`.
//!
//! Ids are strings, counts are numbers that fit, unknown is null. Every answer that shows data names its revision and as-of time.
//!
//! One file for each page or part; every shape is named here again, so that callers need not know where it stands.

mod blast;
mod breach;
mod enforcement;
mod frame;
mod imports;
mod overview;
mod packs;
mod panel;
mod questions;
mod rotations;
mod settings;
mod tables;
mod third_parties;
mod tokens;
mod what_if;

pub use blast::*;
pub use breach::*;
pub use enforcement::*;
pub use frame::*;
pub use imports::*;
pub use overview::*;
pub use packs::*;
pub use panel::*;
pub use questions::*;
pub use rotations::*;
pub use settings::*;
pub use tables::*;
pub use third_parties::*;
pub use tokens::*;
pub use what_if::*;
