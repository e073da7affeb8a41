//! Writes the reach graph of a revision into a file for another tool. The file appears whole or not at all.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::Told;
use crate::exports::{GraphMl, OpenGraph, Size, Source, Tables, walk};

use super::answers::Answers;

/// Formats of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// BloodHound OpenGraph JSON.
    OpenGraph,
    /// GraphML.
    GraphMl,
    /// Two CSV files.
    Csv,
}

impl Format {
    /// Every word.
    pub const ALL: &'static [&'static str] = &["opengraph", "graphml", "csv"];

    /// The format with this word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "opengraph" => Some(Self::OpenGraph),
            "graphml" => Some(Self::GraphMl),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Files, in the order nodes, edges.
    pub files: Vec<PathBuf>,
    /// Nodes and edges.
    pub size: Size,
}

/// Writes the graph. CSV is two files, `<name>-nodes.csv` and `<name>-edges.csv`, which must not be there yet, because only one name
/// was chosen.
///
/// # Errors
/// A file cannot be written, or one of the two CSV files is there already.
pub fn write(answers: &Answers, format: Format, out: &Path) -> Result<Written> {
    let client_id = |client: u32| {
        let row = answers.clients.get(client as usize)?.row as usize;
        answers.index.natural_key(&answers.rows, answers.rows.clients[row].entity)
    };
    let source = Source { estate: &answers.estate, client_id: &client_id };
    match format {
        Format::OpenGraph => {
            let mut file = Fresh::new(out)?;
            let size = walk(&source, &mut OpenGraph::new(&mut file.out))?;
            Ok(Written { files: vec![file.keep(true)?], size })
        }
        Format::GraphMl => {
            let mut file = Fresh::new(out)?;
            let size = walk(&source, &mut GraphMl::new(&mut file.out))?;
            Ok(Written { files: vec![file.keep(true)?], size })
        }
        Format::Csv => {
            let (nodes, edges) = (beside(out, "nodes"), beside(out, "edges"));
            for path in [&nodes, &edges] {
                if path.exists() {
                    return Err(Told::refusal(
                        "BH-EXP-001",
                        "There is a file of that name.",
                        "Nothing was written.",
                        "Choose another name: CSV is two files, for nodes and for edges.",
                    )
                    .details(path.display().to_string())
                    .into());
                }
            }
            let (mut nodes, mut edges) = (Fresh::new(&nodes)?, Fresh::new(&edges)?);
            let size = walk(&source, &mut Tables::new(&mut nodes.out, &mut edges.out)?)?;
            Ok(Written { files: vec![nodes.keep(false)?, edges.keep(false)?], size })
        }
    }
}

/// `graph.csv` -> `graph-nodes.csv`.
fn beside(out: &Path, part: &str) -> PathBuf {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{stem}-{part}.csv"))
}

/// A file that gets its name once it is whole.
struct Fresh {
    out: BufWriter<tempfile::NamedTempFile<File>>,
    path: PathBuf,
}

impl Fresh {
    fn new(path: &Path) -> Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let file = tempfile::NamedTempFile::new_in(folder).with_context(|| format!("write into {}", folder.display()))?;
        Ok(Self { out: BufWriter::with_capacity(1 << 20, file), path: path.to_owned() })
    }

    fn keep(self, replace: bool) -> Result<PathBuf> {
        let file = self.out.into_inner().context("write the graph")?;
        file.as_file().sync_all().context("write the graph")?;
        let kept = if replace { file.persist(&self.path) } else { file.persist_noclobber(&self.path) };
        kept.with_context(|| format!("write {}", self.path.display()))?;
        Ok(self.path)
    }
}
