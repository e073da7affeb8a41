//! What a reply of AWS is, by the list it stands in or by its fields; and whose it is. Knows AWS's words; states no fact.

use super::arn;
use crate::formats::json::{Limits, Rules};
use crate::importers::listed::tree::Tree;
use crate::model::kinds::RecordKind;

/// Kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// `UserDetailList`, or `list-users`, which holds no policies.
    User,
    /// `RoleDetailList`, or `list-roles`, which holds no policies but trust.
    Role,
    /// `GroupDetailList`
    Group,
    /// `Policies`
    Policy,
    /// `list-access-keys`
    AccessKey,
    /// `get-access-key-last-used`
    AccessKeyUse,
    /// `list-service-specific-credentials`
    ServiceCredential,
    /// `list-signing-certificates`
    Certificate,
    /// `list-ssh-public-keys`
    SshKey,
    /// `list-user-pool-clients`
    PoolClient,
    /// `describe-user-pool-client`
    PoolClientDetails,
    /// `list-resource-servers`
    ResourceServer,
    /// `describe-identity-pool`
    IdentityPool,
    /// `get-identity-pool-roles`
    IdentityPoolRoles,
    /// `get-credential-report`
    Report,
    /// Understood, and nothing that is asked here; why.
    Unused(&'static str),
    /// An error reply.
    Error,
    /// None of these.
    Unknown,
}

/// The lists of `get-account-authorization-details`, in the order of [`LISTS`].
pub const DETAILS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

/// Named lists of replies.
const LISTS: &[&str] = &[
    "UserDetailList",
    "GroupDetailList",
    "RoleDetailList",
    "Policies",
    "Users",
    "Groups",
    "Roles",
    "AccessKeyMetadata",
    "ServiceSpecificCredentials",
    "Certificates",
    "SSHPublicKeys",
    "UserPoolClients",
    "ResourceServers",
    "UserPools",
    "IdentityPools",
    "OpenIDConnectProviderList",
    "SAMLProviderList",
    "ClientSecrets",
];

/// Replies with one object under a name.
pub const RULES: Rules = Rules {
    lists: LISTS,
    wrappers: &["UserPoolClient", "ResourceServer", "User", "Role", "AccessKey", "ServiceSpecificCredential"],
    limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 },
};

impl Shape {
    /// The list that such a record counts for.
    pub const fn list(self) -> RecordKind {
        match self {
            Self::User => RecordKind::AwsUsers,
            Self::Role => RecordKind::AwsRoles,
            Self::Group => RecordKind::AwsGroups,
            Self::Policy => RecordKind::AwsPolicies,
            Self::AccessKey => RecordKind::AwsAccessKeys,
            Self::AccessKeyUse => RecordKind::AwsAccessKeyUses,
            Self::ServiceCredential => RecordKind::AwsServiceCredentials,
            Self::Certificate => RecordKind::AwsSigningCertificates,
            Self::SshKey => RecordKind::AwsSshKeys,
            Self::PoolClient => RecordKind::AwsUserPoolClients,
            Self::PoolClientDetails => RecordKind::AwsUserPoolClientDetails,
            Self::ResourceServer => RecordKind::AwsResourceServers,
            Self::IdentityPool | Self::IdentityPoolRoles => RecordKind::AwsIdentityPools,
            Self::Report => RecordKind::AwsCredentialReport,
            Self::Unused(_) | Self::Error | Self::Unknown => RecordKind::Stated,
        }
    }

    /// What a named list holds.
    pub fn of_list(list: usize) -> Self {
        match LISTS.get(list).copied() {
            Some("UserDetailList" | "Users") => Self::User,
            Some("GroupDetailList" | "Groups") => Self::Group,
            Some("RoleDetailList" | "Roles") => Self::Role,
            Some("Policies") => Self::Policy,
            Some("AccessKeyMetadata") => Self::AccessKey,
            Some("ServiceSpecificCredentials") => Self::ServiceCredential,
            Some("Certificates") => Self::Certificate,
            Some("SSHPublicKeys") => Self::SshKey,
            Some("UserPoolClients") => Self::PoolClient,
            Some("ResourceServers") => Self::ResourceServer,
            Some("UserPools" | "IdentityPools") => Self::Unused("lists of pools; what is in a pool is asked for one by one"),
            Some("OpenIDConnectProviderList" | "SAMLProviderList") => {
                Self::Unused("identity providers; whom they let in stands in the trust of roles")
            }
            Some("ClientSecrets") => Self::Unused("secrets of an app client, in a reply that does not say which"),
            _ => Self::Unknown,
        }
    }

    /// What a record is, by its list, else by its fields.
    pub fn of(tree: &Tree, list: Option<usize>) -> Self {
        let has = |keys: &[&str]| keys.iter().all(|key| tree.has(key));
        if has(&["__type"]) || tree.at("Error").has("Code") {
            return Self::Error;
        }
        if let Some(list) = list {
            return Self::of_list(list);
        }
        if has(&["Content", "ReportFormat"]) {
            Self::Report
        } else if has(&["AccessKeyLastUsed"]) {
            Self::AccessKeyUse
        } else if has(&["AccessKeyId", "UserName"]) {
            Self::AccessKey
        } else if has(&["ServiceSpecificCredentialId", "UserName"]) {
            Self::ServiceCredential
        } else if has(&["SSHPublicKeyId", "UserName"]) {
            Self::SshKey
        } else if has(&["CertificateId", "UserName"]) {
            Self::Certificate
        } else if has(&["RoleName", "Arn"]) {
            Self::Role
        } else if has(&["UserName", "UserId", "Arn"]) {
            Self::User
        } else if has(&["GroupName", "Arn"]) {
            Self::Group
        } else if has(&["PolicyName", "Arn"]) {
            Self::Policy
        } else if has(&["UserPoolId", "ClientId"]) {
            if ["CreationDate", "ExplicitAuthFlows", "AllowedOAuthFlowsUserPoolClient"].iter().any(|key| tree.has(key)) {
                Self::PoolClientDetails
            } else {
                Self::PoolClient
            }
        } else if has(&["UserPoolId", "Identifier"]) {
            Self::ResourceServer
        } else if has(&["IdentityPoolId", "Roles"]) {
            Self::IdentityPoolRoles
        } else if has(&["IdentityPoolId", "IdentityPoolName"]) {
            Self::IdentityPool
        } else {
            Self::Unknown
        }
    }
}

/// Whether a field beside a list says that there is more. The command line asks for all pages by itself and then writes none
/// of these.
pub fn names_next(key: &str, value: &Tree) -> bool {
    match key {
        "IsTruncated" => value.flag() == Some(true),
        "Marker" | "NextToken" => value.text().is_some(),
        _ => false,
    }
}

/// The account that a record names, else the user pool, which is an issuer of its own.
pub fn instance_of(shape: Shape, tree: &Tree) -> Option<&str> {
    match shape {
        Shape::PoolClient | Shape::PoolClientDetails | Shape::ResourceServer => tree.at("UserPoolId").key(),
        Shape::IdentityPoolRoles => tree.at("Roles").pairs().iter().find_map(|(_, role)| arn::account_of(role.text()?)),
        _ => arn::account_of(tree.at("Arn").text()?),
    }
}
