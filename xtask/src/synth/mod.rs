//! `cargo xtask synth`: exports of a made-up Entra tenant of any size, as Microsoft Graph pages them, with a file that says
//! what an import of them must count. Same seed, same bytes.
//!
//! Knows no importer and nothing of the core, so that the truth is told by somebody else than who is tested.

mod estate;
mod graph_permissions;
mod pages;
mod random;
mod truth;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use estate::{Estate, Granted, Owned};
use pages::{Pages, text};
use random::{Random, grant_id, guid_text, iso};
pub use truth::Truth;

/// What to make and where.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Clients, APIs included.
    #[arg(long, default_value_t = 1_000)]
    pub clients: u64,
    /// Grants, one for each permission.
    #[arg(long, default_value_t = 10_000)]
    pub grants: u64,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder to write into, made if it is not there: the exports in `export/`, and `truth.json`.
    #[arg(long)]
    pub out: PathBuf,
    /// Also the grants as one flat CSV, for comparing with other tools.
    #[arg(long)]
    pub flat: Option<PathBuf>,
}

/// Writes the estate and says what it holds.
pub fn run(options: &Options) -> Result<bool> {
    let truth = generate(options)?;
    println!("{}", truth.summary());
    Ok(true)
}

/// Writes the files of an estate into `out/export`, what an import of that folder must count into `out/truth.json`, and gives the
/// truth back.
pub fn generate(options: &Options) -> Result<Truth> {
    let estate = Estate::new(options.seed, options.clients, options.grants)?;
    let out = options.out.join("export");
    std::fs::create_dir_all(&out).with_context(|| format!("make the folder {}", out.display()))?;
    let mut truth = Truth::default();
    organization(&estate, &out, &mut truth)?;
    service_principals(&estate, &out, &mut truth)?;
    applications(&estate, &out, &mut truth)?;
    federated(&estate, &out, &mut truth)?;
    grants(&estate, &out, options.flat.as_deref(), &mut truth)?;
    users(&estate, &out, &mut truth)?;
    std::fs::write(options.out.join("truth.json"), truth.json()).context("write truth.json")?;
    Ok(truth)
}

fn organization(estate: &Estate, out: &Path, truth: &mut Truth) -> Result<()> {
    let mut pages = Pages::new(out, "organization.json", "organization", "organization")?;
    pages.record(&format!(r#"{{"id":"{}","displayName":"Synthetic Holdings"}}"#, guid_text(&estate.tenant())))?;
    truth.file(pages.finish()?);
    Ok(())
}

fn service_principals(estate: &Estate, out: &Path, truth: &mut Truth) -> Result<()> {
    let mut pages = Pages::new(out, "servicePrincipals.json", "servicePrincipals", "servicePrincipals")?;
    let mut vendors = BTreeSet::new();
    let mut record = String::new();
    for client in 0..estate.clients {
        let owned = estate.owned(client);
        record.clear();
        write!(
            record,
            r#"{{"id":"{}","appId":"{}","displayName":{},"accountEnabled":{},"createdDateTime":"{}","appOwnerOrganizationId":{},"servicePrincipalType":"{}","signInAudience":"{}""#,
            guid_text(&estate.object_id(client)),
            guid_text(&estate.app_id(client)),
            text(&estate.name(client)),
            estate.enabled(client),
            iso(estate.created(client)),
            estate.owner_tenant(owned).map_or("null".to_owned(), |id| format!("\"{}\"", guid_text(&id))),
            if owned == Owned::Managed { "ManagedIdentity" } else { "Application" },
            if owned == Owned::Own { "AzureADMyOrg" } else { "AzureADMultipleOrgs" },
        )?;
        if let Owned::Vendor(vendor) = owned {
            let (publisher, verified) = estate.publisher(vendor);
            let verified = if verified { text(&publisher) } else { "null".to_owned() };
            write!(
                record,
                r#","publisherName":{},"verifiedPublisher":{{"displayName":{verified},"verifiedPublisherId":null,"addedDateTime":null}}"#,
                text(&publisher)
            )?;
            vendors.insert(vendor);
            truth.third_party_clients += 1;
        }
        if let Some((scopes, roles)) = usize::try_from(client).ok().and_then(|at| estate.permissions.get(at)) {
            truth.audiences += 1;
            truth.scopes += (scopes.len() + roles.len()) as u64;
            let list = |permissions: &[estate::Permission], role: bool| {
                let entries = permissions.iter().map(|permission| {
                    let kind = if role { r#""allowedMemberTypes":["Application"]"# } else { r#""type":"Admin""# };
                    format!(r#"{{{kind},"id":"{}","isEnabled":true,"value":{}}}"#, permission.id, text(&permission.name))
                });
                entries.collect::<Vec<_>>().join(",")
            };
            write!(record, r#","appRoles":[{}],"oauth2PermissionScopes":[{}]"#, list(roles, true), list(scopes, false))?;
        } else {
            record.push_str(r#","appRoles":[],"oauth2PermissionScopes":[]"#);
        }
        let mut keys = Vec::new();
        if owned == Owned::Managed {
            // The platform's own keys: however many are listed, they are one credential.
            truth.credentials += 1;
            let mut random = Random::of(estate.seed, 30, client);
            for _ in 0..1 + random.below(2) {
                let start = estate::EXPORTED - 86_400 * i64::try_from(random.below(45))?;
                keys.push(estate::Credential { certificate: true, key_id: random.guid(), start, end: start + 90 * 86_400 });
            }
        }
        let keys = key_entries(&keys, true)?;
        write!(record, r#","passwordCredentials":[],"keyCredentials":[{keys}]}}"#)?;
        pages.record(&record)?;
        truth.clients += 1;
    }
    truth.vendors = vendors.len() as u64;
    truth.file(pages.finish()?);
    Ok(())
}

fn applications(estate: &Estate, out: &Path, truth: &mut Truth) -> Result<()> {
    let mut pages = Pages::new(out, "applications.json", "applications", "applications(owners(id,displayName,userPrincipalName))")?;
    let (mut people, mut clients) = (BTreeSet::new(), BTreeSet::new());
    let mut record = String::new();
    for client in (0..estate.clients).filter(|client| estate.owned(*client) == Owned::Own) {
        let credentials = estate.credentials(client);
        truth.credentials += credentials.len() as u64;
        let (users, other) = estate.owners(client);
        let other = other.filter(|other| estate.owned(*other) == Owned::Own);
        truth.ownerships += users.len() as u64 + u64::from(other.is_some());
        let mut owners: Vec<String> = users
            .iter()
            .map(|user| {
                format!(
                    r##"{{"@odata.type":"#microsoft.graph.user","id":"{}","displayName":{},"userPrincipalName":"user{user}@synthetic.example"}}"##,
                    guid_text(&estate.user_id(*user)),
                    text(&person(*user))
                )
            })
            .collect();
        people.extend(users);
        if let Some(other) = other {
            owners.push(format!(
                r##"{{"@odata.type":"#microsoft.graph.servicePrincipal","id":"{}","appId":"{}","displayName":{}}}"##,
                guid_text(&estate.object_id(other)),
                guid_text(&estate.app_id(other)),
                text(&estate.name(other))
            ));
            clients.insert(other);
        }
        record.clear();
        write!(
            record,
            r#"{{"id":"{}","appId":"{}","displayName":{},"createdDateTime":"{}","signInAudience":"AzureADMyOrg","passwordCredentials":[{}],"keyCredentials":[{}],"owners":[{}]}}"#,
            guid_text(&estate.registration_id(client)),
            guid_text(&estate.app_id(client)),
            text(&estate.name(client)),
            iso(estate.created(client)),
            key_entries(&credentials, false)?,
            key_entries(&credentials, true)?,
            owners.join(",")
        )?;
        pages.record(&record)?;
    }
    truth.owners = (people.len() + clients.len()) as u64;
    truth.file(pages.finish()?);
    Ok(())
}

fn person(user: u64) -> String {
    format!("User {user}")
}

/// Entries of `keyCredentials` (certificates) or `passwordCredentials` (secrets).
fn key_entries(credentials: &[estate::Credential], certificates: bool) -> Result<String> {
    let mut out = String::new();
    for credential in credentials.iter().filter(|credential| credential.certificate == certificates) {
        if !out.is_empty() {
            out.push(',');
        }
        let (id, start, end) = (guid_text(&credential.key_id), iso(credential.start), iso(credential.end));
        if certificates {
            let thumbprint: String =
                credential.key_id.iter().chain(&credential.key_id[..4]).fold(String::new(), |hex, byte| format!("{hex}{byte:02X}"));
            write!(
                out,
                r#"{{"customKeyIdentifier":"{thumbprint}","displayName":"CN=synthetic","endDateTime":"{end}","key":null,"keyId":"{id}","startDateTime":"{start}","type":"AsymmetricX509Cert","usage":"Verify"}}"#
            )?;
        } else {
            // Graph shows the first characters of a secret; an importer must drop them.
            write!(
                out,
                r#"{{"customKeyIdentifier":null,"displayName":"secret","endDateTime":"{end}","hint":"Kx~","keyId":"{id}","secretText":null,"startDateTime":"{start}"}}"#
            )?;
        }
    }
    Ok(out)
}

fn federated(estate: &Estate, out: &Path, truth: &mut Truth) -> Result<()> {
    let mut pages = Pages::new(out, "federatedIdentityCredentials.json", "", "")?;
    for client in (0..estate.clients).filter(|client| estate.federated(*client)) {
        let path = format!("applications('{}')/federatedIdentityCredentials", guid_text(&estate.registration_id(client)));
        pages.begin(&path, &path)?;
        pages.record(&format!(
            r#"{{"id":"{}","name":"pipeline","issuer":"https://token.actions.githubusercontent.com","subject":"repo:synthetic/repo-{client}:ref:refs/heads/main","audiences":["api://AzureADTokenExchange"]}}"#,
            guid_text(&Random::of(estate.seed, 31, client).guid())
        ))?;
        truth.credentials += 1;
    }
    truth.file(pages.finish()?);
    Ok(())
}

fn grants(estate: &Estate, out: &Path, flat: Option<&Path>, truth: &mut Truth) -> Result<()> {
    let mut flat = match flat {
        None => None,
        Some(path) => {
            let mut file = BufWriter::new(File::create(path).with_context(|| format!("write {}", path.display()))?);
            writeln!(file, "client,api,kind,permission,mode,principal")?;
            Some(file)
        }
    };
    let mut pages = Pages::new(out, "oauth2PermissionGrants.json", "oauth2PermissionGrants", "oauth2PermissionGrants")?;
    // Graph lists assignments API by API, so they wait for their turn; all else is written at once.
    let mut by_api: Vec<Vec<(u64, u32, i64)>> = vec![Vec::new(); estate.permissions.len()];
    let mut principals = BTreeSet::new();
    let mut record = String::new();
    estate.grants_of_clients(|client, granted| {
        let (app, object) = (guid_text(&estate.app_id(client)), estate.object_id(client));
        for one in granted {
            match one {
                Granted::Role { api, role, at } => {
                    truth.application += 1;
                    by_api[*api].push((client, u32::try_from(*role)?, *at));
                    if let Some(flat) = &mut flat {
                        let permission = &estate.permissions[*api].1[*role].name;
                        writeln!(flat, "{app},{},app_role,{permission},application,", guid_text(&estate.app_id(*api as u64)))?;
                    }
                }
                Granted::Scopes { api, user, scopes } => {
                    let resource = estate.object_id(*api as u64);
                    let names: Vec<&str> = scopes.iter().map(|at| estate.permissions[*api].0[*at].name.as_str()).collect();
                    let user_id = user.map(|user| estate.user_id(user));
                    principals.extend(*user);
                    let mut parts = vec![&object, &resource];
                    parts.extend(user_id.as_ref());
                    record.clear();
                    write!(
                        record,
                        r#"{{"clientId":"{}","consentType":"{}","id":"{}","principalId":{},"resourceId":"{}","scope":" {}"}}"#,
                        guid_text(&object),
                        if user.is_some() { "Principal" } else { "AllPrincipals" },
                        grant_id(&parts),
                        user_id.as_ref().map_or("null".to_owned(), |id| format!("\"{}\"", guid_text(id))),
                        guid_text(&resource),
                        names.join(" ")
                    )?;
                    pages.record(&record)?;
                    *if user.is_some() { &mut truth.delegated_one } else { &mut truth.delegated_all } += names.len() as u64;
                    if let Some(flat) = &mut flat {
                        let (api, mode) =
                            (guid_text(&estate.app_id(*api as u64)), if user.is_some() { "delegated_one" } else { "delegated_all" });
                        let user = user_id.as_ref().map_or(String::new(), guid_text);
                        for name in names {
                            writeln!(flat, "{app},{api},scope,{name},{mode},{user}")?;
                        }
                    }
                }
            }
        }
        Ok(())
    })?;
    truth.principals = principals.len() as u64;
    truth.file(pages.finish()?);
    if let Some(mut flat) = flat {
        flat.flush()?;
    }
    assigned(estate, out, &by_api, truth)
}

fn assigned(estate: &Estate, out: &Path, by_api: &[Vec<(u64, u32, i64)>], truth: &mut Truth) -> Result<()> {
    let mut pages = Pages::new(out, "appRoleAssignedTo.json", "", "")?;
    let mut record = String::new();
    for (api, assigned) in by_api.iter().enumerate() {
        let resource = guid_text(&estate.object_id(api as u64));
        let path = format!("servicePrincipals('{resource}')/appRoleAssignedTo");
        pages.begin(&path, &path)?;
        let resource_name = text(&estate.name(api as u64));
        for (client, role, at) in assigned {
            record.clear();
            write!(
                record,
                r#"{{"appRoleId":"{}","createdDateTime":"{}","deletedDateTime":null,"id":"{}","principalDisplayName":{},"principalId":"{}","principalType":"ServicePrincipal","resourceDisplayName":{resource_name},"resourceId":"{resource}"}}"#,
                estate.permissions[api].1[*role as usize].id,
                iso(*at),
                grant_id(&[&Random::of(estate.seed, 32, client << 24 ^ (api as u64) << 8 ^ u64::from(*role)).guid()]),
                text(&estate.name(*client)),
                guid_text(&estate.object_id(*client)),
            )?;
            pages.record(&record)?;
        }
    }
    truth.file(pages.finish()?);
    Ok(())
}

fn users(estate: &Estate, out: &Path, truth: &mut Truth) -> Result<()> {
    let mut pages = Pages::new(out, "users.json", "users", "users(id,displayName,userPrincipalName,accountEnabled)")?;
    for user in 0..estate.users {
        pages.record(&format!(
            r##"{{"@odata.type":"#microsoft.graph.user","id":"{}","displayName":{},"userPrincipalName":"user{user}@synthetic.example","accountEnabled":{}}}"##,
            guid_text(&estate.user_id(user)),
            text(&person(user)),
            !Random::of(estate.seed, 33, user).percent(6)
        ))?;
    }
    truth.file(pages.finish()?);
    Ok(())
}

#[cfg(test)]
mod tests;
