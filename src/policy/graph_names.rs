//! Names of Microsoft Graph's permissions by id, for assignments whose `appRoleId` no file of the set describes.
//!
//! The key is (kind, id): 572 names exist in both kinds with different ids, and one id serves both kinds.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::ScopeKind;

/// Names by id.
#[derive(Debug)]
pub struct GraphNames {
    application: HashMap<[u8; 16], String>,
    delegated: HashMap<[u8; 16], String>,
    names: BTreeSet<String>,
}

impl GraphNames {
    /// Reads the list.
    ///
    /// # Errors
    /// A line that is not three columns of this shape.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut found = Self { application: HashMap::new(), delegated: HashMap::new(), names: BTreeSet::new() };
        for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let [name, application, delegated] = line.split(',').collect::<Vec<_>>()[..] else {
                anyhow::bail!("`{line}` is not three columns");
            };
            for (ids, map) in [(application, &mut found.application), (delegated, &mut found.delegated)] {
                for id in ids.split_whitespace() {
                    let before = map.insert(id_bytes(id)?, name.to_owned());
                    anyhow::ensure!(before.is_none(), "id of `{name}` stands twice");
                }
            }
            found.names.insert(name.to_owned());
        }
        Ok(found)
    }

    /// Name of a permission of Microsoft Graph by its id: app roles by [`ScopeKind::AppRole`], everything else as delegated scope.
    pub fn name_of(&self, kind: ScopeKind, id: &str) -> Option<&str> {
        let id = guid_bytes(id)?;
        let map = if kind == ScopeKind::AppRole { &self.application } else { &self.delegated };
        map.get(&id).map(String::as_str)
    }

    /// Whether Microsoft Graph publishes this name (exact spelling).
    pub fn knows(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// All names, ascending.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// All names with whether they exist as application and as delegated permission, ascending.
    pub fn with_kinds(&self) -> Vec<(&str, bool, bool)> {
        let application: BTreeSet<&str> = self.application.values().map(String::as_str).collect();
        let delegated: BTreeSet<&str> = self.delegated.values().map(String::as_str).collect();
        self.names().map(|name| (name, application.contains(name), delegated.contains(name))).collect()
    }
}

/// The 16 bytes of unpadded base64url text.
pub(super) fn id_bytes(text: &str) -> anyhow::Result<[u8; 16]> {
    Ok(URL_SAFE_NO_PAD.decode(text)?.as_slice().try_into()?)
}

/// The 16 bytes of a GUID in text order; `None` if it is none. Case, braces and blanks around it do not count.
pub fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    let text = text.trim().trim_start_matches('{').trim_end_matches('}');
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return None;
    }
    let mut out = [0_u8; 16];
    let mut nibbles = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if *byte != b'-' {
                return None;
            }
            continue;
        }
        let digit = char::from(*byte).to_digit(16)?;
        let slot = &mut out[nibbles / 2];
        *slot = (*slot << 4) | u8::try_from(digit).ok()?;
        nibbles += 1;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::Packs;
    use super::*;

    #[test]
    fn unresolved_role_ids_of_graph_get_names() {
        let names = &Packs::shipped().graph_names;
        assert_eq!(names.name_of(ScopeKind::AppRole, "1BFEFB4E-E0B5-418B-A88F-73C46D2CC8E9"), Some("Application.ReadWrite.All"));
        assert_eq!(names.name_of(ScopeKind::Scope, "e1fe6dd8-ba31-4d61-89e7-88639da4683d"), Some("User.Read"));
        assert_eq!(names.name_of(ScopeKind::Scope, "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"), None, "the kind is part of the key");
        assert_eq!(names.name_of(ScopeKind::AppRole, "not an id"), None);
        assert!(names.names().count() > 900);
    }

    #[test]
    fn guids_are_read_strictly() {
        assert_eq!(guid_bytes("00000003-0000-0000-c000-000000000000").unwrap()[3], 3);
        assert!(guid_bytes("{00000003-0000-0000-C000-000000000000} ").is_some());
        for wrong in [
            "",
            "00000003",
            "00000003-0000-0000-c000-00000000000g",
            "00000003x0000-0000-c000-000000000000",
            "é0000003-0000-0000-c000-00000000000",
        ] {
            assert!(guid_bytes(wrong).is_none(), "{wrong}");
        }
    }
}
