//! The content hash of a revision: equal for equal content, whatever the order of files, rows and ids (decision D12).
//!
//! Every visible row becomes one line of its table's name and its cells, with natural keys in place of ids and without
//! the columns that say where it was read; the SHA-256 of each line, sorted, are hashed once more.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::Store;
use super::cells::{Cells, Field, push_int, push_text};
use super::read::{Which, scan};
use super::table::{self, PROVENANCE, Table};
use crate::model::id::hex;
use crate::model::kinds::{Kind, Source};

impl Store {
    /// Content hash of a revision, lower-case hex.
    ///
    /// # Errors
    /// No such revision, or the file cannot be read.
    pub async fn content_hash(&self, revision: i64) -> Result<String> {
        self.entry(revision).await?;
        let mut connection = self.reader().await?;
        let mut instances: Vec<String> = Vec::new();
        scan(&mut connection, &table::INSTANCES, Which::At(revision), |_, cells| {
            let at = u32::get(cells)? as usize;
            cells.int()?;
            let name = cells.text()?.unwrap_or_default().to_ascii_lowercase();
            cells.text()?;
            cells.int()?;
            if instances.len() <= at {
                instances.resize(at + 1, String::new());
            }
            instances[at] = name;
            Ok(())
        })
        .await?;
        // 16 bytes stand for a key; with the kind and instance they are those of the public id.
        let mut keys: Vec<[u8; 16]> = Vec::new();
        scan(&mut connection, &table::KEYS, Which::At(revision), |raw, cells| {
            let kind: Kind = Field::get(cells)?;
            let source: Source = Field::get(cells)?;
            let instance = u32::get(cells)? as usize;
            cells.int()?;
            let key = cells.text()?.unwrap_or_default().to_ascii_lowercase();
            let mut line = Vec::new();
            for text in [kind.as_str(), source.as_str(), instances.get(instance).map_or("", String::as_str), &key] {
                push_text(&mut line, Some(text));
            }
            let at = usize::try_from(raw.id)?;
            if keys.len() <= at {
                keys.resize(at + 1, [0; 16]);
            }
            keys[at].copy_from_slice(&Sha256::digest(&line)[..16]);
            Ok(())
        })
        .await?;
        let mut hashes: Vec<[u8; 32]> = Vec::new();
        for table in table::ALL.iter().filter(|table| table.versioned && table.name != "instances") {
            scan(&mut connection, table, Which::At(revision), |_, cells| {
                hashes.push(line_hash(table, cells, &keys)?);
                Ok(())
            })
            .await?;
        }
        self.give_back(connection);
        hashes.sort_unstable();
        let mut hasher = Sha256::new();
        hashes.iter().for_each(|hash| hasher.update(hash));
        Ok(hex(&hasher.finalize()))
    }
}

fn line_hash(table: &Table, cells: &mut Cells<'_>, keys: &[[u8; 16]]) -> Result<[u8; 32]> {
    let mut line = Vec::with_capacity(256);
    push_text(&mut line, Some(table.name));
    for (at, column) in table.columns.iter().enumerate() {
        let is_said = !PROVENANCE.contains(&column.name);
        match column.kind {
            super::cells::CellKind::Int => {
                let value = cells.int()?;
                if !is_said {
                    continue;
                }
                match value {
                    Some(id) if table.refs.contains(&at) && id != 0 => {
                        line.extend_from_slice(keys.get(usize::try_from(id)?).context("a row names an entity that has no key")?);
                    }
                    other => push_int(&mut line, other),
                }
            }
            super::cells::CellKind::Text => {
                let value = cells.text()?;
                if is_said {
                    push_text(&mut line, value);
                }
            }
        }
    }
    Ok(Sha256::digest(&line).into())
}
