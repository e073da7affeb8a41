//! What to do at a source to revoke a client, in that source's own words, and how long tokens live on there.
//!
//! Facts about products: Microsoft Entra documentation "Revoke user access" and "Configurable token lifetimes" (access tokens of
//! 60 to 90 minutes by default), Keycloak Server Administration Guide, chapters on clients, sessions and revocation;
//! Okta developer reference, apps, grants, tokens and authorization servers. Auth0 Management API v2. IAM and Cognito
//! developer guides, revoking temporary credentials and tokens.

use crate::model::Source;

/// Steps at a source, in the order of doing them.
pub fn steps(source: Source) -> &'static [&'static str] {
    match source {
        Source::Entra => &[
            "Disable the service principal: Enterprise applications > the app > Properties > Enabled for users to sign-in: No (accountEnabled = false). From then on it gets no token.",
            "Delete its grants: delegated ones (oauth2PermissionGrants) and app role assignments, one by one; the rows below list them.",
            "Remove the credentials that were added in this tenant: keyCredentials, passwordCredentials and federated identity credentials of the service principal and of the application, if the registration is yours.",
            "Revoke the sessions of the users that consented (revokeSignInSessions), so that refresh tokens end.",
            "Export again and import: a step counts as done when the newer export no longer shows the grant.",
        ],
        Source::Keycloak => &[
            "Disable the client: Clients > the client > Enabled: Off. It gets no token from then on.",
            "Set a not-before policy: Clients > the client > Sessions > Revocation > Set to now, then Push, so that adapters refuse older tokens.",
            "Log out its sessions, offline sessions included: Clients > the client > Sessions > Sign out; users' consents under Users > Consents > Revoke.",
            "Regenerate the client secret or remove the keys: Clients > the client > Credentials.",
            "Take the roles of its service account away, then export the realm again and import it.",
        ],
        Source::Okta => &[
            "Deactivate the app: Applications > the app > Deactivate. It gets no token from then on. An API service is revoked under Applications > API Service Integrations, an API token under Security > API > Tokens.",
            "Revoke its refresh tokens: DELETE /api/v1/apps/{id}/tokens, and at each custom authorization server DELETE /api/v1/authorizationServers/{id}/clients/{client}/tokens; access tokens that are out already keep working until they end.",
            "Revoke its scope grants (DELETE /api/v1/apps/{id}/grants/{grant}) and take its admin roles away; remove it from the policies of custom authorization servers.",
            "Deactivate and delete its secrets and keys: Applications > the app > General > Client Credentials.",
            "Export again and import: a step counts as done when the newer export no longer shows the grant.",
        ],
        Source::Auth0 => &[
            "Rotate the application's secret and remove its keys: Applications > the application > Credentials. Nobody with the old ones gets a token from then on.",
            "Delete its client grants: Applications > the application > APIs > Unauthorize; an API that lets every application in has to be changed itself.",
            "Revoke what users gave it: DELETE /api/v2/grants for each user, and refresh tokens with DELETE /api/v2/device-credentials; access tokens that are out already keep working until they end.",
            "Delete the application, if it is no longer needed.",
            "Export again and import: a step counts as done when the newer export no longer shows the grant.",
        ],
        Source::Aws => &[
            "Deactivate the access keys: aws iam update-access-key --status Inactive; new requests with them are refused within seconds. Delete them when nothing breaks.",
            "End temporary keys that are out already: Roles > the role > Revoke active sessions, which denies all keys made before now; for a user attach a policy that denies by aws:TokenIssueTime.",
            "Take the caller out of the trust of roles (AssumeRolePolicyDocument), and delete identity providers that let nobody in any more.",
            "Detach policies and leave groups; a Cognito app client is stopped by deleting it or by adding a second secret and deleting the first, its refresh tokens by revoke-token or global sign-out.",
            "Export again and import: a step counts as done when the newer export no longer shows the grant.",
        ],
        Source::Google => &[
            "Block the app: admin console > Security > API controls > Manage app access > the app > Blocked; users' tokens for it end.",
            "Delete the tokens of single users: DELETE users/{user}/tokens/{client} of the Directory API, or gam user X delete token clientid ID.",
            "Take domain-wide delegation away: Security > API controls > Domain-wide delegation > the client > Delete.",
            "Disable and delete keys of a service account (gcloud iam service-accounts keys delete), or disable the account; access tokens that are out already work for up to an hour.",
            "Remove the account from the policies of projects, folders and the organisation.",
            "Export again and import: a step counts as done when the newer export no longer shows the grant.",
        ],
        Source::Kong => &[
            "Delete the consumer's credentials (deck, or DELETE /consumers/{consumer}/key-auth/{id} and its kin): the gateway refuses them at once on all nodes that have the new configuration.",
            "Delete the consumer, or take it out of the groups that acl lets in.",
            "A token of an issuer outside is not ended here: revoke the client at that issuer too.",
            "Dump the configuration again and import: a step counts as done when the newer dump no longer shows the credential.",
        ],
        Source::GitHub => &[
            "Suspend or uninstall the app: Organisation settings > GitHub Apps > the app; its tokens end within an hour, the app's own keys at once.",
            "Revoke the token: Organisation settings > Personal access tokens > Active tokens > Revoke; authorised classic tokens and SSH keys with DELETE /orgs/{org}/credential-authorizations/{id}.",
            "Delete deploy keys: repository settings > Deploy keys, and secrets of workflows that hold a copy.",
            "Look through the audit log for what was done with it, then export again and import.",
        ],
        Source::GitLab => &[
            "Revoke the token: DELETE /personal_access_tokens/{id}, or at its project or group; it is refused at once.",
            "Remove the bot user of a project or group token, and CI/CD variables that hold a copy.",
            "Export again and import: a step counts as done when the newer export no longer shows the token.",
        ],
        Source::Slack => &[
            "Restrict the app (admin.apps.restrict) and uninstall it (admin.apps.uninstall): its tokens end at once.",
            "Rotate its signing secret and tokens if the app is your own (auth.revoke for single tokens).",
            "Export again and import: a step counts as done when the newer export no longer shows the app.",
        ],
        Source::Salesforce => &[
            "Block the connected app: Setup > Connected Apps OAuth Usage > Block; that ends its sessions. Single tokens under Revoke.",
            "End the sessions of its users: Setup > Session Management.",
            "Rotate the consumer secret, and restrict the app to users that an administrator approved.",
            "Query OauthToken again and import.",
        ],
        Source::Hydra | Source::PingFederate | Source::Curity => &[
            "Disable or delete the client at the server; it gets no token from then on.",
            "Revoke its grants and refresh tokens (Hydra: DELETE /admin/oauth2/auth/sessions/consent; PingFederate: persistent grants; Curity: delegations). Access tokens that check themselves work until they end.",
            "Change its secret or key, then export again and import.",
        ],
        Source::Generic | Source::Manual | Source::Envoy | Source::Istio | Source::Apim | Source::ApiGateway => &[
            "Disable the client or its user at the system that issued the credential.",
            "Revoke refresh tokens and API keys there (RFC 7009 where it offers a revocation endpoint); an answer of 200 is no proof that a token is refused.",
            "Delete its grants and remove its credentials.",
            "Prove it: a request with the old credential must be refused. Then export again and import.",
        ],
    }
}

/// How long an access token that is out already may still work.
pub fn tail(source: Source, seconds: Option<i64>) -> String {
    let minutes = |seconds: i64| if seconds % 60 == 0 { format!("{} min", seconds / 60) } else { format!("{seconds} s") };
    match (source, seconds) {
        (_, Some(seconds)) => format!(
            "Access tokens that are out already may work for up to {} more, the longest lifetime in the export, unless an API asks the issuer on each call.",
            minutes(seconds)
        ),
        (Source::Entra, None) => "The export states no lifetime. By default Entra access tokens live 60 to 90 minutes; with continuous access evaluation up to 28 hours, ended early only at APIs that support it.".to_owned(),
        _ => "The lifetime of access tokens is unknown: no import says it. Until it is, treat tokens as usable.".to_owned(),
    }
}
