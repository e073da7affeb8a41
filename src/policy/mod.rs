//! What follows by rule or pack: permission classes, holder, well-known audiences, escalation methods, SLA
//! arithmetic, exposure factors. Data stands in `src/defaults/` and is compiled in; no clock, no file system.
//!
//! Start at [`permissions::classify`]; `docs/permission-classes.md` tells how levels are decided and where they
//! differ from published tables.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::model::id::hex;

pub mod curated;
pub mod directory_roles;
pub mod drift;
pub mod enforcement;
pub mod escalation;
pub mod exposure;
pub mod gateway_routes;
pub mod grammar;
pub mod graph_names;
pub mod holder;
pub mod lexical;
pub mod permissions;
pub mod sharing;
pub mod sla;
pub mod token_pattern;
pub mod token_profiles;
pub mod vendors;
pub mod ways;
pub mod weights;
pub mod well_known;

const PERMISSIONS: &str = include_str!("../defaults/permissions.toml");
const ESCALATION: &str = include_str!("../defaults/escalation.toml");
const DIRECTORY_ROLES: &str = include_str!("../defaults/directory-roles.toml");
const WELL_KNOWN: &str = include_str!("../defaults/well-known-audiences.toml");
const GRAPH_NAMES: &str = include_str!("../defaults/graph-permissions.csv");
const MICROSOFT_APPS: &str = include_str!("../defaults/microsoft-apps.csv");
const SLA: &str = include_str!("../defaults/sla-default.toml");

/// All rule data that judges an inventory, read once.
#[derive(Debug)]
pub struct Packs {
    /// Curated permission rules.
    pub curated: curated::Curated,
    /// Escalation methods and AND sets.
    pub escalation: escalation::Methods,
    /// Built-in directory roles of Entra ID.
    pub directory_roles: directory_roles::DirectoryRoles,
    /// Well-known audiences.
    pub well_known: well_known::WellKnownAudiences,
    /// Names of Microsoft Graph's permissions by id.
    pub graph_names: graph_names::GraphNames,
    /// Application ids of Microsoft's own applications.
    pub microsoft_apps: holder::MicrosoftApps,
    /// Rotation terms.
    pub sla: sla::SlaPack,
}

/// Name and origin of one data file, for settings, packs and NOTICE.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PackHead {
    /// Name and version.
    pub pack: String,
    /// Where its facts come from.
    pub source: String,
    /// Day on which they were retrieved, ISO.
    pub retrieved: String,
    /// Licence of the facts.
    pub licence: String,
}

impl Packs {
    /// The packs that ship with the program.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Packs> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::read().expect("the shipped packs are checked by the tests of this module"))
    }

    fn read() -> anyhow::Result<Self> {
        let escalation = escalation::Methods::parse(ESCALATION)?;
        let directory_roles = directory_roles::DirectoryRoles::parse(DIRECTORY_ROLES)?;
        Ok(Self {
            curated: curated::Curated::parse(PERMISSIONS, &escalation, &directory_roles)?,
            escalation,
            directory_roles,
            well_known: well_known::WellKnownAudiences::parse(WELL_KNOWN)?,
            graph_names: graph_names::GraphNames::parse(GRAPH_NAMES)?,
            microsoft_apps: holder::MicrosoftApps::parse(MICROSOFT_APPS)?,
            sla: sla::SlaPack::parse(SLA)?,
        })
    }

    /// SHA-256 over all shipped rule data in a fixed order, hex: part of every cache key and of every pack.
    pub fn hash(&self) -> String {
        let mut digest = Sha256::new();
        for (name, text) in self.files() {
            digest.update((name.len() as u64).to_le_bytes());
            digest.update(name.as_bytes());
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        }
        hex(&digest.finalize())
    }

    /// Every shipped data file: name and text, by name.
    pub fn files(&self) -> [(&'static str, &'static str); 7] {
        [
            ("directory-roles.toml", DIRECTORY_ROLES),
            ("escalation.toml", ESCALATION),
            ("graph-permissions.csv", GRAPH_NAMES),
            ("microsoft-apps.csv", MICROSOFT_APPS),
            ("permissions.toml", PERMISSIONS),
            ("sla-default.toml", SLA),
            ("well-known-audiences.toml", WELL_KNOWN),
        ]
    }

    /// Name, origin, date and licence of every shipped data file, by file name.
    pub fn heads(&self) -> Vec<(&'static str, PackHead)> {
        self.files().into_iter().map(|(name, text)| (name, head_of(text))).collect()
    }
}

/// Reads `pack`, `source`, `retrieved` and `licence` from the top of a TOML file or from the comment lines of a CSV file.
fn head_of(text: &str) -> PackHead {
    let field = |key: &str| {
        text.lines()
            .find_map(|line| {
                let line = line.trim_start_matches("# ");
                line.strip_prefix(key)?.trim_start().strip_prefix(['=', ':']).map(|v| v.trim().trim_matches('"').to_owned())
            })
            .unwrap_or_default()
    };
    PackHead { pack: field("pack"), source: field("source"), retrieved: field("retrieved"), licence: field("licence") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_file_says_what_it_is_and_where_it_comes_from() {
        for (file, head) in Packs::shipped().heads() {
            assert!(!head.pack.is_empty() && head.pack.ends_with(|c: char| c.is_ascii_digit()), "{file} has no name with a version");
            assert!(!head.source.is_empty() && !head.licence.is_empty(), "{file} has no origin");
            assert!(chrono::NaiveDate::parse_from_str(&head.retrieved, "%Y-%m-%d").is_ok(), "{file} has no date");
        }
        assert_eq!(Packs::shipped().hash().len(), 64);
    }
}
