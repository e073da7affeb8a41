//! Built-in directory roles of Entra ID: template id to name, and levels of those whose words do not tell (D57).

use serde::Deserialize;

use crate::model::Privilege;

/// A built-in role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRole {
    /// Template id, lower case.
    pub id: String,
    /// Name as Microsoft documents it.
    pub name: String,
    /// Level, where the words do not tell and no escalation method does.
    pub level: Option<Privilege>,
}

/// The list.
#[derive(Debug)]
pub struct DirectoryRoles {
    roles: Vec<DirectoryRole>,
}

#[derive(Deserialize)]
struct RawPack {
    role: Vec<RawRole>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRole {
    id: String,
    name: String,
    level: Option<String>,
}

impl DirectoryRoles {
    /// Reads the list.
    ///
    /// # Errors
    /// Not TOML of this shape, or an unknown level.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let raw: RawPack = toml::from_str(text)?;
        let roles = raw
            .role
            .into_iter()
            .map(|role| {
                let level = role.level.map(|word| Privilege::parse(&word).ok_or_else(|| anyhow::anyhow!("level `{word}`"))).transpose()?;
                Ok(DirectoryRole { id: role.id, name: role.name, level })
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { roles })
    }

    /// All roles, in the order of the list.
    pub fn all(&self) -> &[DirectoryRole] {
        &self.roles
    }

    /// Name of the role with this template id (compared without case).
    pub fn name_of(&self, id: &str) -> Option<&str> {
        self.roles.iter().find(|role| role.id.eq_ignore_ascii_case(id)).map(|role| role.name.as_str())
    }
}
