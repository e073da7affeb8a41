//! Statements as compact bytes: what a record says about one row, before anything has an id.

use anyhow::{Context, Result, bail};

use super::names::{Alias, NO_ALIAS};
use crate::model::kinds::Kind;

/// A cell of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// Nothing.
    Nothing,
    /// A number, a code or a time.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// An entity by one of its names.
    Entity(Kind, Alias),
    /// An entity by one of its names, if anything else says that there is one.
    IfThere(Kind, Alias),
    /// A scope by its number among the scopes of the import.
    Scope(u32),
}

/// Where and how strongly a statement was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made {
    /// Lower wins.
    pub rank: u8,
    /// Number of the file in the set.
    pub file: u32,
    /// Record in the file.
    pub record: u32,
    /// Bit of the list.
    pub list: u8,
}

/// Writes a statement.
pub fn write(out: &mut Vec<u8>, made: Made, cells: &[Said<'_>]) {
    out.clear();
    out.push(made.rank);
    out.push(made.list);
    out.extend_from_slice(&made.file.to_le_bytes());
    out.extend_from_slice(&made.record.to_le_bytes());
    for cell in cells {
        match cell {
            Said::Nothing => out.push(0),
            Said::Int(value) => {
                out.push(1);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Said::Text(text) => {
                out.push(2);
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            Said::Entity(kind, alias) | Said::IfThere(kind, alias) => {
                out.push(if matches!(cell, Said::Entity(..)) { 3 } else { 4 });
                out.push(*kind as u8);
                out.extend_from_slice(&alias.to_le_bytes());
            }
            Said::Scope(scope) => {
                out.push(5);
                out.extend_from_slice(&scope.to_le_bytes());
            }
        }
    }
}

/// Reads who made a statement; the cells follow in what is left.
///
/// # Errors
/// The bytes are no statement.
pub fn read_made(bytes: &mut &[u8]) -> Result<Made> {
    let rank = take::<1>(bytes)?[0];
    let list = take::<1>(bytes)?[0];
    let file = u32::from_le_bytes(take(bytes)?);
    let record = u32::from_le_bytes(take(bytes)?);
    Ok(Made { rank, file, record, list })
}

/// Reads the next cell.
///
/// # Errors
/// The bytes are no cell.
pub fn read<'a>(bytes: &mut &'a [u8]) -> Result<Said<'a>> {
    Ok(match take::<1>(bytes)?[0] {
        0 => Said::Nothing,
        1 => Said::Int(i64::from_le_bytes(take(bytes)?)),
        2 => {
            let length = u32::from_le_bytes(take(bytes)?) as usize;
            let (text, rest) = bytes.split_at_checked(length).context("a kept text is cut")?;
            *bytes = rest;
            Said::Text(std::str::from_utf8(text)?)
        }
        tag @ (3 | 4) => {
            let kind = Kind::from_code(i64::from(take::<1>(bytes)?[0])).context("a kept kind is unknown")?;
            let alias = u32::from_le_bytes(take(bytes)?);
            if alias == NO_ALIAS {
                Said::Nothing
            } else if tag == 3 {
                Said::Entity(kind, alias)
            } else {
                Said::IfThere(kind, alias)
            }
        }
        5 => Said::Scope(u32::from_le_bytes(take(bytes)?)),
        other => bail!("a kept cell has the unknown form {other}"),
    })
}

/// Takes some bytes from the front.
///
/// # Errors
/// There are fewer.
pub fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk::<N>().context("kept bytes are cut")?;
    *bytes = rest;
    Ok(*first)
}
