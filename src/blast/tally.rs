//! Sums and counts over the board of one journey: load, crossing and what the columns of a unit show.

use crate::model::{Environment, Privilege};
use crate::reach::{AtomIx, Board, View};

/// Counts without repeats, cleared in no time between units.
#[derive(Debug, Default)]
struct Seen {
    stamps: Vec<u32>,
    now: u32,
    count: u32,
}

impl Seen {
    fn clear(&mut self) {
        if self.now == u32::MAX {
            self.stamps.fill(0);
            self.now = 0;
        }
        self.now += 1;
        self.count = 0;
    }

    fn see(&mut self, number: u32) {
        // Control planes have no audience, boundary or function; they are not counted as one.
        if number == u32::MAX {
            return;
        }
        let number = number as usize;
        if number >= self.stamps.len() {
            self.stamps.resize(number + 1, 0);
        }
        if self.stamps[number] != self.now {
            self.stamps[number] = self.now;
            self.count += 1;
        }
    }
}

/// Working memory of one thread.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    audiences: Seen,
    boundaries: Seen,
    classes: Seen,
    functions: Seen,
    sensitive: Seen,
    far_boundaries: Seen,
    far_tenants: Seen,
}

/// Sums and counts of one unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// L in 10^-12.
    pub load: i128,
    /// What of L is known.
    pub known: i128,
    /// C, per mille.
    pub crossing: i64,
    pub audiences: u32,
    pub boundaries: u32,
    pub classes: u32,
    pub functions: u32,
    pub sensitive: u32,
    /// Boundaries, tenants and environments that count in C.
    pub crossed_boundaries: u32,
    pub crossed_tenants: u32,
    pub mixed: bool,
    pub privilege: Option<Privilege>,
    /// A control plane is within reach.
    pub plane: bool,
}

impl Tally {
    pub(crate) fn sums(&mut self, view: &View, board: &Board) -> Sums {
        self.sums_without(view, board, None)
    }

    /// Sums as if one atom were not there; nothing leads on from an atom, so no other journey is needed for that.
    pub(crate) fn sums_without(&mut self, view: &View, board: &Board, without: Option<AtomIx>) -> Sums {
        let seen = [
            &mut self.audiences,
            &mut self.boundaries,
            &mut self.classes,
            &mut self.functions,
            &mut self.sensitive,
            &mut self.far_boundaries,
            &mut self.far_tenants,
        ];
        seen.into_iter().for_each(Seen::clear);
        let mut sums = Sums::default();
        let (mut prod, mut other) = (false, false);
        let rules = &view.weights.crossing;
        for atom in board.touched().iter().filter(|atom| Some(**atom) != without) {
            let cell = board.cell(*atom);
            let facts = view.graph.atoms.get(*atom);
            sums.load += i128::from(cell.load);
            sums.known += i128::from(cell.known);
            sums.privilege = sums.privilege.max(Some(cell.privilege));
            sums.plane |= facts.audience == u32::MAX;
            self.audiences.see(facts.audience);
            self.boundaries.see(facts.boundary);
            self.classes.see(facts.class_name);
            if cell.privilege >= Privilege::Read {
                self.functions.see(facts.function);
            }
            if facts.sensitive {
                self.sensitive.see(facts.class_name);
            }
            if i64::from(cell.weight) >= rules.counts_from {
                self.far_boundaries.see(facts.boundary);
                self.far_tenants.see(facts.tenant);
                match facts.environment {
                    Environment::Prod => prod = true,
                    Environment::Stage | Environment::Test | Environment::Dev => other = true,
                    Environment::Unknown => {}
                }
            }
        }
        sums.audiences = self.audiences.count;
        sums.boundaries = self.boundaries.count;
        sums.classes = self.classes.count;
        sums.functions = self.functions.count;
        sums.sensitive = self.sensitive.count;
        sums.crossed_boundaries = self.far_boundaries.count;
        sums.crossed_tenants = self.far_tenants.count;
        sums.mixed = prod && other;
        let further = |count: u32, cap: i64| (i64::from(count) - 1).clamp(0, cap);
        sums.crossing = 1000
            + rules.per_boundary * further(sums.crossed_boundaries, rules.boundary_cap)
            + rules.per_tenant * further(sums.crossed_tenants, rules.tenant_cap)
            + if sums.mixed { rules.prod_mixed } else { 0 };
        sums
    }
}
