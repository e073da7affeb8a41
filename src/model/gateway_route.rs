//! A route of a gateway as a row of the inventory.

use super::id::EntityId;
use super::kinds::CheckResult;
use super::rows::Origin;

/// A route of a gateway and what its configuration says about the checks on it (domain.md 2.2 Gateway, EnforcementCheck). Lists of
/// values are kept one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayRouteRow {
    /// Entity.
    pub entity: EntityId,
    /// Name for people.
    pub display_name: String,
    /// Gateway as its configuration calls it; `None` = the instance is the gateway.
    pub gateway: Option<String>,
    /// API or service behind it, as the gateway calls it.
    pub service: Option<String>,
    /// Hosts that it answers for.
    pub hosts: Option<String>,
    /// Paths that it answers for.
    pub paths: Option<String>,
    /// Methods; `None` = all.
    pub methods: Option<String>,
    /// Issuers whose tokens it takes.
    pub issuers: Option<String>,
    /// Audience values that it asks for.
    pub audiences: Option<String>,
    /// Scopes, roles or claims that it asks for.
    pub scopes: Option<String>,
    /// Signature.
    pub g1: CheckResult,
    /// Issuer.
    pub g2: CheckResult,
    /// Expiry.
    pub g3: CheckResult,
    /// Audience of the route.
    pub g4: CheckResult,
    /// Sender constraint.
    pub g5: CheckResult,
    /// What was found, in sentences.
    pub told: Option<String>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

impl GatewayRouteRow {
    /// G1 to G5.
    pub const fn checks(&self) -> [CheckResult; 5] {
        [self.g1, self.g2, self.g3, self.g4, self.g5]
    }
}
