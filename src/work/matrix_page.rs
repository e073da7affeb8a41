//! The matrix of the estate as the window gets it: bins with names and the filters behind them.

use crate::pictures::{Bin, Order, Pairs};

use super::answers::Answers;
use super::filter::quote;
use super::wire::*;

/// A range of the matrix.
pub fn matrix(answers: &Answers, request: &MatrixRequest) -> Matrix {
    let estate = &answers.estate;
    let (at, order) = if request.order == "reach" { (0, Order::Reach) } else { (1, Order::Vendor) };
    let pairs = answers.pairs[at].get_or_init(|| Pairs::of(estate, order));
    let part = pairs.bin(request.rows[0]..request.rows[1], request.columns[0]..request.columns[1]);
    let client = |place: u32| &estate.clients[pairs.rows[place as usize] as usize];
    let audience = |place: u32| &estate.audiences[pairs.columns[place as usize] as usize];
    let vendor = |place: u32| client(place).vendor.and_then(|at| estate.vendors.get(at as usize)).map(|vendor| vendor.name.clone());
    let bin = |bin: &Bin, name: &dyn Fn(u32) -> String, group: String, key: String| MatrixBin {
        from: bin.from,
        to: bin.to,
        first: name(bin.from),
        last: name(bin.to - 1),
        group,
        pairs: bin.pairs,
        filter: if bin.to - bin.from == 1 { key } else { String::new() },
    };
    Matrix {
        rows: part
            .rows
            .iter()
            .map(|row| {
                let key = format!("client_key:{}", quote(&client(row.from).id));
                bin(row, &|at| client(at).name.clone(), vendor(row.from).unwrap_or_else(|| "own".to_owned()), key)
            })
            .collect(),
        columns: part
            .columns
            .iter()
            .map(|column| {
                let facts = audience(column.from);
                let group = facts.boundary.clone().unwrap_or_else(|| "unassigned".to_owned());
                bin(column, &|at| audience(at).name.clone(), group, format!("audience_key:{}", quote(&facts.id)))
            })
            .collect(),
        cells: part.cells.iter().map(|(row, column, count)| [*row, *column, *count]).collect(),
        pairs: part.pairs,
        clients: estate.clients.len() as u32,
        audiences: estate.audiences.len() as u32,
    }
}
