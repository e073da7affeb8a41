//! Atoms: the (audience, data class) pairs that a score sums over (D31), with everything that weights them.

use std::collections::BTreeSet;

use crate::model::estate::{AudienceIx, Estate, ScopeIx};
use crate::model::weights::Weights;
use crate::model::{Environment, Impact, Privilege, Sensitivity};

/// Dense index of an atom: audiences in order, their classes in order, then one control plane per tenant.
pub type AtomIx = u32;

/// Name of the data class of a control-plane atom (domain.md 3.2, R4).
pub const CONTROL_PLANE: &str = "identity control plane";

/// Stands for "no audience" (control planes) and "no boundary".
pub(crate) const NONE: u32 = u32::MAX;

/// One atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Atom {
    /// Audience; `u32::MAX` for the control plane of a tenant.
    pub audience: AudienceIx,
    /// Index among the classes of its audience.
    pub class: u16,
    /// Tenant.
    pub tenant: u32,
    /// Number of its trust boundary among the names of the estate; unassigned is one of them; `u32::MAX` for control planes.
    pub boundary: u32,
    /// Number of its data class name.
    pub class_name: u32,
    /// Number of its business function; `u32::MAX` for control planes.
    pub function: u32,
    /// Weight for basic and read, per mille, and how much of it is known (0 when the sensitivity is assumed).
    pub read: (i64, i64),
    /// Weight for write and above: the larger of sensitivity and impact, and the larger of what is known of the two.
    pub change: (i64, i64),
    /// Environment of the audience.
    pub environment: Environment,
    /// Restricted or regulated.
    pub sensitive: bool,
}

impl Atom {
    /// Weight s of this atom at a level, and how much of it is known.
    pub const fn weight(&self, level: Privilege) -> (i64, i64) {
        if (level as u8) < (Privilege::Write as u8) { self.read } else { self.change }
    }
}

/// All atoms of an estate and which scope opens which.
#[derive(Debug, Default)]
pub struct Atoms {
    list: Vec<Atom>,
    /// First atom of each audience, one past the last audience at the end: there the control planes begin.
    audience_from: Vec<u32>,
    scope_from: Vec<u32>,
    scope_atoms: Vec<AtomIx>,
    /// Names of the trust boundaries, sorted; `None` = unassigned.
    pub boundaries: Vec<Option<String>>,
    /// Names of the data classes, sorted.
    pub class_names: Vec<String>,
    /// Names of the business functions, sorted.
    pub functions: Vec<String>,
}

impl Atoms {
    /// Lays out the atoms of an estate.
    pub(crate) fn new(estate: &Estate, weights: &Weights) -> Self {
        let boundaries: Vec<Option<String>> =
            estate.audiences.iter().map(|a| a.boundary.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let names: BTreeSet<&str> = estate
            .audiences
            .iter()
            .flat_map(|a| a.classes.iter().map(|c| c.name.as_str()))
            .chain([CONTROL_PLANE, "unclassified"])
            .collect();
        let functions: BTreeSet<&str> = estate.audiences.iter().flat_map(|a| a.functions.iter().map(String::as_str)).collect();
        let class_names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let functions: Vec<String> = functions.into_iter().map(str::to_owned).collect();
        let number = |names: &[String], name: &str| names.binary_search_by(|n| n.as_str().cmp(name)).map_or(NONE, |n| n as u32);

        let mut atoms = Self { boundaries, class_names, functions, ..Self::default() };
        for (ix, audience) in estate.audiences.iter().enumerate() {
            atoms.audience_from.push(atoms.list.len() as u32);
            let boundary = atoms.boundaries.binary_search(&audience.boundary).map_or(NONE, |n| n as u32);
            // An audience that nobody described has one atom of unknown sensitivity, never none: unknown is not low.
            for class in 0..audience.classes.len().max(1) {
                let known = audience.classes.get(class);
                let sensitivity = known.and_then(|c| c.sensitivity);
                let known_part = |(weight, assumed): (i64, bool)| (weight, if assumed { 0 } else { weight });
                let read = known_part(weights.sensitivity(sensitivity));
                let impact = known_part(weights.impact(audience.impact));
                atoms.list.push(Atom {
                    audience: ix as u32,
                    class: class as u16,
                    tenant: audience.tenant,
                    boundary,
                    class_name: number(&atoms.class_names, known.map_or("unclassified", |c| &c.name)),
                    function: audience.functions.get(class).map_or(NONE, |f| number(&atoms.functions, f)),
                    read,
                    change: (read.0.max(impact.0), read.1.max(impact.1)),
                    environment: audience.environment,
                    sensitive: matches!(sensitivity, Some(Sensitivity::Restricted | Sensitivity::Regulated)),
                });
            }
        }
        atoms.audience_from.push(atoms.list.len() as u32);
        let top = weights.sensitivity(Some(Sensitivity::Regulated)).0;
        let critical = top.max(weights.impact(Some(Impact::Critical)).0);
        for tenant in 0..estate.tenants.len() {
            atoms.list.push(Atom {
                audience: NONE,
                class: 0,
                tenant: tenant as u32,
                boundary: NONE,
                class_name: number(&atoms.class_names, CONTROL_PLANE),
                function: NONE,
                read: (top, top),
                change: (critical, critical),
                environment: Environment::Unknown,
                sensitive: true,
            });
        }
        for scope in &estate.scopes {
            atoms.scope_from.push(atoms.scope_atoms.len() as u32);
            let all = atoms.audience(scope.audience);
            let count = all.len() as u32;
            let before = atoms.scope_atoms.len();
            let mut named: Vec<u32> = scope.classes.iter().map(|c| u32::from(*c)).filter(|c| *c < count).collect();
            named.sort_unstable();
            named.dedup();
            atoms.scope_atoms.extend(named.into_iter().map(|c| all.start + c));
            if atoms.scope_atoms.len() == before {
                atoms.scope_atoms.extend(all);
            }
        }
        atoms.scope_from.push(atoms.scope_atoms.len() as u32);
        atoms
    }

    /// Number of atoms, control planes included.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// One atom.
    pub fn get(&self, atom: AtomIx) -> &Atom {
        &self.list[atom as usize]
    }

    /// Atoms of an audience.
    pub fn audience(&self, audience: AudienceIx) -> std::ops::Range<AtomIx> {
        self.audience_from[audience as usize]..self.audience_from[audience as usize + 1]
    }

    /// The control-plane atom of a tenant.
    pub fn control_plane(&self, tenant: u32) -> AtomIx {
        self.audience_from.last().copied().unwrap_or(0) + tenant
    }

    /// Atoms that a scope opens.
    pub fn of_scope(&self, scope: ScopeIx) -> &[AtomIx] {
        &self.scope_atoms[self.scope_from[scope as usize] as usize..self.scope_from[scope as usize + 1] as usize]
    }
}
