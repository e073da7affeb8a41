//! Who answers for what: ownerships of files with assertions laid over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::{EntityId, public_id};
use crate::model::kinds::*;
use crate::model::rows::RevisionRows;

use super::index::{Index, Places};
use super::views::{Marked, OwnerView};

/// Owners of every subject, by role.
#[derive(Debug, Default)]
pub struct Ownerships {
    /// (subject, role, owner index in `owners`), sorted.
    list: Vec<(EntityId, OwnershipRole, u32)>,
    /// Subjects whose owner a person asserted.
    asserted: BTreeSet<EntityId>,
    /// All owners.
    pub owners: Vec<OwnerView>,
}

impl Ownerships {
    /// Reads ownership rows and `owner` assertions; an assertion replaces the accountable owners of its subject.
    pub fn new(rows: &RevisionRows, index: &Index) -> Self {
        let mut this = Self::default();
        let by_entity = Places::new(rows.owners.iter().map(|owner| owner.entity));
        for (at, owner) in rows.owners.iter().enumerate() {
            this.owners.push(OwnerView {
                id: index.public_id(rows, owner.entity),
                name: owner.display_name.clone(),
                row: Some(at as u32),
                clients: 0,
                only_owner: 0,
            });
        }
        for ownership in &rows.ownerships {
            if let Some(&owner) = by_entity.get(&ownership.owner) {
                this.list.push((ownership.subject, ownership.role, owner));
            }
        }
        let mut by_name: BTreeMap<String, u32> =
            this.owners.iter().enumerate().map(|(at, owner)| (owner.name.to_lowercase(), at as u32)).collect();
        let mut newest: BTreeMap<EntityId, &str> = BTreeMap::new();
        for assertion in rows.assertions.iter().filter(|assertion| assertion.attribute == "owner") {
            newest.insert(assertion.subject, &assertion.value);
        }
        newest.retain(|_, name| !name.is_empty());
        this.list.retain(|(subject, role, _)| *role != OwnershipRole::Accountable || !newest.contains_key(subject));
        for (subject, name) in newest {
            let owner = *by_name.entry(name.to_lowercase()).or_insert_with(|| {
                this.owners.push(OwnerView {
                    // A hash like every other id: a name here would stand in keys and in packs that name nobody.
                    id: public_id(Kind::Owner, Source::Manual, "", &name.to_lowercase()),
                    name: name.to_owned(),
                    row: None,
                    clients: 0,
                    only_owner: 0,
                });
                this.owners.len() as u32 - 1
            });
            this.list.push((subject, OwnershipRole::Accountable, owner));
            this.asserted.insert(subject);
        }
        this.list.sort_unstable();
        this.list.dedup();
        this
    }

    /// Who answers for a subject: its accountable owners, else those that its source lists as owners (technical), as indices.
    pub fn accountable(&self, subject: EntityId) -> Vec<u32> {
        let accountable: Vec<u32> = self.with_role(subject, OwnershipRole::Accountable).collect();
        if accountable.is_empty() { self.with_role(subject, OwnershipRole::Technical).collect() } else { accountable }
    }

    /// Everybody with a role at a subject, as role and index, in the order of roles.
    pub fn of(&self, subject: EntityId) -> impl Iterator<Item = (OwnershipRole, u32)> + '_ {
        let from = self.list.partition_point(|(known, ..)| *known < subject);
        self.list[from..].iter().take_while(move |(known, ..)| *known == subject).map(|(_, role, owner)| (*role, *owner))
    }

    fn with_role(&self, subject: EntityId, role: OwnershipRole) -> impl Iterator<Item = u32> + '_ {
        self.of(subject).filter(move |(known, _)| *known == role).map(|(_, owner)| owner)
    }

    /// Names of the accountable owners with their mark, and their keys between bars.
    pub fn named(&self, subject: EntityId) -> (Marked<String>, String) {
        let owners = self.accountable(subject);
        if owners.is_empty() {
            return (Marked { value: None, mark: Mark::Unknown }, String::new());
        }
        let names: Vec<&str> = owners.iter().map(|at| self.owners[*at as usize].name.as_str()).collect();
        let keys: Vec<&str> = owners.iter().map(|at| self.owners[*at as usize].id.as_str()).collect();
        let mark = if self.asserted.contains(&subject) { Mark::Asserted } else { Mark::Observed };
        (Marked { value: Some(names.join(", ")), mark }, format!("|{}|", keys.join("|")))
    }

    /// Who rotates: the rotation owner of the credential or its client, else the accountable owner.
    pub fn rotates(&self, credential: EntityId, client: EntityId) -> Option<String> {
        [credential, client]
            .into_iter()
            .find_map(|subject| self.with_role(subject, OwnershipRole::Rotation).next())
            .map(|owner| self.owners[owner as usize].name.clone())
            .or_else(|| self.named(credential).0.value)
            .or_else(|| self.named(client).0.value)
    }

    /// Clients that own a client and may add a secret to it (mode R8).
    pub fn owner_clients(&self, rows: &RevisionRows, subject: EntityId) -> Vec<EntityId> {
        self.of(subject)
            .filter_map(|(_, owner)| self.owners[owner as usize].row)
            .map(|row| rows.owners[row as usize].client)
            .filter(|client| client.is_some())
            .collect()
    }

    /// Counts clients per owner.
    pub fn count(&mut self, clients: impl Iterator<Item = EntityId>) {
        for client in clients {
            let owners = self.accountable(client);
            for owner in &owners {
                self.owners[*owner as usize].clients += 1;
                self.owners[*owner as usize].only_owner += u32::from(owners.len() == 1);
            }
        }
    }
}
