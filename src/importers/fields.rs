//! The fields that a column of a generic CSV may become, per kind of rows: the list behind mapping profiles, guesses and
//! the window's choices. A key field must be mapped, because a row without it is rejected.

/// What the values of a field look like; guesses and checks use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Text,
    /// A point in time.
    Time,
    /// Yes, no or unknown.
    Flag,
    /// One of these words.
    Words(&'static [&'static str]),
}

/// A field that a column may become.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Name in profiles.
    pub name: &'static str,
    /// A row without it is rejected, so a profile must map it.
    pub key: bool,
    /// Values.
    pub shape: Shape,
    /// Header words that mean it, lower case without blanks and punctuation.
    pub also: &'static [&'static str],
}

const fn field(name: &'static str, shape: Shape, also: &'static [&'static str]) -> Field {
    Field { name, key: false, shape, also }
}

const fn key(name: &'static str, also: &'static [&'static str]) -> Field {
    Field { name, key: true, shape: Shape::Text, also }
}

/// Kinds of rows, in the order in which a tie between guesses is decided.
pub const ROWS: &[&str] = &["grants", "credentials", "clients", "audiences", "owners", "vendors", "reach_edges"];

const CLIENT_ID: &[&str] =
    &["appid", "applicationid", "clientkey", "integrationid", "consumerkey", "client", "app", "integration", "serviceaccount"];
const CREATED: &[&str] = &["created", "creationdate", "createdon", "createddate", "issued", "issuedat", "validfrom", "start", "startdate"];
const EXPIRES: &[&str] = &["expires", "expiry", "expirydate", "expirationdate", "expiration", "validuntil", "validto", "end", "enddate"];
const LAST_USED: &[&str] = &["lastused", "lastuse", "lastuseddate", "lastactivity", "lastaccess", "lastseen", "lastlogin"];
const AUDIENCE: &[&str] = &["api", "resource", "resourceserver", "aud", "target", "system", "object"];
const IMPACTS: &[&str] = &["low", "moderate", "high", "critical"];
const ENVIRONMENTS: &[&str] = &["prod", "stage", "test", "dev"];

const CLIENTS: &[Field] = &[
    key("client_id", CLIENT_ID),
    field("name", Shape::Text, &["displayname", "clientname", "appname", "applicationname", "title", "label"]),
    field("kind", Shape::Words(CLIENT_KINDS), &["clienttype", "type", "apptype"]),
    field("enabled", Shape::Flag, &["active", "status", "state", "isenabled", "isactive"]),
    field("holder", Shape::Words(&["first_party", "third_party", "platform"]), &["party", "heldby"]),
    field("vendor", Shape::Text, &["supplier", "provider", "vendorname", "thirdparty"]),
    field("publisher", Shape::Text, &["publishername", "developer"]),
    field("verified", Shape::Flag, &["publisherverified", "isverified", "verifiedpublisher"]),
    field("environment", Shape::Words(ENVIRONMENTS), &["env", "stage"]),
    field("internet", Shape::Flag, &["internetfacing", "exposed", "public", "external"]),
    field("created_at", Shape::Time, CREATED),
    field("last_used_at", Shape::Time, LAST_USED),
    field("owner", Shape::Text, &["ownermail", "owneremail", "contact", "responsible", "team", "businessowner"]),
    field("application", Shape::Text, &["product", "businessapplication", "service"]),
];

/// Words of a client's kind.
pub const CLIENT_KINDS: &[&str] = &[
    "confidential",
    "public",
    "service_account",
    "managed_identity",
    "workload",
    "bot",
    "install",
    "pat_holder",
    "agent",
    "iam_user",
    "iam_role",
];

/// Words of a credential's kind.
pub const CREDENTIAL_KINDS: &[&str] = &[
    "client_secret",
    "api_key",
    "pat",
    "access_key",
    "ssh_key",
    "deploy_key",
    "service_account_key",
    "certificate",
    "jwk",
    "password",
    "federated",
    "managed",
    "refresh_token",
    "signing_key",
    "webhook_secret",
];

const CREDENTIALS: &[Field] = &[
    key("client_id", CLIENT_ID),
    field("credential_id", Shape::Text, &["keyid", "tokenid", "secretid", "id", "credentialname"]),
    Field {
        name: "kind",
        key: true,
        shape: Shape::Words(CREDENTIAL_KINDS),
        also: &["credentialtype", "credentialkind", "tokentype", "type", "keytype"],
    },
    field("name", Shape::Text, &["label", "description", "tokenname", "displayname", "keyname"]),
    field("created_at", Shape::Time, CREATED),
    field("activated_at", Shape::Time, &["activated", "activefrom"]),
    field("expires_at", Shape::Time, EXPIRES),
    field("last_used_at", Shape::Time, LAST_USED),
    field("fingerprint", Shape::Text, &["thumbprint", "sha256", "keyfingerprint"]),
];

const GRANTS: &[Field] = &[
    key("client_id", CLIENT_ID),
    key("audience", AUDIENCE),
    key("scope", &["scopes", "permission", "permissions", "role", "roles", "access", "rights", "accesslevel"]),
    field(
        "scope_kind",
        Shape::Words(&["scope", "app_role", "realm_role", "client_role", "directory_role", "api_key_right", "install_permission"]),
        &["permissiontype"],
    ),
    field("mode", Shape::Words(&["delegated_one", "delegated_group", "delegated_all", "application"]), &["granttype", "consenttype"]),
    field("principal", Shape::Text, &["user", "username", "userid", "grantedby", "onbehalfof", "usermail", "group"]),
    field("granted_at", Shape::Time, &["granted", "grantedon", "consented", "consentdate", "authorizedat", "created", "createdat"]),
    field("expires_at", Shape::Time, EXPIRES),
];

const AUDIENCES: &[Field] = &[
    key("audience", AUDIENCE),
    field("name", Shape::Text, &["displayname", "apiname", "title", "label"]),
    field("boundary", Shape::Text, &["trustboundary", "zone", "domain", "network", "segment"]),
    field("data_classes", Shape::Text, &["dataclass", "data", "dataclassification", "classification"]),
    field("impact", Shape::Words(IMPACTS), &["businessimpact", "criticality"]),
    field("high_risk", Shape::Flag, &["highriskfunction", "highrisk", "crownjewel"]),
    field("function", Shape::Text, &["businessfunction", "capability", "purpose"]),
    field("environment", Shape::Words(ENVIRONMENTS), &["env", "stage"]),
];

const OWNERS: &[Field] = &[
    field("subject_kind", Shape::Words(&["client", "credential", "audience", "vendor"]), &["kind", "subjecttype"]),
    key("subject", &["clientid", "appid", "asset", "object", "api", "client", "application"]),
    key("owner", &["ownername", "ownermail", "owneremail", "responsible", "accountable", "team", "person"]),
    field("owner_kind", Shape::Words(&["person", "team"]), &["ownertype"]),
    field("role", Shape::Words(&["accountable", "rotation", "revocation", "technical", "deputy"]), &["ownerrole", "responsibility"]),
    field("contact", Shape::Text, &["mail", "email", "phone"]),
    field("status", Shape::Words(&["active", "leaving", "departed", "disabled"]), &["employment", "ownerstatus", "state"]),
];

const VENDORS: &[Field] = &[
    key("vendor", &["vendorname", "supplier", "provider", "company", "name"]),
    field("contact", Shape::Text, &["securitycontact", "mail", "email"]),
    field("contract", Shape::Text, &["contractid", "agreement", "contractnumber", "dpa"]),
];

const REACH_EDGES: &[Field] = &[
    Field {
        name: "kind",
        key: true,
        shape: Shape::Words(&["obo", "passthrough", "harvest", "owner_control", "federation", "shared", "replay"]),
        also: &["edge", "edgekind", "mode", "way"],
    },
    key("from", &["source", "fromaudience", "start"]),
    key("to", &["target", "toclient", "end"]),
    field("from_kind", Shape::Words(&["client", "audience"]), &[]),
    field("to_kind", Shape::Words(&["client", "audience"]), &[]),
    field("to_source", Shape::Words(&["generic", "entra", "keycloak", "okta", "auth0", "aws", "google"]), &[]),
    field("to_source_name", Shape::Text, &["toinstance"]),
    field("evidence", Shape::Words(&["declared", "observed", "inferred"]), &["proof", "howknown"]),
    field("subject_pattern", Shape::Text, &["pattern"]),
];

/// The fields of a kind of rows; `None` for a kind that does not exist.
pub fn fields(rows: &str) -> Option<&'static [Field]> {
    Some(match rows {
        "clients" => CLIENTS,
        "credentials" => CREDENTIALS,
        "grants" => GRANTS,
        "audiences" => AUDIENCES,
        "owners" => OWNERS,
        "vendors" => VENDORS,
        "reach_edges" => REACH_EDGES,
        _ => return None,
    })
}
