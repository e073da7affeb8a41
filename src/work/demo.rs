//! The demo: an invented shop, *Lanternfish Outfitters*, as the export files that its systems would give.
//!
//! Nothing here is imported by another way than any other export: the files are written to a folder and read from it.
//! One token of the shop's batch job opens four APIs, a vendor holds a copy of the CRM's keys, and an old token of the
//! code host reads a repository that holds other systems' credentials. All names are invented; application ids and
//! permission names of Microsoft's own services are those that Microsoft publishes. Secrets in the files are words that
//! begin with `CANARY-SECRET-`: none of them may ever be stored.

use std::path::Path;

use anyhow::Context as _;

use crate::importers::mapping::Mapping;
use crate::model::time::Millis;

/// The day that the demo's files were exported, as `import --as-of` takes it; its ages count to the end of that day (decision D47).
pub const DEMO_AS_OF: &str = "2026-11-20";
/// [`DEMO_AS_OF`] in milliseconds UTC.
pub const DEMO_AS_OF_MS: Millis = 1_795_219_199_999;

/// A file of the demo.
#[derive(Debug, Clone, Copy)]
pub struct DemoFile {
    /// Path below the folder, with `/`.
    pub path: &'static str,
    /// Content.
    pub text: &'static str,
}

macro_rules! file {
    ($path:literal) => {
        DemoFile { path: $path, text: include_str!(concat!("../defaults/demo/", $path)) }
    };
}

/// All files, sorted by path: Graph pages, a Keycloak realm, tables, and the mapping profile beside each table.
pub const FILES: &[DemoFile] = &[
    file!("code-host/access.csv"),
    file!("code-host/access.map.toml"),
    file!("code-host/found-secrets.csv"),
    file!("code-host/found-secrets.map.toml"),
    file!("code-host/groups.csv"),
    file!("code-host/groups.map.toml"),
    file!("code-host/token-owners.csv"),
    file!("code-host/token-owners.map.toml"),
    file!("code-host/tokens.csv"),
    file!("code-host/tokens.map.toml"),
    file!("crm/connected-apps.csv"),
    file!("crm/connected-apps.map.toml"),
    file!("crm/oauth-tokens.csv"),
    file!("crm/oauth-tokens.map.toml"),
    file!("crm/object-access.csv"),
    file!("crm/object-access.map.toml"),
    file!("crm/objects.csv"),
    file!("crm/objects.map.toml"),
    file!("data-lake/accounts.csv"),
    file!("data-lake/accounts.map.toml"),
    file!("data-lake/bindings.csv"),
    file!("data-lake/bindings.map.toml"),
    file!("data-lake/datasets.csv"),
    file!("data-lake/datasets.map.toml"),
    file!("data-lake/keys.csv"),
    file!("data-lake/keys.map.toml"),
    file!("entra/applications.json"),
    file!("entra/oauth2PermissionGrants.json"),
    file!("entra/organization.json"),
    file!("entra/roleAssignments.json"),
    file!("entra/servicePrincipals-1.json"),
    file!("entra/servicePrincipals-13e84ee7-1642-58b0-8426-9fce9d42746b-appRoleAssignedTo.json"),
    file!("entra/servicePrincipals-2.json"),
    file!("entra/servicePrincipals-3de3c80e-912c-5304-99d5-14a986f40d31-appRoleAssignedTo.json"),
    file!("entra/servicePrincipals-8b50908f-837c-5991-96fb-3809a566035e-appRoleAssignedTo.json"),
    file!("entra/servicePrincipals-97f4a8f0-7c23-5b4b-a6c9-fb79f7b8edaa-appRoleAssignedTo.json"),
    file!("entra/servicePrincipals-cc6f822e-f20d-5382-940f-8dd83750cf2c-appRoleAssignedTo.json"),
    file!("entra/servicePrincipals-d3d53f88-ed96-5854-98f5-4d4b568b59d7-appRoleAssignedTo.json"),
    file!("entra/servicePrincipals-d742c0ef-9201-5828-930b-da50007bef29-appRoleAssignedTo.json"),
    file!("keycloak/storefront-realm.json"),
    file!("register/company-apis.csv"),
    file!("register/company-apis.map.toml"),
    file!("register/company-clients.csv"),
    file!("register/company-clients.map.toml"),
    file!("register/crm-owners.csv"),
    file!("register/crm-owners.map.toml"),
    file!("register/storefront-apis.csv"),
    file!("register/storefront-apis.map.toml"),
    file!("register/storefront-clients.csv"),
    file!("register/storefront-clients.map.toml"),
    file!("register/storefront-owners.csv"),
    file!("register/storefront-owners.map.toml"),
    file!("register/vendors.csv"),
    file!("register/vendors.map.toml"),
    file!("ticket-desk/keys.csv"),
    file!("ticket-desk/keys.map.toml"),
    file!("ticket-desk/queues.csv"),
    file!("ticket-desk/queues.map.toml"),
    file!("ticket-desk/rights.csv"),
    file!("ticket-desk/rights.map.toml"),
    file!("ticket-desk/robots.csv"),
    file!("ticket-desk/robots.map.toml"),
    file!("user-database/logins.csv"),
    file!("user-database/logins.map.toml"),
    file!("user-database/passwords.csv"),
    file!("user-database/passwords.map.toml"),
    file!("user-database/privileges.csv"),
    file!("user-database/privileges.map.toml"),
    file!("user-database/schemas.csv"),
    file!("user-database/schemas.map.toml"),
];

/// The governance file of the demo: gateway, checks and a way, as its teams recorded them. It is stated after the import.
pub const MAP: DemoFile = file!("storefront.map.yaml");

/// Writes the demo's files below a folder and returns how many they are. Files of the same names are replaced.
///
/// # Errors
/// A folder that cannot be made or a file that cannot be written.
pub fn write(folder: &Path) -> anyhow::Result<usize> {
    for file in FILES.iter().chain([&MAP]) {
        let path = file.path.split('/').fold(folder.to_owned(), |path, part| path.join(part));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("could not make the folder {}", parent.display()))?;
        }
        std::fs::write(&path, file.text).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(FILES.len() + 1)
}

/// The mapping profiles of the demo's tables.
///
/// # Errors
/// A profile that cannot be used, which a test rules out.
pub fn mappings() -> anyhow::Result<Vec<Mapping>> {
    let profiles = FILES.iter().filter(|file| crate::importers::mapping::is_profile(file.path));
    profiles.map(|file| Ok(Mapping::from_toml(file.text)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_export_day_is_one_day() {
        assert_eq!(crate::model::time::parse_as_of(DEMO_AS_OF), Some(DEMO_AS_OF_MS));
    }

    #[test]
    fn every_table_has_its_profile_and_all_are_written() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        assert_eq!(write(folder.path())?, FILES.len() + 1);
        let tables = FILES.iter().filter(|file| file.path.ends_with(".csv")).count();
        assert_eq!(mappings()?.len(), tables, "a table without a profile would be refused");
        let text = std::fs::read_to_string(folder.path().join("crm").join("objects.csv"))?;
        assert!(text.contains("customer secrets=regulated"));
        Ok(())
    }

    #[test]
    fn paths_are_sorted_and_unique() {
        assert!(FILES.windows(2).all(|pair| pair[0].path < pair[1].path));
    }
}
