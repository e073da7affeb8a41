//! The ways to travel of domain.md 3.2, by name.

use serde::Serialize;

/// A way to travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Mode {
    /// A token at an API that accepts it.
    R1,
    /// Consent of one user, some users or a group.
    R2,
    /// Consent for all users, or a permission of the application itself.
    R3,
    /// Escalation to the whole tenant.
    R4,
    /// Escalation to all principals of the tenant.
    #[serde(rename = "R4b")]
    R4b,
    /// Escalation to owned or named objects.
    #[serde(rename = "R4c")]
    R4c,
    /// The same secret or key.
    R5,
    /// Downstream and on-behalf-of calls.
    R6,
    /// Federated trust.
    R7,
    /// Control by ownership.
    R8,
    /// Credentials found in reached data.
    R9,
    /// Replay at an API that does not check the audience.
    R10,
}

impl Mode {
    /// All modes in order.
    pub const ALL: [Self; 12] =
        [Self::R1, Self::R2, Self::R3, Self::R4, Self::R4b, Self::R4c, Self::R5, Self::R6, Self::R7, Self::R8, Self::R9, Self::R10];

    /// The code that people read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R4b => "R4b",
            Self::R4c => "R4c",
            Self::R5 => "R5",
            Self::R6 => "R6",
            Self::R7 => "R7",
            Self::R8 => "R8",
            Self::R9 => "R9",
            Self::R10 => "R10",
        }
    }

    /// A few words for lists.
    pub const fn title(self) -> &'static str {
        match self {
            Self::R1 => "direct",
            Self::R2 => "consent of some users",
            Self::R3 => "all users or application permission",
            Self::R4 => "escalation to the whole tenant",
            Self::R4b => "escalation to all principals",
            Self::R4c => "bounded escalation",
            Self::R5 => "shared secret or key",
            Self::R6 => "downstream or on behalf of",
            Self::R7 => "federated trust",
            Self::R8 => "control by ownership",
            Self::R9 => "credentials in reached data",
            Self::R10 => "replay at an unenforced API",
        }
    }
}
