//! Units of compromise (domain.md 3.1): what is assumed stolen.

use crate::model::estate::{ClientIx, Estate, PrincipalIx, ScopeIx};

/// What is assumed stolen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unit {
    /// The host of a client: its credentials and all its effective grants.
    Client(ClientIx),
    /// One secret, key, certificate or federated subject: the application grants of every client that uses it.
    Credential(u32),
    /// A third party: all clients it holds.
    Vendor(u32),
    /// A business product: all clients it is made of.
    Application(u32),
    /// One consent with its refresh token: one client for one principal; `NO_PRINCIPAL` = an unnamed user of the grants for all users.
    Standing(ClientIx, PrincipalIx),
    /// A token with these scopes.
    Token(Token),
}

impl Unit {
    /// Clients whose whole host is stolen with this unit.
    pub fn hosts<'a>(&'a self, estate: &'a Estate) -> &'a [ClientIx] {
        match self {
            Self::Client(client) => std::slice::from_ref(client),
            Self::Vendor(vendor) => &estate.vendors[*vendor as usize].clients,
            Self::Application(application) => &estate.applications[*application as usize].clients,
            Self::Credential(_) | Self::Standing(..) | Self::Token(_) => &[],
        }
    }
}

/// A token as a unit: scopes and the circumstances that a client or credential would otherwise give.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token {
    /// Name for people.
    pub name: String,
    /// Scopes it carries.
    pub scopes: Vec<ScopeIx>,
    /// Those of them that its client was granted for some objects only, ascending.
    pub narrowed: Vec<ScopeIx>,
    /// Breadth, per mille: 1000 for a machine token.
    pub breadth: i64,
    /// Bind, Life, Hold, Rot, Net, Leak, per mille, each with its "assumed" flag.
    pub exposure: [(i64, bool); 6],
}
