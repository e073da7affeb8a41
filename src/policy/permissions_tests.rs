//! Golden rows of every rule group, and what must hold for all permissions.

use super::*;

fn ask<'a>(audience_key: Option<&'a str>, kind: ScopeKind, value: &'a str) -> PermissionQuery<'a> {
    PermissionQuery {
        source: Source::Entra,
        audience_key,
        kind,
        value,
        delegated: kind == ScopeKind::Scope,
        implies: None,
        overridden: None,
    }
}

fn level(audience: &str, kind: ScopeKind, value: &str) -> Privilege {
    classify(Packs::shipped(), &ask(Some(audience), kind, value)).privilege
}

/// (audience, kind, value, level, rule): one row or more for every rule group of the packs.
const GOLDEN: &[(&str, ScopeKind, &str, Privilege, &str)] = {
    use Privilege::*;
    use ScopeKind::*;
    &[
        ("msgraph", Scope, "offline_access", None, "OIDC-1"),
        ("msgraph", Scope, "openid", Basic, "OIDC-2"),
        ("keycloak-realm", Scope, "email", Basic, "OIDC-3"),
        ("azure-management", Scope, "user_impersonation", Impersonate, "OIDC-4"),
        ("msgraph", Scope, "Directory.AccessAsUser.All", Impersonate, "OIDC-4"),
        ("msgraph", Scope, "User.Read", Basic, "GRAPH-BASIC"),
        ("msgraph", AppRole, "Sites.Selected", Write, "GRAPH-SELECTED"),
        ("msgraph", Scope, "EWS.AccessAsUser.All", Write, "GRAPH-PROTOCOL"),
        ("msgraph", AppRole, "BitlockerKey.Read.All", Read, "GRAPH-SECRETS"),
        ("msgraph", AppRole, "User.Export.All", Read, "GRAPH-EXPORT"),
        ("msgraph", AppRole, "Calls.AccessMedia.All", Read, "GRAPH-MEDIA"),
        ("msgraph", AppRole, "Content.Process.All", Read, "GRAPH-CONTENT"),
        ("msgraph", Scope, "MailboxSettings.ReadWrite", Write, "GRAPH-OWN"),
        ("msgraph", Scope, "UserAuthMethod-Phone.ReadWrite", Write, "GRAPH-OWN-METHODS"),
        ("msgraph", AppRole, "UserAuthMethod-Phone.ReadWrite.All", Admin, "GRAPH-SIGNIN-METHODS"),
        ("msgraph", AppRole, "Policy.ReadWrite.CrossTenantAccess", Admin, "GRAPH-POLICY"),
        ("msgraph", AppRole, "DeviceManagementConfiguration.ReadWrite.All", Admin, "GRAPH-DEVICES"),
        ("msgraph", AppRole, "Sites.FullControl.All", Admin, "GRAPH-FULL"),
        ("msgraph", AppRole, "Sites.Manage.All", Admin, "GRAPH-FULL"),
        ("msgraph", AppRole, "IdentityProvider.ReadWrite.All", Admin, "GRAPH-IDENTITY"),
        ("msgraph", AppRole, "TeamSettings.ReadWrite.All", Admin, "GRAPH-SETTINGS"),
        ("msgraph", AppRole, "TeamMember.ReadWrite.All", Admin, "GRAPH-MEMBERS"),
        ("msgraph", AppRole, "CustomDetection.ReadWrite.All", Admin, "GRAPH-SECURITY"),
        ("msgraph", AppRole, "Mail.Read", Read, "GRAMMAR-MS"),
        ("msgraph", AppRole, "Mail.Send", Write, "GRAMMAR-MS"),
        ("msgraph", AppRole, "Files.ReadWrite.All", Write, "GRAMMAR-MS"),
        ("msgraph", AppRole, "User.ReadBasic.All", Basic, "GRAMMAR-MS"),
        ("msgraph", AppRole, "RoleManagement.Read.All", Read, "GRAMMAR-MS"),
        ("msgraph", AppRole, "AppRoleAssignment.ReadWrite.All", Escalate, "EM-ENTRA-01"),
        ("msgraph", AppRole, "RoleManagement.ReadWrite.Directory", Escalate, "EM-ENTRA-02"),
        ("msgraph", AppRole, "Application.ReadWrite.All", Escalate, "EM-ENTRA-03"),
        ("msgraph", AppRole, "Application.ReadWrite.OwnedBy", Escalate, "EM-ENTRA-04"),
        ("msgraph", AppRole, "Directory.ReadWrite.All", Escalate, "EM-ENTRA-05"),
        ("msgraph", AppRole, "DelegatedPermissionGrant.ReadWrite.All", Escalate, "EM-ENTRA-06"),
        ("msgraph", AppRole, "UserAuthenticationMethod.ReadWrite.All", Escalate, "EM-ENTRA-07"),
        ("exchange", AppRole, "full_access_as_app", Admin, "EXO-FULL"),
        ("exchange", Scope, "OPX.MyDay.All", Read, "EXO-OWN"),
        ("power-bi", Scope, "Report.Reshare.All", Write, "GRAMMAR-MS"),
        ("exchange", AppRole, "IMAP.AccessAsApp", Write, "EXO-APP-PROTOCOL"),
        ("sharepoint", Scope, "Sites.Search.All", Read, "SPO-1"),
        ("defender", AppRole, "Machine.LiveResponse", Admin, "MDE-1"),
        ("defender", AppRole, "Machine.Scan", Write, "MDE-2"),
        ("purview", AppRole, "Content.SuperUser", Admin, "RMS-1"),
        ("intune", AppRole, "pfx_cert_provider", Admin, "INTUNE-1"),
        ("azure-devops", Scope, "vso.security_manage", Escalate, "ADO-ESC"),
        ("azure-devops", Scope, "vso.code_manage", Admin, "ADO-ADMIN"),
        ("azure-devops", Scope, "vso.code_write", Write, "ADO-WRITE"),
        ("azure-devops", Scope, "vso.code", Read, "ADO-SECRETS"),
        ("azure-devops", Scope, "vso.work", Read, "ADO-READ"),
        ("key-vault", Scope, "user_impersonation", Impersonate, "KV-1"),
        ("entra-directory", DirectoryRole, "Global Administrator", Escalate, "EM-ENTRA-02"),
        ("entra-directory", DirectoryRole, "Directory Readers", Read, "DIRECTORY-ROLE"),
        ("entra-directory", DirectoryRole, "Exchange Administrator", Admin, "DIRECTORY-ROLE"),
        ("entra-directory", DirectoryRole, "Insights Business Reader", Read, "WORDS"),
        ("entra-directory", DirectoryRole, "Yammer Administrator", Admin, "WORDS"),
        ("keycloak-realm", Scope, "offline_access", None, "KC-NONE"),
        ("keycloak-realm", RealmRole, "uma_authorization", None, "KC-NONE-2"),
        ("keycloak-realm", RealmRole, "default-roles-shop", None, "KC-NONE-2"),
        ("keycloak-realm", Scope, "web-origins", Basic, "KC-SCOPES"),
        ("keycloak-realm", RealmRole, "admin", Admin, "WORDS"),
        ("keycloak-realm-management", ClientRole, "query-users", Basic, "KC-QUERY"),
        ("keycloak-realm-management", ClientRole, "view-clients", Read, "KC-VIEW-SECRETS"),
        ("keycloak-realm-management", ClientRole, "view-users", Read, "KC-VIEW"),
        ("keycloak-realm-management", ClientRole, "manage-events", Write, "KC-WRITE"),
        ("keycloak-realm-management", ClientRole, "create-client", Admin, "KC-ADMIN"),
        ("keycloak-realm-management", ClientRole, "manage-clients", Escalate, "EM-KC-01"),
        ("keycloak-realm-management", ClientRole, "manage-users", Escalate, "EM-KC-02"),
        ("keycloak-realm-management", ClientRole, "impersonation", Impersonate, "EM-KC-02"),
        ("keycloak-realm-management", ClientRole, "realm-admin", Escalate, "EM-KC-03"),
        ("keycloak-master", RealmRole, "create-realm", Admin, "KC-MASTER"),
        ("keycloak-account", ClientRole, "manage-account", Write, "KC-ACCOUNT-WRITE"),
        ("keycloak-account", ClientRole, "view-profile", Basic, "KC-ACCOUNT"),
        ("keycloak-broker", ClientRole, "read-token", Read, "KC-BROKER"),
        ("auth0-management", Scope, "(none)", Basic, "NO-SCOPE"),
        ("auth0-management", Scope, "read:current_user", Basic, "AUTH0-SELF"),
        ("auth0-management", Scope, "update:current_user_metadata", Write, "AUTH0-SELF-WRITE"),
        ("auth0-management", Scope, "read:client_keys", Read, "AUTH0-HARVEST"),
        ("auth0-management", Scope, "create:client_grants", Escalate, "AUTH0-ESCALATE"),
        ("auth0-management", Scope, "update:users", Escalate, "AUTH0-ESCALATE"),
        ("auth0-management", Scope, "update:tenant_settings", Admin, "AUTH0-ADMIN"),
        ("auth0-management", Scope, "read:users", Read, "AUTH0-READ"),
        ("auth0-management", Scope, "delete:users", Write, "AUTH0-WRITE"),
        ("google-people", Scope, "https://www.googleapis.com/auth/userinfo.email", Basic, "GOOG-SIGN-IN"),
        ("google-mail", Scope, "https://www.googleapis.com/auth/gmail.metadata", Basic, "GOOG-METADATA"),
        ("google-mail", Scope, "https://www.googleapis.com/auth/gmail.readonly", Read, "GOOG-READ"),
        ("google-mail", Scope, "https://www.googleapis.com/auth/gmail.modify", Write, "GOOG-WRITE"),
        ("google-mail", Scope, "https://mail.google.com/", Admin, "GOOG-WHOLE"),
        ("google-drive", Scope, "https://www.googleapis.com/auth/drive.file", Write, "GOOG-OWN-FILES"),
        ("google-drive", Scope, "https://www.googleapis.com/auth/drive", Write, "GOOG-WRITE"),
        ("google-admin", Scope, "https://www.googleapis.com/auth/admin.directory.group", Admin, "GOOG-ADMIN"),
        ("google-admin", Scope, "https://www.googleapis.com/auth/admin.directory.user.readonly", Read, "GOOG-READ"),
        ("google-admin", Scope, "https://www.googleapis.com/auth/admin.directory.user", Escalate, "EM-GOOG-01"),
        ("google-admin", DirectoryRole, "domain-wide-delegation", Impersonate, "EM-GOOG-02"),
        ("google-cloud", Scope, "https://www.googleapis.com/auth/cloud-platform", Escalate, "EM-GOOG-01"),
        ("google-cloud", AppRole, "roles/editor", Admin, "GOOG-ROLE-EDITOR"),
        ("google-cloud", AppRole, "roles/storage.objectViewer", Read, "GOOG-ROLE-READ"),
        ("google-cloud", AppRole, "roles/secretmanager.secretAccessor", Read, "GOOG-ROLE-SECRETS"),
        ("google-cloud", AppRole, "roles/storage.objectAdmin", Admin, "GOOG-ROLE-ADMIN"),
        ("google-cloud", AppRole, "roles/pubsub.publisher", Write, "GOOG-ROLE-WRITE"),
        ("google-cloud", AppRole, "roles/iam.serviceAccountTokenCreator", Impersonate, "EM-GOOG-02"),
        ("aws-all", AppRole, "*", Escalate, "EM-AWS-01"),
        ("aws-all", AppRole, "* without iam", Admin, "AWS-ALL-BUT-IAM"),
        ("aws-all", DirectoryRole, "AdministratorAccess", Escalate, "EM-AWS-01"),
        ("aws-all", DirectoryRole, "AmazonS3FullAccess", Admin, "AWS-POLICY-FULL"),
        ("aws-all", DirectoryRole, "AWSCloudTrail_ReadOnlyAccess", Read, "AWS-POLICY-READ"),
        ("aws-all", DirectoryRole, "SecurityAudit", Read, "AWS-POLICY-READ"),
        ("aws-all", DirectoryRole, "PowerUserAccess", Admin, "AWS-POLICY-POWER"),
        ("aws-secrets", AppRole, "ssm:SendCommand", Admin, "AWS-RUN"),
        ("aws-iam", AppRole, "iam:*", Escalate, "EM-AWS-01"),
        ("aws-iam", AppRole, "iam:AttachRolePolicy", Escalate, "EM-AWS-01"),
        ("aws-iam", AppRole, "iam:PassRole", Admin, "AWS-PASS-ROLE"),
        ("aws-iam", AppRole, "iam:DeleteUser", Admin, "AWS-IDENTITY"),
        ("aws-iam", AppRole, "iam:ListRoles", Basic, "AWS-LOOK"),
        ("aws-iam", AppRole, "sts:AssumeRole", Impersonate, "EM-AWS-03"),
        ("aws-secrets", AppRole, "secretsmanager:GetSecretValue", Read, "AWS-SECRETS"),
        ("aws-secrets", AppRole, "kms:*", Admin, "AWS-WHOLE-SERVICE"),
        ("aws-secrets", AppRole, "kms:PutKeyPolicy", Admin, "AWS-SHARE"),
        ("aws-data", AppRole, "s3:GetObject", Read, "AWS-READ"),
        ("aws-data", AppRole, "s3:Get*", Read, "AWS-READ"),
        ("aws-data", AppRole, "s3:PutBucketPolicy", Admin, "AWS-SHARE"),
        ("aws-data", AppRole, "s3:PutObject", Write, "AWS-CHANGE"),
        ("aws-data", AppRole, "dynamodb:DescribeTable", Basic, "AWS-LOOK"),
        ("aws-compute", AppRole, "lambda:UpdateFunctionCode", Impersonate, "EM-AWS-03"),
        ("aws-service", AppRole, "a4b:SendInvitation", Write, "AWS-CHANGE"),
        ("github-org", InstallPermission, "members:write", Escalate, "GH-ORG"),
        ("github-org", InstallPermission, "secrets:write", Admin, "GH-CODE-RUNS"),
        ("github-org", Scope, "repo", Admin, "GH-CODE-RUNS"),
        ("github-org", InstallPermission, "contents:write", Write, "GH-WRITE"),
        ("github-org", Scope, "admin:gpg_key", Admin, "GH-ADMIN"),
        ("github-org", InstallPermission, "metadata:read", Basic, "GH-BASIC"),
        ("github-org", InstallPermission, "contents:read", Read, "GH-READ"),
        ("gitlab-api", Scope, "sudo", Escalate, "GL-SUDO"),
        ("gitlab-api", Scope, "api", Admin, "GL-ADMIN"),
        ("gitlab-api", Scope, "write_repository", Write, "GL-WRITE"),
        ("gitlab-api", Scope, "read_api", Read, "GL-READ"),
        ("gitlab-api", Scope, "read_user", Basic, "GL-BASIC"),
        ("slack-workspace", Scope, "admin.users:read", Read, "SL-ADMIN-READ"),
        ("slack-workspace", Scope, "admin.users:write", Escalate, "SL-ADMIN"),
        ("slack-workspace", Scope, "channels:manage", Admin, "SL-MANAGE"),
        ("slack-workspace", Scope, "channels:history", Read, "SL-READ"),
        ("slack-workspace", Scope, "chat:write", Write, "SL-WRITE"),
        ("slack-workspace", Scope, "channels:read", Basic, "SL-BASIC"),
        ("salesforce-org", Scope, "full", Admin, "SF-FULL"),
        ("salesforce-org", Scope, "(scopes not exported)", Write, "SF-UNKNOWN"),
        ("salesforce-org", Scope, "id", Basic, "SF-BASIC"),
        ("okta-org", ApiKeyRight, "rights-of-the-user", Admin, "OKTA-TOKEN"),
        ("okta-org", Scope, "okta.users.read.self", Basic, "OKTA-SELF"),
        ("okta-org", Scope, "okta.myAccount.email.read", Basic, "OKTA-SELF"),
        ("okta-org", Scope, "okta.users.manage.self", Write, "OKTA-SELF-WRITE"),
        ("okta-org", Scope, "okta.myAccount.manage", Write, "OKTA-SELF-WRITE"),
        ("okta-org", Scope, "device_sso", None, "OKTA-SIGN-IN"),
        ("okta-org", Scope, "okta.groups.manage", Admin, "OKTA-ADMIN"),
        ("okta-org", Scope, "okta.policies.manage", Admin, "OKTA-ADMIN"),
        ("okta-org", Scope, "okta.apps.read", Read, "OKTA-SECRETS"),
        ("okta-org", Scope, "okta.brands.manage", Write, "OKTA-LOOK"),
        ("okta-org", Scope, "okta.logs.read", Read, "OKTA-READ"),
        ("okta-org", Scope, "okta.behaviors.manage", Admin, "OKTA-MANAGE"),
        ("okta-org", DirectoryRole, "READ_ONLY_ADMIN", Read, "OKTA-ROLE-READ"),
        ("okta-org", DirectoryRole, "WORKFLOWS_ADMIN", Admin, "OKTA-ROLE"),
        ("okta-org", Scope, "okta.idps.manage", Escalate, "EM-OKTA-01"),
        ("okta-org", DirectoryRole, "SUPER_ADMIN", Escalate, "EM-OKTA-01"),
        ("okta-org", Scope, "okta.users.manage", Escalate, "EM-OKTA-02"),
    ]
};

#[test]
fn golden_rows_keep_their_level_and_rule() {
    for (audience, kind, value, privilege, rule) in GOLDEN {
        let found = classify(Packs::shipped(), &ask(Some(audience), *kind, value));
        assert_eq!((found.privilege, found.rule_id.as_str()), (*privilege, *rule), "{value} at {audience}");
    }
}

#[test]
fn every_rule_group_has_a_golden_row() {
    for rule in Packs::shipped().curated.rules() {
        assert!(GOLDEN.iter().any(|row| row.4 == rule.id), "{} has no golden row", rule.id);
    }
}

#[test]
fn every_permission_of_graph_is_judged_by_more_than_a_guess() {
    let packs = Packs::shipped();
    for (name, application, delegated) in packs.graph_names.with_kinds() {
        for (exists, kind) in [(application, ScopeKind::AppRole), (delegated, ScopeKind::Scope)] {
            let found = classify(packs, &ask(Some("msgraph"), kind, name));
            assert!(!exists || !found.assumed, "{name} ({kind}) rests on {}", found.rule_id);
            assert_eq!(found.data_classes.len(), 1, "{name} opens one class");
        }
    }
}

#[test]
fn names_that_change_are_never_below_write() {
    let packs = Packs::shipped();
    for (name, ..) in packs.graph_names.with_kinds() {
        let found = classify(packs, &ask(Some("msgraph"), ScopeKind::AppRole, name));
        if name.contains("Write") {
            assert!(found.privilege >= Privilege::Write, "{name} is {}", found.privilege);
        }
        if name.contains(".Read.") && !name.contains("Write") {
            assert!(found.privilege <= Privilege::Read, "{name} is {}", found.privilege);
        }
    }
}

#[test]
fn unknown_is_never_low() {
    let packs = Packs::shipped();
    let app = classify(packs, &ask(None, ScopeKind::AppRole, "frobnicate"));
    assert_eq!((app.privilege, app.assumed, app.confidence.percent()), (Privilege::Write, true, 20));
    let delegated = classify(packs, &ask(None, ScopeKind::Scope, "frobnicate"));
    assert_eq!((delegated.privilege, delegated.assumed), (Privilege::Read, true));
    let id = classify(packs, &ask(None, ScopeKind::AppRole, "deadbeef-aaaa-bbbb-cccc-000000000000"));
    assert_eq!((id.privilege, id.rule_id.as_str()), (Privilege::Write, "UNKNOWN"), "an id has no words");
    let everything = classify(packs, &ask(None, ScopeKind::Scope, ".default"));
    assert_eq!((everything.privilege, everything.assumed), (Privilege::Admin, true));
}

#[test]
fn an_id_of_graph_is_judged_by_its_published_name() {
    let found = classify(Packs::shipped(), &ask(Some("msgraph"), ScopeKind::AppRole, "06b708a9-e830-4db3-a914-8e69da51d44f"));
    assert_eq!(found.resolved_name.as_deref(), Some("AppRoleAssignment.ReadWrite.All"));
    assert_eq!(found.escalation, Some(("EM-ENTRA-01".to_owned(), EscalationTarget::Realm, false)));
    assert_eq!(found.data_classes, ["identity control"]);
}

#[test]
fn a_persons_word_wins_over_every_rule() {
    let lowered = PermissionQuery {
        overridden: Some(Privilege::Basic),
        ..ask(Some("msgraph"), ScopeKind::AppRole, "AppRoleAssignment.ReadWrite.All")
    };
    let found = classify(Packs::shipped(), &lowered);
    assert_eq!((found.privilege, found.confidence, found.escalation), (Privilege::Basic, Confidence::Override, None));
    let raised = PermissionQuery { overridden: Some(Privilege::Escalate), ..ask(None, ScopeKind::Scope, "orders:read") };
    let found = classify(Packs::shipped(), &raised);
    assert_eq!(found.escalation, Some(("EM-GEN-01".to_owned(), EscalationTarget::Bounded, true)));
    assert!(!found.assumed, "what a person said is not assumed");
}

#[test]
fn sign_in_scopes_hold_at_every_audience_but_only_as_scopes() {
    let packs = Packs::shipped();
    assert!(classify(packs, &ask(None, ScopeKind::Scope, "OFFLINE_ACCESS")).flags.offline);
    assert!(classify(packs, &ask(None, ScopeKind::Scope, "email")).flags.pii);
    let role = classify(packs, &ask(None, ScopeKind::RealmRole, "profile"));
    assert_eq!(role.rule_id, "WORDS", "a role named profile is not the OpenID scope");
}

#[test]
fn containers_are_as_strong_as_their_strongest_member() {
    let packs = Packs::shipped();
    let custom = PermissionQuery {
        implies: Some("microsoft.directory/applications/standard/read microsoft.directory/applications/credentials/update"),
        ..ask(Some("entra-directory"), ScopeKind::DirectoryRole, "Build helpers")
    };
    let found = classify(packs, &custom);
    assert_eq!((found.privilege, found.assumed), (Privilege::Escalate, false));
    let composite = PermissionQuery {
        source: Source::Keycloak,
        implies: Some("view-users manage-clients"),
        ..ask(Some("keycloak-realm-management"), ScopeKind::ClientRole, "helpdesk")
    };
    assert_eq!(classify(packs, &composite).privilege, Privilege::Escalate);
    let modest = PermissionQuery { implies: Some("query-users view%20orders"), value: "superadmin", ..composite };
    assert_eq!(classify(packs, &modest).rule_id, "WORDS", "a name may promise more than the members in view");
}

#[test]
fn breadth_follows_the_name() {
    let breadth = |kind, value| classify(Packs::shipped(), &ask(Some("msgraph"), kind, value)).breadth;
    assert_eq!(breadth(ScopeKind::AppRole, "Sites.Selected"), BreadthHint::Selected);
    assert_eq!(breadth(ScopeKind::AppRole, "Application.ReadWrite.OwnedBy"), BreadthHint::Selected);
    assert_eq!(breadth(ScopeKind::Scope, "Mail.Read"), BreadthHint::SelfOnly);
    assert_eq!(breadth(ScopeKind::AppRole, "Mail.Read"), BreadthHint::All);
    assert_eq!(level("keycloak-account", ScopeKind::ClientRole, "delete-account"), Privilege::Write);
}

#[test]
fn scopes_of_okta_open_the_class_of_their_name() {
    let classes = |value| classify(Packs::shipped(), &ask(Some("okta-org"), ScopeKind::Scope, value)).data_classes;
    assert_eq!(classes("okta.logs.read"), ["logs and devices"]);
    assert_eq!(classes("okta.users.read.self"), ["own account"]);
    assert_eq!(classes("okta.users.read"), ["directory"]);
    assert_eq!(classes("okta.idps.read"), ["identity control"]);
}
