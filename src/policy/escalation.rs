//! Escalation methods (domain.md 3.3): which permissions let a client change who may do what, and what it captures.
//!
//! Knows names and targets only; that a bounded method without named targets adds no edge is the reach engine's rule (D35).

use std::collections::HashMap;

use serde::Deserialize;

use crate::model::Privilege;
use crate::model::estate::EscalationTarget;

/// The method of a permission that is classified `escalate` and belongs to no known method.
pub const GENERIC_METHOD: &str = "EM-GEN-01";

/// What a permission alone captures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Method id.
    pub method: String,
    /// What it captures.
    pub target: EscalationTarget,
    /// True when only the level says so (EM-GEN-01).
    pub assumed: bool,
}

/// A set of permissions that captures something only together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AndSet {
    /// Method id.
    pub method: String,
    /// Key of the well-known audience; one that ends with `*` = all of this beginning, in one tenant together.
    pub audience_key: String,
    /// Values that must all be held.
    pub all: Vec<String>,
    /// What it captures.
    pub target: EscalationTarget,
    /// Why, one sentence.
    pub why: String,
}

/// One listed permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Key of the well-known audience.
    pub audience_key: String,
    /// Permission name as published.
    pub value: String,
    /// Method id.
    pub method: String,
    /// What it captures.
    pub target: EscalationTarget,
    /// Level of the permission itself.
    pub level: Privilege,
    /// Why, one sentence.
    pub why: String,
}

/// The pack.
#[derive(Debug)]
pub struct Methods {
    listed: Vec<Listed>,
    by_name: HashMap<(String, String), usize>,
    sets: Vec<AndSet>,
}

#[derive(Deserialize)]
struct RawPack {
    method: Vec<RawMethod>,
    set: Vec<RawSet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMethod {
    id: String,
    target: String,
    level: Option<String>,
    audiences: Vec<String>,
    any: Vec<String>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    id: String,
    target: String,
    audience: String,
    all: Vec<String>,
    why: String,
}

impl Methods {
    /// Reads the pack.
    ///
    /// # Errors
    /// Not TOML of this shape, an unknown word, or a permission listed twice at one audience.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let raw: RawPack = toml::from_str(text)?;
        let mut listed = Vec::new();
        let mut by_name = HashMap::new();
        for method in &raw.method {
            let target = target(&method.target)?;
            let level = match &method.level {
                Some(word) => Privilege::parse(word).ok_or_else(|| anyhow::anyhow!("level `{word}`"))?,
                None => Privilege::Escalate,
            };
            for audience_key in &method.audiences {
                for value in &method.any {
                    let before = by_name.insert((audience_key.clone(), value.to_lowercase()), listed.len());
                    anyhow::ensure!(before.is_none(), "`{value}` at {audience_key} belongs to two methods");
                    listed.push(Listed {
                        audience_key: audience_key.clone(),
                        value: value.clone(),
                        method: method.id.clone(),
                        target,
                        level,
                        why: method.why.clone(),
                    });
                }
            }
        }
        let sets = raw
            .set
            .into_iter()
            .map(|set| Ok(AndSet { method: set.id, audience_key: set.audience, target: target(&set.target)?, all: set.all, why: set.why }))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { listed, by_name, sets })
    }

    /// The method of one permission at a well-known audience, if one alone suffices. Names compare without case.
    pub fn of(&self, audience_key: Option<&str>, value: &str) -> Option<&Listed> {
        let at = self.by_name.get(&(audience_key?.to_owned(), value.to_lowercase()))?;
        self.listed.get(*at)
    }

    /// What a permission captures, given its level: its method, else EM-GEN-01 if the level is `escalate`.
    pub fn escalation(&self, audience_key: Option<&str>, value: &str, level: Privilege) -> Option<Escalation> {
        if let Some(listed) = self.of(audience_key, value) {
            // A person who lowered the level says that this permission does not escalate here.
            let in_force = level >= listed.level;
            return in_force.then(|| Escalation { method: listed.method.clone(), target: listed.target, assumed: false });
        }
        (level == Privilege::Escalate).then(|| Escalation {
            method: GENERIC_METHOD.to_owned(),
            target: EscalationTarget::Bounded,
            assumed: true,
        })
    }

    /// AND sets, in the order of the pack.
    pub fn and_sets(&self) -> &[AndSet] {
        &self.sets
    }

    /// Every permission that has a method, in the order of the pack.
    pub fn listed(&self) -> &[Listed] {
        &self.listed
    }
}

fn target(word: &str) -> anyhow::Result<EscalationTarget> {
    Ok(match word {
        "bounded" => EscalationTarget::Bounded,
        "principals" => EscalationTarget::Principals,
        "clients_all" => EscalationTarget::ClientsAll,
        "realm" => EscalationTarget::Realm,
        other => anyhow::bail!("escalation target `{other}`"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Packs;
    use super::*;

    fn of(audience: &str, value: &str) -> Option<(String, EscalationTarget)> {
        let listed = Packs::shipped().escalation.of(Some(audience), value)?;
        Some((listed.method.clone(), listed.target))
    }

    #[test]
    fn the_methods_of_the_model_have_their_targets() {
        use EscalationTarget::*;
        for (audience, value, method, target) in [
            ("msgraph", "AppRoleAssignment.ReadWrite.All", "EM-ENTRA-01", Realm),
            ("msgraph", "RoleManagement.ReadWrite.Directory", "EM-ENTRA-02", Realm),
            ("msgraph", "PrivilegedAccess.ReadWrite.AzureADGroup", "EM-ENTRA-02", Realm),
            ("msgraph", "RoleManagementPolicy.ReadWrite.Directory", "EM-ENTRA-02", Bounded),
            ("msgraph", "Application.ReadWrite.All", "EM-ENTRA-03", ClientsAll),
            ("msgraph", "application.readwrite.ownedby", "EM-ENTRA-04", Bounded),
            ("msgraph", "Group.ReadWrite.All", "EM-ENTRA-05", Bounded),
            ("msgraph", "DelegatedPermissionGrant.ReadWrite.All", "EM-ENTRA-06", Bounded),
            ("msgraph", "User-PasswordProfile.ReadWrite.All", "EM-ENTRA-07", Principals),
            ("entra-directory", "Global Administrator", "EM-ENTRA-02", Realm),
            ("entra-directory", "Hybrid Identity Administrator", "EM-ENTRA-03", ClientsAll),
            ("entra-directory", "Privileged Authentication Administrator", "EM-ENTRA-07", Principals),
            ("entra-directory", "Intune Administrator", "EM-ENTRA-05", Bounded),
            ("keycloak-realm-management", "manage-clients", "EM-KC-01", ClientsAll),
            ("keycloak-realm-management", "impersonation", "EM-KC-02", Principals),
            ("keycloak-realm-management", "realm-admin", "EM-KC-03", Realm),
            ("keycloak-master", "admin", "EM-KC-03", Realm),
            ("google-admin", "https://www.googleapis.com/auth/admin.directory.rolemanagement", "EM-GOOG-01", Realm),
            ("google-organization", "roles/owner", "EM-GOOG-01", Realm),
            ("google-cloud", "roles/owner", "EM-GOOG-01", Bounded),
            ("google-admin", "domain-wide-delegation", "EM-GOOG-02", Principals),
            ("aws-iam", "iam:CreateAccessKey", "EM-AWS-01", Realm),
            ("aws-all", "*", "EM-AWS-01", Realm),
            ("aws-iam", "sts:AssumeRole", "EM-AWS-03", Bounded),
            ("okta-org", "okta.roles.manage", "EM-OKTA-01", Realm),
            ("okta-org", "okta.authorizationServers.manage", "EM-OKTA-01", Realm),
            ("okta-org", "SUPER_ADMIN", "EM-OKTA-01", Realm),
            ("okta-org", "okta.apps.manage", "EM-OKTA-02", ClientsAll),
            ("okta-org", "okta.users.manage", "EM-OKTA-02", Principals),
            ("okta-org", "HELP_DESK_ADMIN", "EM-OKTA-02", Bounded),
        ] {
            assert_eq!(of(audience, value), Some((method.to_owned(), target)), "{value} at {audience}");
        }
        assert_eq!(of("keycloak-realm", "admin"), None, "a realm role named admin outside master is the APIs' own word");
        assert_eq!(of("msgraph", "Mail.Send"), None);
    }

    #[test]
    fn escalate_without_a_method_is_bounded_and_assumed() {
        let methods = &Packs::shipped().escalation;
        let own = methods.escalation(None, "superadmin", Privilege::Escalate).unwrap();
        assert_eq!((own.method.as_str(), own.target, own.assumed), ("EM-GEN-01", EscalationTarget::Bounded, true));
        assert_eq!(methods.escalation(None, "orders.write", Privilege::Write), None);
        let lowered = methods.escalation(Some("msgraph"), "Group.ReadWrite.All", Privilege::Write);
        assert_eq!(lowered, None, "a person's lower level holds");
    }

    #[test]
    fn and_sets_need_two_permissions_that_are_known_names() {
        let packs = Packs::shipped();
        assert!(!packs.escalation.and_sets().is_empty());
        for set in packs.escalation.and_sets() {
            assert!(set.all.len() >= 2, "one permission is no set");
            for value in set.all.iter().filter(|_| set.audience_key == "msgraph") {
                assert!(packs.graph_names.knows(value), "{value} is no permission of Microsoft Graph");
            }
        }
    }
}
