//! The matrix: which clients hold grants at which APIs, for estates that are too large to be drawn thing by thing.
//!
//! Rows are clients by vendor, then name, or by how many APIs they hold; columns are APIs by trust boundary, then by how many
//! clients hold them. Both are binned to what can be drawn, and a bin is entered by asking for its range: the order never changes.
//! What is counted are pairs of client and API with at least one grant, held directly; ways over other things are no part of it.

use crate::model::estate::Estate;

/// Most rows and columns of cells.
pub const MOST_ROWS: usize = 300;
/// Most columns of cells.
pub const MOST_COLUMNS: usize = 600;

/// How clients are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By vendor, those without one first, then by name.
    Vendor,
    /// By the number of APIs, most first.
    Reach,
}

/// All clients and APIs in order, and the pairs between them. Made once, binned as often as wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs {
    /// Client of each row.
    pub rows: Vec<u32>,
    /// API of each column.
    pub columns: Vec<u32>,
    /// Row, column; ascending, each once.
    pairs: Vec<(u32, u32)>,
}

/// A bin: rows or columns `from..to` of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bin {
    /// First.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// Pairs in it, over all of the other side that is shown.
    pub pairs: u32,
}

/// A picture of a range of rows and columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// From the top.
    pub rows: Vec<Bin>,
    /// From the left.
    pub columns: Vec<Bin>,
    /// Row bin, column bin, pairs; only where there are any; ascending.
    pub cells: Vec<(u32, u32, u32)>,
    /// All pairs of the range.
    pub pairs: u32,
}

impl Pairs {
    /// Collects and orders. The same estate gives the same order, whatever the order of its grants.
    pub fn of(estate: &Estate, order: Order) -> Self {
        let mut held: Vec<(u32, u32)> = Vec::with_capacity(estate.grants.len());
        for (client, facts) in (0_u32..).zip(&estate.clients) {
            let grants = estate.grants.get(facts.grants_from as usize..facts.grants_to as usize).unwrap_or_default();
            held.extend(grants.iter().filter_map(|grant| Some((client, estate.scopes.get(grant.scope as usize)?.audience))));
        }
        held.sort_unstable();
        held.dedup();
        let mut by_client = vec![0_u32; estate.clients.len()];
        let mut by_audience = vec![0_u32; estate.audiences.len()];
        for (client, audience) in &held {
            by_client[*client as usize] += 1;
            by_audience[*audience as usize] += 1;
        }
        let mut rows: Vec<u32> = (0..estate.clients.len() as u32).collect();
        let name = |ix: u32| {
            let client = &estate.clients[ix as usize];
            (client.name.as_str(), client.id.as_str())
        };
        let vendor = |ix: u32| {
            let vendor = estate.clients[ix as usize].vendor;
            vendor.and_then(|at| estate.vendors.get(at as usize)).map(|vendor| (vendor.name.as_str(), vendor.id.as_str()))
        };
        match order {
            Order::Vendor => rows.sort_by_cached_key(|ix| (vendor(*ix), name(*ix))),
            Order::Reach => rows.sort_by_cached_key(|ix| (std::cmp::Reverse(by_client[*ix as usize]), name(*ix))),
        }
        let mut columns: Vec<u32> = (0..estate.audiences.len() as u32).collect();
        columns.sort_by_cached_key(|ix| {
            let audience = &estate.audiences[*ix as usize];
            // APIs without a boundary come last.
            let boundary = (audience.boundary.is_none(), audience.boundary.as_deref());
            (boundary, std::cmp::Reverse(by_audience[*ix as usize]), audience.id.as_str())
        });
        let places = |order: &[u32]| {
            let mut places = vec![0_u32; order.len()];
            for (place, ix) in (0..).zip(order) {
                places[*ix as usize] = place;
            }
            places
        };
        let (row_of, column_of) = (places(&rows), places(&columns));
        let mut pairs: Vec<(u32, u32)> = held.into_iter().map(|(c, a)| (row_of[c as usize], column_of[a as usize])).collect();
        pairs.sort_unstable();
        Self { rows, columns, pairs }
    }

    /// Bins a range; what lies outside of the estate is left out.
    pub fn bin(&self, rows: std::ops::Range<u32>, columns: std::ops::Range<u32>) -> Matrix {
        let rows = rows.start.min(self.rows.len() as u32)..rows.end.min(self.rows.len() as u32);
        let columns = columns.start.min(self.columns.len() as u32)..columns.end.min(self.columns.len() as u32);
        let (row_size, column_size) = (size(rows.len(), MOST_ROWS), size(columns.len(), MOST_COLUMNS));
        let mut matrix = Matrix { rows: bins(&rows, row_size), columns: bins(&columns, column_size), ..Matrix::default() };
        let mut counts = vec![0_u32; matrix.rows.len() * matrix.columns.len()];
        let first = self.pairs.partition_point(|pair| pair.0 < rows.start);
        for (row, column) in self.pairs[first..].iter().take_while(|pair| pair.0 < rows.end).filter(|pair| columns.contains(&pair.1)) {
            counts[((row - rows.start) / row_size) as usize * matrix.columns.len() + ((column - columns.start) / column_size) as usize] +=
                1;
        }
        let wide = matrix.columns.len();
        for (at, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let (row, column) = (at / wide, at % wide);
            matrix.rows[row].pairs += count;
            matrix.columns[column].pairs += count;
            matrix.pairs += count;
            matrix.cells.push((row as u32, column as u32, count));
        }
        matrix
    }
}

/// How many things share a bin.
fn size(things: usize, most: usize) -> u32 {
    (things.div_ceil(most) as u32).max(1)
}

fn bins(range: &std::ops::Range<u32>, size: u32) -> Vec<Bin> {
    range.clone().step_by(size as usize).map(|from| Bin { from, to: (from + size).min(range.end), pairs: 0 }).collect()
}
