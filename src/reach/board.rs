//! Where a journey writes down what it reached: one cell per atom, cleared in no time between units.

use super::atoms::AtomIx;
use crate::model::Privilege;

/// What is known about one reached atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Load w_a in 10^-12: sensitivity x privilege x breadth x path, each per mille.
    pub load: i64,
    /// The load that remains when nothing assumed counts; equal to `load` when it rests on no assumption.
    pub known: i64,
    /// Largest path weight with a positive load, per mille.
    pub weight: u16,
    /// Highest privilege.
    pub privilege: Privilege,
}

const DRY: Cell = Cell { load: 0, known: 0, weight: 0, privilege: Privilege::None };

/// Loads by atom.
#[derive(Debug, Default)]
pub struct Board {
    cells: Vec<Cell>,
    stamps: Vec<u32>,
    now: u32,
    touched: Vec<AtomIx>,
}

impl Board {
    pub(crate) fn new(atoms: usize) -> Self {
        Self { cells: vec![DRY; atoms], stamps: vec![0; atoms], now: 1, touched: Vec::new() }
    }

    /// Forgets all cells.
    pub(crate) fn clear(&mut self) {
        self.touched.clear();
        if self.now == u32::MAX {
            self.stamps.fill(0);
            self.now = 0;
        }
        self.now += 1;
    }

    /// Keeps the larger of what stands there and this, field by field: so order and duplicates do not matter (MP4).
    #[inline]
    pub(crate) fn add(&mut self, atom: AtomIx, cell: Cell) {
        if cell.load == 0 {
            return;
        }
        let ix = atom as usize;
        if self.stamps[ix] != self.now {
            self.stamps[ix] = self.now;
            self.cells[ix] = cell;
            self.touched.push(atom);
            return;
        }
        let there = &mut self.cells[ix];
        there.load = there.load.max(cell.load);
        there.known = there.known.max(cell.known);
        there.weight = there.weight.max(cell.weight);
        there.privilege = there.privilege.max(cell.privilege);
    }

    /// Reached atoms in the order of reaching; sort before showing.
    pub fn touched(&self) -> &[AtomIx] {
        &self.touched
    }

    /// The cell of an atom; dry if it was not reached.
    pub fn cell(&self, atom: AtomIx) -> Cell {
        if self.stamps[atom as usize] == self.now { self.cells[atom as usize] } else { DRY }
    }
}
