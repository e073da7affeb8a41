//! The one door to the core: the list of commands, their requests and answers, and dispatch.
//!
//! Knows `work`, nothing of windows. A command is declared once; shells and the development server only pass it on.

/// The wire shapes; they live in `work`, whose use cases answer in them.
pub mod types {
    pub use crate::work::wire::*;
}
