//! Which lists of which instance are complete in this import, and so may close what they no longer hold (decision D10).

use std::collections::{BTreeMap, HashMap};

use super::names::{Alias, NO_ALIAS};
use super::reading::{Reading, weaker};
use crate::model::kinds::{Completeness, RecordKind};

/// Rows of a kind that a list may close without being doubted.
const FEW: u64 = 100;

/// A statement about a list, settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSaid {
    /// Instance.
    pub instance: u32,
    /// List.
    pub list: RecordKind,
    /// First name of the party whose nested list it is; [`NO_ALIAS`] = the instance's own list.
    pub parent: Alias,
    /// How complete.
    pub completeness: Completeness,
    /// Why.
    pub reason: String,
}

/// Complete lists, and what they would close.
#[derive(Debug, Default)]
pub struct Lists {
    /// Every statement, sorted.
    pub said: Vec<ListSaid>,
    instances: HashMap<u32, i64>,
    parents: HashMap<Alias, i64>,
    /// (instance, bit, table number) -> rows that the list held, rows that closed because it holds them no more.
    stakes: BTreeMap<(u32, u8, usize), (u64, u64)>,
}

impl Lists {
    /// What the files said, with what follows from rejected records; `doubted` lists are unknown.
    pub fn new(reading: &Reading, doubted: &[(u32, RecordKind)]) -> Self {
        let mut settled: BTreeMap<(u32, RecordKind, Alias), (Completeness, String)> = BTreeMap::new();
        for ((slot, list, parent), (completeness, reason)) in &reading.complete {
            let Some(instance) = reading.slots[usize::from(*slot)].instance else { continue };
            let parent = if *parent == NO_ALIAS { NO_ALIAS } else { reading.names.root_of(*parent) };
            let (mut completeness, mut reason) = (*completeness, reason.clone());
            let rejected = reading.rejected.get(&(*slot, *list)).copied().unwrap_or(0);
            if completeness == Completeness::Full && rejected > 0 {
                completeness = Completeness::Partial;
                reason = format!("{rejected} of its records were rejected, so what is missing may be among them");
            }
            if completeness == Completeness::Full && doubted.contains(&(instance, *list)) {
                completeness = Completeness::Unknown;
                reason = "it would have removed over half of what is known".to_owned();
            }
            let entry = settled.entry((instance, *list, parent)).or_insert_with(|| (completeness, reason.clone()));
            if weaker(entry.0, completeness) != entry.0 {
                *entry = (completeness, reason);
            }
        }
        let mut lists = Self::default();
        for ((instance, list, parent), (completeness, reason)) in settled {
            if completeness == Completeness::Full {
                if parent == NO_ALIAS {
                    *lists.instances.entry(instance).or_default() |= list.bit();
                } else {
                    *lists.parents.entry(parent).or_default() |= list.bit();
                }
            }
            lists.said.push(ListSaid { instance, list, parent, completeness, reason });
        }
        lists
    }

    /// Bits of the lists that are complete for an instance.
    pub fn of_instance(&self, instance: u32) -> i64 {
        self.instances.get(&instance).copied().unwrap_or(0)
    }

    /// Bits of the lists that are complete for one object.
    pub fn of_parent(&self, party: Alias) -> i64 {
        if self.parents.is_empty() { 0 } else { self.parents.get(&party).copied().unwrap_or(0) }
    }

    /// Whether anything can be closed at all.
    pub fn any(&self) -> bool {
        !self.instances.is_empty() || !self.parents.is_empty()
    }

    /// Notes a row that complete lists of an instance held, and whether it closes.
    pub fn note(&mut self, instance: u32, table: usize, held_by: i64, closes: bool) {
        let mut bits = held_by & self.of_instance(instance);
        while bits != 0 {
            let bit = bits.trailing_zeros() as u8;
            bits &= bits - 1;
            let stake = self.stakes.entry((instance, bit, table)).or_default();
            stake.0 += 1;
            stake.1 += u64::from(closes);
        }
    }

    /// Lists that would close over half of a kind and more than a few rows.
    pub fn doubtful(&self) -> Vec<(u32, RecordKind)> {
        let mut doubtful = Vec::new();
        for ((instance, bit, _), (held, closed)) in &self.stakes {
            if *closed > FEW && closed * 2 > *held {
                // Only a list that was said to be complete can close anything, and it tells which of the lists with this bit it is.
                let complete = self.said.iter().filter(|said| said.instance == *instance && said.completeness == Completeness::Full);
                doubtful.extend(complete.filter(|said| said.list.bit() == 1 << *bit).map(|said| (*instance, said.list)));
            }
        }
        doubtful.dedup();
        doubtful
    }
}
