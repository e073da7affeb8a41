//! What a record is: by its type, by the list it stands in, or by its fields. Shapes that are not read are named, so that
//! each gets its own reason instead of a guess.

use serde::de::{IgnoredAny, MapAccess};

use crate::model::kinds::RecordKind;

use super::wire::{Object, Text};

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// servicePrincipal.
    ServicePrincipal,
    /// application.
    Application,
    /// oauth2PermissionGrant.
    DelegatedGrant,
    /// appRoleAssignment.
    AppRoleAssignment,
    /// federatedIdentityCredential.
    Federated,
    /// unifiedRoleAssignment.
    RoleAssignment,
    /// unifiedRoleDefinition.
    RoleDefinition,
    /// directoryRole.
    DirectoryRole,
    /// organization.
    Organization,
    /// user.
    User,
    /// group.
    Group,
    /// An error reply of Graph between pages.
    ErrorReply,
    /// Graph objects that are understood and not used; why.
    Unused(&'static str),
    /// A reply of another tool in a shape that is not read; why.
    Foreign(&'static str),
    /// Has an appId and nothing that tells a service principal from an application.
    Undecided,
    /// Nothing that is known.
    Unknown,
}

const SIGN_INS: &str = "sign-in activity is not used yet";
const AUDITS: &str = "audit log entries are not used yet";
const ELIGIBLE: &str = "eligible roles are not held until they are activated";

impl Shape {
    /// The list in which records of this shape stand.
    pub const fn list(self) -> Option<RecordKind> {
        Some(match self {
            Self::ServicePrincipal => RecordKind::ServicePrincipals,
            Self::Application => RecordKind::Applications,
            Self::DelegatedGrant => RecordKind::Oauth2PermissionGrants,
            Self::AppRoleAssignment => RecordKind::AppRoleAssignments,
            Self::Federated => RecordKind::FederatedIdentityCredentials,
            Self::RoleAssignment | Self::RoleDefinition | Self::DirectoryRole => RecordKind::DirectoryRoles,
            Self::Organization => RecordKind::Organization,
            Self::User | Self::Group => RecordKind::GroupMembers,
            Self::ErrorReply | Self::Unused(_) | Self::Foreign(_) | Self::Undecided | Self::Unknown => return None,
        })
    }

    /// By the name of an entity set in a context or link.
    pub fn of_set(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "serviceprincipals" => Self::ServicePrincipal,
            "applications" => Self::Application,
            "oauth2permissiongrants" => Self::DelegatedGrant,
            "approleassignments" | "approleassignedto" => Self::AppRoleAssignment,
            "federatedidentitycredentials" => Self::Federated,
            "roleassignments" | "roleassignmentscheduleinstances" => Self::RoleAssignment,
            "roledefinitions" => Self::RoleDefinition,
            "directoryroles" => Self::DirectoryRole,
            "organization" => Self::Organization,
            "users" => Self::User,
            "groups" => Self::Group,
            "serviceprincipalsigninactivities" | "appcredentialsigninactivities" | "signins" => Self::Unused(SIGN_INS),
            "directoryaudits" | "provisioning" => Self::Unused(AUDITS),
            "roleeligibilityscheduleinstances" | "roleeligibilityschedules" | "roleeligibilityschedulerequests" => Self::Unused(ELIGIBLE),
            "roleassignmentschedules" | "roleassignmentschedulerequests" => {
                Self::Unused("role schedules are not used; export roleAssignments")
            }
            "devices" | "administrativeunits" | "contacts" | "domains" => Self::Unused("no part of an inventory of clients"),
            _ => return None,
        })
    }

    /// By `@odata.type`, with or without `#`.
    pub fn of_type(word: &str) -> Option<Self> {
        let word = word.trim_start_matches('#').to_ascii_lowercase();
        Some(match word.strip_prefix("microsoft.graph.")? {
            "serviceprincipal" | "agentidentity" | "agentidentityblueprintprincipal" => Self::ServicePrincipal,
            "application" | "agentidentityblueprint" => Self::Application,
            "oauth2permissiongrant" => Self::DelegatedGrant,
            "approleassignment" => Self::AppRoleAssignment,
            "federatedidentitycredential" => Self::Federated,
            "unifiedroleassignment" | "unifiedroleassignmentscheduleinstance" => Self::RoleAssignment,
            "unifiedroledefinition" => Self::RoleDefinition,
            "directoryrole" => Self::DirectoryRole,
            "organization" => Self::Organization,
            "user" | "agentuser" => Self::User,
            "group" => Self::Group,
            "serviceprincipalsigninactivity" | "appcredentialsigninactivity" | "signin" => Self::Unused(SIGN_INS),
            "directoryaudit" => Self::Unused(AUDITS),
            "unifiedroleeligibilityscheduleinstance" => Self::Unused(ELIGIBLE),
            "device" | "administrativeunit" | "orgcontact" | "endpoint" => Self::Unused("no part of an inventory of clients"),
            _ => return None,
        })
    }
}

/// Fields that tell shapes apart, in lower case; the index is the bit.
const TELLING: &[&str] = &[
    "error",
    "kind",
    "data",
    "consenttype",
    "clientid",
    "resourceid",
    "approleid",
    "principalid",
    "principaltype",
    "rolename",
    "issuer",
    "subject",
    "audiences",
    "claimsmatchingexpression",
    "roledefinitionid",
    "membertype",
    "assignmenttype",
    "rolepermissions",
    "isbuiltin",
    "templateid",
    "roletemplateid",
    "verifieddomains",
    "tenanttype",
    "lastsigninactivity",
    "signinactivity",
    "keyid",
    "activitydisplayname",
    "targetresources",
    "resource",
    "permission",
    "serviceprincipaltype",
    "serviceprincipalnames",
    "appownerorganizationid",
    "approleassignmentrequired",
    "accountenabled",
    "appid",
    "requiredresourceaccess",
    "publisherdomain",
    "identifieruris",
    "isfallbackpublicclient",
    "publicclient",
    "web",
    "api",
    "spa",
    "signinaudience",
    "userprincipalname",
    "securityenabled",
    "grouptypes",
    "risky_applications",
    "risky_third_party_service_principals",
    "privileged_service_principals",
    "permissiontype",
    "scope",
    "id",
    "approles",
    "passwordcredentials",
    "keycredentials",
    "clientobjectid",
    "meta",
];

/// The fields of a record and the two that name its type.
#[derive(Debug, Default)]
pub struct Probe<'a> {
    bits: u64,
    odata_type: Text<'a>,
    kind: Text<'a>,
    secrets: u32,
}

impl<'de> Object<'de> for Probe<'de> {
    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        if key == "@odata.type" {
            self.odata_type = map.next_value()?;
            return Ok(true);
        }
        if let Some(bit) = TELLING.iter().position(|telling| *telling == key) {
            self.bits |= 1 << bit;
        }
        if key == "kind" {
            // Other tools write a word here; anything else is no mark of theirs.
            self.kind = map.next_value::<serde_json::Value>().map(|value| Text(value.as_str().map(|text| text.to_owned().into())))?;
            return Ok(true);
        }
        map.next_value::<IgnoredAny>()?;
        Ok(true)
    }
    fn secrets(&mut self) -> &mut u32 {
        &mut self.secrets
    }
}

impl Probe<'_> {
    fn has(&self, key: &str) -> bool {
        TELLING.iter().position(|telling| *telling == key).is_some_and(|bit| self.bits & (1 << bit) != 0)
    }

    fn all(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.has(key))
    }

    fn any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    /// What the record is, from itself alone.
    pub fn shape(&self) -> Shape {
        if let Some(shape) = self.odata_type.get().and_then(Shape::of_type) {
            return shape;
        }
        if self.has("error") && !self.any(&["appid", "principalid", "clientid"]) {
            return Shape::ErrorReply;
        }
        if self.has("data") && self.kind.get().is_some_and(|kind| kind.starts_with("AZ")) {
            return Shape::Foreign(
                "This is a collection of AzureHound, which is not read yet; export the same objects from Microsoft Graph.",
            );
        }
        if self.any(&["risky_applications", "risky_third_party_service_principals", "privileged_service_principals"]) {
            return Shape::Foreign(
                "This is a report of ScubaGear, which lists only what it calls risky; export applications and service principals from Microsoft Graph.",
            );
        }
        if self.all(&["permissiontype", "clientobjectid"]) {
            return Shape::Foreign("These are rows of a consent report; import it as CSV with a mapping.");
        }
        if self.all(&["resource", "permission"]) {
            return Shape::Foreign(
                "These are permission rows of `m365 entra app permission list`, which do not say whose they are and are only requested; export oauth2PermissionGrants and appRoleAssignments instead.",
            );
        }
        if self.all(&["clientid", "resourceid"]) && self.any(&["consenttype", "scope"]) {
            return Shape::DelegatedGrant;
        }
        if self.all(&["approleid", "resourceid"]) {
            if self.has("rolename") && !self.has("principalid") {
                return Shape::Foreign(
                    "These rows of `m365 entra approleassignment list` do not say who holds the role; export appRoleAssignments from Microsoft Graph.",
                );
            }
            return Shape::AppRoleAssignment;
        }
        if self.has("issuer") && self.any(&["subject", "claimsmatchingexpression"]) && self.any(&["audiences", "id"]) {
            return Shape::Federated;
        }
        if self.all(&["roledefinitionid", "principalid"]) {
            let eligible = self.has("membertype") && !self.has("assignmenttype");
            return if eligible { Shape::Unused(ELIGIBLE) } else { Shape::RoleAssignment };
        }
        if self.has("rolepermissions") || self.all(&["isbuiltin", "templateid"]) {
            return Shape::RoleDefinition;
        }
        if self.has("roletemplateid") {
            return Shape::DirectoryRole;
        }
        if self.any(&["verifieddomains", "tenanttype"]) && !self.has("appid") {
            return Shape::Organization;
        }
        if self.has("lastsigninactivity") || self.all(&["signinactivity", "keyid"]) {
            return Shape::Unused(SIGN_INS);
        }
        if self.all(&["activitydisplayname", "targetresources"]) {
            return Shape::Unused(AUDITS);
        }
        self.client_shape()
    }

    fn client_shape(&self) -> Shape {
        if self.any(&["serviceprincipaltype", "serviceprincipalnames", "appownerorganizationid", "approleassignmentrequired"])
            || self.all(&["accountenabled", "appid"])
        {
            return Shape::ServicePrincipal;
        }
        if self.any(&[
            "requiredresourceaccess",
            "publisherdomain",
            "identifieruris",
            "isfallbackpublicclient",
            "publicclient",
            "api",
            "spa",
        ]) || self.all(&["appid", "web"])
            || self.all(&["appid", "signinaudience"])
        {
            return Shape::Application;
        }
        if self.has("userprincipalname") {
            return Shape::User;
        }
        if self.any(&["securityenabled", "grouptypes"]) {
            return Shape::Group;
        }
        if self.has("appid") || self.any(&["approles", "passwordcredentials", "keycredentials"]) {
            return Shape::Undecided;
        }
        Shape::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        super::super::wire::read::<Probe<'_>>(text).expect("readable").shape()
    }

    #[test]
    fn telling_fields_fit_into_the_bits() {
        assert!(TELLING.len() <= 64);
    }

    #[test]
    fn fields_tell_shapes_apart_in_any_case() {
        assert_eq!(shape(r#"{"clientId":"a","consentType":"AllPrincipals","resourceId":"b","scope":"x"}"#), Shape::DelegatedGrant);
        assert_eq!(shape(r#"{"AppRoleId":"a","PrincipalId":"b","ResourceId":"c"}"#), Shape::AppRoleAssignment);
        assert_eq!(shape(r#"{"Id":"a","AppId":"b","SignInAudience":"AzureADMyOrg"}"#), Shape::Application);
        assert_eq!(
            shape(r#"{"id":"a","appId":"b","signInAudience":"AzureADMyOrg","servicePrincipalType":"Application"}"#),
            Shape::ServicePrincipal
        );
        assert_eq!(shape(r##"{"Id":"a","AdditionalProperties":{"@odata.type":"#microsoft.graph.user"}}"##), Shape::User);
        assert_eq!(
            shape(r#"{"id":"a","appId":"b","passwordCredentials":[]}"#),
            Shape::Undecided,
            "both have these; a guess would be wrong half the time"
        );
        assert_eq!(shape(r#"{"error":{"code":"TooManyRequests"}}"#), Shape::ErrorReply);
        assert_eq!(shape(r#"{"anything":1}"#), Shape::Unknown);
    }

    #[test]
    fn shapes_of_other_tools_have_their_own_reason() {
        for text in [
            r#"{"kind":"AZApp","data":{}}"#,
            r#"{"risky_applications":[]}"#,
            r#"{"resource":"Microsoft Graph","resourceId":"a","permission":"User.Read","type":"Delegated"}"#,
            r#"{"appRoleId":"a","resourceId":"b","roleName":"Mail.Read"}"#,
        ] {
            assert!(matches!(shape(text), Shape::Foreign(_)), "{text}");
        }
    }
}
