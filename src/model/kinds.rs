//! Every closed list of words of the model, declared once: SQL, JSON, the window and the docs derive from it.
//!
//! The words are those of the glossary. Each enum turns into a small integer for storage
//! (`code`, never renumbered) and a snake-case word for people and exports (`as_str`).

use serde::{Deserialize, Serialize};

/// Declares an enum whose members have a stable storage code and a word.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs, reason = "the word beside each member says it")]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant = $code),+ }

        impl $name {
            /// All members in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word used in exports, SQL comments, filters and on screen.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// The integer stored in the inventory; it never changes once released.
            pub const fn code(self) -> i64 { self as u8 as i64 }
            /// The member with this storage code.
            pub fn from_code(code: i64) -> Option<Self> { match code { $($code => Some(Self::$variant),)+ _ => None } }
            /// The member with this word.
            pub fn parse(word: &str) -> Option<Self> { match word { $($word => Some(Self::$variant),)+ _ => None } }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

words! {
    /// Kinds of entity that have an id of their own (domain.md 2.2).
    Kind {
        Issuer = 1 "issuer", Client = 2 "client", Credential = 3 "credential", Audience = 4 "audience",
        Scope = 5 "scope", Principal = 6 "principal", Owner = 7 "owner", Vendor = 8 "vendor",
        Application = 9 "application", DataClass = 10 "data_class", SlaPolicy = 11 "sla_policy",
        GatewayRoute = 12 "gateway_route",
    }
}
words! {
    /// The system that an export comes from; part of every natural key.
    Source {
        Entra = 1 "entra", Keycloak = 2 "keycloak", Generic = 3 "generic", Manual = 4 "manual", Okta = 5 "okta", Auth0 = 6 "auth0",
        Aws = 7 "aws", Google = 8 "google",
        Kong = 9 "kong", Envoy = 10 "envoy", Istio = 11 "istio", Apim = 12 "apim", ApiGateway = 13 "api_gateway",
        GitHub = 14 "github", GitLab = 15 "gitlab", Slack = 16 "slack", Salesforce = 17 "salesforce", Hydra = 18 "hydra",
        PingFederate = 19 "pingfederate", Curity = 20 "curity",
    }
}
words! {
    /// What a client is (domain.md 2.2).
    ClientKind {
        Unknown = 0 "unknown", Confidential = 1 "confidential", Public = 2 "public", ServiceAccount = 3 "service_account",
        ManagedIdentity = 4 "managed_identity", Workload = 5 "workload", Bot = 6 "bot", Install = 7 "install",
        PatHolder = 8 "pat_holder", Agent = 9 "agent", IamUser = 10 "iam_user", IamRole = 11 "iam_role",
    }
}
words! {
    /// Who stores the credentials of a client (decision D25). Computed, never stored.
    Holder { Unknown = 0 "unknown", FirstParty = 1 "first_party", ThirdParty = 2 "third_party", Platform = 3 "platform" }
}
words! {
    /// A fact that may be yes, no or not known; unknown is never read as no.
    Tri { Unknown = 0 "unknown", Yes = 1 "yes", No = 2 "no" }
}
words! {
    /// Deployment environment.
    Environment { Unknown = 0 "unknown", Prod = 1 "prod", Stage = 2 "stage", Test = 3 "test", Dev = 4 "dev" }
}
words! {
    /// What kind of secret or key a credential is.
    CredentialKind {
        ClientSecret = 1 "client_secret", ApiKey = 2 "api_key", Pat = 3 "pat", AccessKey = 4 "access_key", SshKey = 5 "ssh_key",
        DeployKey = 6 "deploy_key", ServiceAccountKey = 7 "service_account_key", Certificate = 8 "certificate", Jwk = 9 "jwk",
        Password = 10 "password", Federated = 11 "federated", Managed = 12 "managed", RefreshToken = 13 "refresh_token",
        SigningKey = 14 "signing_key", WebhookSecret = 15 "webhook_secret",
    }
}
words! {
    /// How a scope is granted at its audience.
    ScopeKind {
        Scope = 1 "scope", AppRole = 2 "app_role", RealmRole = 3 "realm_role", ClientRole = 4 "client_role",
        DirectoryRole = 5 "directory_role", ApiKeyRight = 6 "api_key_right", InstallPermission = 7 "install_permission",
    }
}
words! {
    /// Who a grant acts for (domain.md 1): one user, a group, all users, or the client itself.
    GrantMode { DelegatedOne = 1 "delegated_one", DelegatedGroup = 2 "delegated_group", DelegatedAll = 3 "delegated_all", Application = 4 "application" }
}
words! {
    /// What made a grant.
    GrantOrigin {
        Consent = 1 "consent", Assignment = 2 "assignment", PreAuthorized = 3 "pre_authorized", FullScope = 4 "full_scope",
        DefaultScope = 5 "default_scope", DirectoryRole = 6 "directory_role", ServiceAccountRole = 7 "service_account_role", Declared = 8 "declared",
    }
}
words! {
    /// Subject of a delegated grant, an ownership or a role assignment.
    PrincipalKind { User = 1 "user", Group = 2 "group", ServiceAccount = 3 "service_account", Everyone = 4 "everyone", Unknown = 5 "unknown" }
}
words! {
    /// Person or team that answers for something.
    OwnerKind { Person = 1 "person", Team = 2 "team", Client = 3 "client" }
}
words! {
    /// Whether an owner or principal is still there.
    PersonStatus { Unknown = 0 "unknown", Active = 1 "active", Leaving = 2 "leaving", Departed = 3 "departed", Disabled = 4 "disabled" }
}
words! {
    /// What an owner answers for.
    OwnershipRole { Accountable = 1 "accountable", Rotation = 2 "rotation", Revocation = 3 "revocation", Technical = 4 "technical", Deputy = 5 "deputy" }
}
words! {
    /// Privilege ladder (domain.md 9.1); the order is the order of severity.
    Privilege { None = 0 "none", Basic = 1 "basic", Read = 2 "read", Write = 3 "write", Admin = 4 "admin", Impersonate = 5 "impersonate", Escalate = 6 "escalate" }
}
words! {
    /// How many objects a permission spans (domain.md 9.3).
    BreadthHint { All = 0 "all", Selected = 1 "selected", SelfOnly = 2 "self" }
}
words! {
    /// Sensitivity of a data class (domain.md 2.2).
    Sensitivity { Public = 1 "public", Internal = 2 "internal", Confidential = 3 "confidential", Restricted = 4 "restricted", Regulated = 5 "regulated" }
}
words! {
    /// Business impact of changing what stands behind an audience.
    Impact { Low = 1 "low", Moderate = 2 "moderate", High = 3 "high", Critical = 4 "critical" }
}
words! {
    /// Edge kinds that a file or a person may declare (domain.md 2.2 ReachEdge).
    ReachEdgeKind { Obo = 1 "obo", Passthrough = 2 "passthrough", Harvest = 3 "harvest", OwnerControl = 4 "owner_control", Federation = 5 "federation", Shared = 6 "shared", Replay = 7 "replay" }
}
words! {
    /// How a reach edge is known; an inferred edge never scores.
    Evidence { Declared = 1 "declared", Observed = 2 "observed", Inferred = 3 "inferred" }
}
words! {
    /// Checks of a token, by the gateway (G) and by the API itself (A) (domain.md 6.3): G1 signature, G2 issuer, G3 expiry,
    /// G4 audience of the route, G5 sender constraint; A1 audience, A2 claims, A3 scope, A4 business entitlement, A5 sender constraint.
    CheckId { G1 = 0 "G1", G2 = 1 "G2", G3 = 2 "G3", G4 = 3 "G4", G5 = 4 "G5", A1 = 5 "A1", A2 = 6 "A2", A3 = 7 "A3", A4 = 8 "A4", A5 = 9 "A5" }
}
words! {
    /// What a check was found to do. Only a failed or partial one opens a way as attested; an unknown one opens it in the
    /// reading "gateway only" (design.md 5).
    CheckResult { Unknown = 0 "unknown", Pass = 1 "pass", Fail = 2 "fail", Partial = 3 "partial", NotApplicable = 4 "not_applicable" }
}
words! {
    /// How a check was looked at (domain.md 2.2 EnforcementCheck).
    CheckMethod { ConfigExport = 1 "config_export", TestRun = 2 "test_run", CodeReview = 3 "code_review", Attestation = 4 "attestation", PenTest = 5 "pen_test" }
}
words! {
    /// Whether a source file holds everything of its kind (decision D21).
    Completeness { Unknown = 0 "unknown", Partial = 1 "partial", Full = 2 "full" }
}
words! {
    /// Whether an entity was described by a record or only mentioned (decision D7).
    RowState { Unresolved = 0 "unresolved", Observed = 1 "observed" }
}
words! {
    /// Names under which a source refers to an entity; all of one entity lead to it.
    Scheme {
        ClientId = 1 "client_id", ObjectId = 2 "object_id", AppObjectId = 3 "app_object_id", Uuid = 4 "uuid", Uri = 5 "uri",
        Name = 6 "name", KeyId = 7 "key_id", Upn = 8 "upn", Tenant = 9 "tenant",
    }
}
words! {
    /// Where a shown value comes from; always told beside it.
    Mark { Unknown = 0 "unknown", Observed = 1 "observed", Asserted = 2 "asserted", Derived = 3 "derived" }
}
words! {
    /// Lists of a source that can each be complete or not (decision D10); a bit in `held_by`.
    RecordKind {
        ServicePrincipals = 0 "servicePrincipals", Applications = 1 "applications", Oauth2PermissionGrants = 2 "oauth2PermissionGrants",
        AppRoleAssignments = 3 "appRoleAssignments", AppRoleAssignedTo = 4 "appRoleAssignedTo", Owners = 5 "owners",
        FederatedIdentityCredentials = 6 "federatedIdentityCredentials", DirectoryRoles = 7 "directoryRoles", Organization = 8 "organization",
        Realm = 9 "realm", RealmClients = 10 "realmClients", RealmUsers = 11 "realmUsers", Rows = 12 "rows",
        GroupMembers = 13 "groupMembers", Stated = 14 "stated",
        RealmConsents = 15 "realmConsents",
        // From 16 on, codes share bits with the lists of other sources: see `bit`. Policies share theirs with
        // `appRoleAssignedTo` on purpose: both are lists of an audience, where all others are the client's.
        OktaApps = 16 "oktaApps", OktaGrants = 17 "oktaGrants", OktaSecrets = 18 "oktaSecrets", OktaTokens = 19 "oktaTokens",
        OktaPolicies = 20 "oktaPolicies", OktaAuthorizationServers = 21 "oktaAuthorizationServers", OktaScopes = 22 "oktaScopes",
        OktaClientRoles = 23 "oktaClientRoles", OktaApiServices = 24 "oktaApiServices", OktaApiTokens = 25 "oktaApiTokens",
        OktaServiceAccounts = 26 "oktaServiceAccounts", OktaClients = 27 "oktaClients",
        OktaUserGrants = 29 "oktaUserGrants", OktaKeys = 31 "oktaKeys",
        Auth0Clients = 32 "auth0Clients", Auth0ResourceServers = 33 "auth0ResourceServers", Auth0ClientGrants = 34 "auth0ClientGrants",
        Auth0UserGrants = 35 "auth0UserGrants", Auth0Credentials = 37 "auth0Credentials",
        AwsUsers = 48 "awsUsers", AwsRoles = 49 "awsRoles", AwsPolicies = 50 "awsPolicies", AwsCredentialReport = 51 "awsCredentialReport",
        AwsAccessKeys = 53 "awsAccessKeys", AwsServiceCredentials = 54 "awsServiceCredentials",
        AwsSigningCertificates = 55 "awsSigningCertificates", AwsSshKeys = 56 "awsSshKeys", AwsUserPoolClients = 57 "awsUserPoolClients",
        AwsResourceServers = 58 "awsResourceServers", AwsGroups = 59 "awsGroups", AwsUserPoolClientDetails = 61 "awsUserPoolClientDetails",
        AwsAccessKeyUses = 63 "awsAccessKeyUses", AwsIdentityPools = 73 "awsIdentityPools",
        // Policies are lists of a resource, so theirs is the bit of `appRoleAssignedTo`.
        GoogleTokens = 112 "googleTokens", GoogleTokenEvents = 113 "googleTokenEvents", GoogleDelegations = 114 "googleDelegations",
        GoogleApps = 115 "googleApps", GoogleIamPolicies = 116 "googleIamPolicies", GoogleServiceAccountKeys = 117 "googleServiceAccountKeys",
        GoogleServiceAccounts = 118 "googleServiceAccounts",
        // Gateways: what they lead to, and who is known to them.
        GatewayRoutes = 64 "gatewayRoutes", GatewayConsumers = 65 "gatewayConsumers",
        GithubInstallations = 82 "githubInstallations", GithubTokens = 83 "githubTokens", GithubDeployKeys = 84 "githubDeployKeys",
        GithubAuthorizations = 85 "githubAuthorizations", GitlabTokens = 86 "gitlabTokens", SlackApprovedApps = 87 "slackApprovedApps",
        SalesforceTokens = 88 "salesforceTokens", HydraClients = 89 "hydraClients", PingClients = 90 "pingClients",
        CurityClients = 91 "curityClients",
    }
}
words! {
    /// What a difference between two revisions means for people (ux.md 7): the words that drift is told in.
    DriftWord {
        ConsentWidened = 1 "consent_widened", ReadBecameWrite = 2 "read_became_write", NewThirdParty = 3 "new_third_party",
        OwnerVanished = 4 "owner_vanished", SecretAddedOldKept = 5 "secret_added_old_kept", ExpiryPushed = 6 "expiry_pushed",
        OwnScopeLost = 7 "own_scope_lost",
    }
}
words! {
    /// What happened to a revision's subject; the activity log's verb (INV-15).
    Action { Create = 1 "create", Import = 2 "import", Assert = 3 "assert", Undo = 4 "undo", Seal = 5 "seal" }
}

impl Source {
    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Entra => "Entra",
            Self::Keycloak => "Keycloak",
            Self::Generic => "Generic",
            Self::Manual => "Manual",
            Self::Okta => "Okta",
            Self::Auth0 => "Auth0",
            Self::Aws => "AWS",
            Self::Google => "Google",
            Self::Kong => "Kong",
            Self::Envoy => "Envoy",
            Self::Istio => "Istio",
            Self::Apim => "API Management",
            Self::ApiGateway => "API Gateway",
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Slack => "Slack",
            Self::Salesforce => "Salesforce",
            Self::Hydra => "Ory Hydra",
            Self::PingFederate => "PingFederate",
            Self::Curity => "Curity",
        }
    }
}

impl RecordKind {
    /// The bit that this list sets in a row's `held_by`, one of 16. A row belongs to one instance of one source, so lists
    /// of different sources may share a bit; those that rows of any source may come from ([`Self::Rows`],
    /// [`Self::Stated`]) share theirs with none.
    pub const fn bit(self) -> i64 {
        1 << (self as u8 & 15)
    }
}
