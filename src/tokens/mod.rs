//! Offline inspection of tokens (domain.md 5): what a token claims, whether its signature holds against a JWKS file, and what is wrong
//! with it, as checks J01-J27.
//!
//! Pure: the time is an argument, files and inventory are handed in ([`KeySet`], [`Known`]), nothing is fetched, whatever a header asks for.
//! No raw token and no signature leaves this module: answers hold names, verdicts and those claims that domain.md 5.5 allows, so that
//! whoever shows or keeps an [`Inspection`] cannot leak more than that. The text of a token is wiped when it is let go.

mod audience_checks;
mod bulk;
mod catalogue;
mod claim_checks;
mod claims;
mod compact;
mod header_checks;
mod input;
mod inspect;
mod keys;
mod known;
mod ledger;
mod personal;
mod reference;
mod shown;
mod signature;
mod strict_json;
mod verify;

pub use bulk::{Bulk, ClaimSet, Kind, Lifetimes};
pub use catalogue::{CATALOGUE, CheckInfo};
pub use claim_checks::TimeState;
pub use claims::{Claims, ClientClaim, Dialect, ScopeClaim};
pub use input::{Given, Items, Refused, TOKENS, read, wipe};
pub use inspect::{Asked, Form, Inspection, Overall, inspect};
pub use keys::{KeyFault, KeySet};
pub use known::{Known, Named};
pub use ledger::{Finding, Ledger, Severity, Verdict};
pub use shown::ShownClaim;
pub use signature::{Signature, Unverified, check_signature};

/// Clock skew that is forgiven, milliseconds (domain.md 5.1).
pub const SKEW_MS: i64 = 60_000;
