//! Pages of a Graph list in one file, one after another as a script appends them: 999 records each, a next link on all but the last.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

/// Records of a page.
const PAGE: u64 = 999;
const GRAPH: &str = "https://graph.microsoft.com/v1.0";

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// File name.
    pub name: String,
    /// Records.
    pub records: u64,
    /// Size.
    pub bytes: u64,
}

/// A file of pages being written. One page is held back, because only the next record tells whether another follows.
pub struct Pages {
    file: BufWriter<File>,
    name: String,
    path: String,
    context: String,
    page: String,
    in_page: u64,
    pages: u64,
    records: u64,
    bytes: u64,
    open: bool,
}

impl Pages {
    /// A file for the list at this path; an empty path means that [`Pages::begin`] names the lists.
    pub fn new(folder: &Path, name: &str, path: &str, context: &str) -> Result<Self> {
        let file = folder.join(name);
        let file = BufWriter::new(File::create(&file).with_context(|| format!("write {}", file.display()))?);
        Ok(Self {
            file,
            name: name.to_owned(),
            path: path.to_owned(),
            context: context.to_owned(),
            page: String::new(),
            in_page: 0,
            pages: 0,
            records: 0,
            bytes: 0,
            open: !path.is_empty(),
        })
    }

    /// Ends the list and begins another one in the same file.
    pub fn begin(&mut self, path: &str, context: &str) -> Result<()> {
        if self.open {
            self.write_page(false)?;
        }
        (self.path, self.context, self.pages, self.open) = (path.to_owned(), context.to_owned(), 0, true);
        Ok(())
    }

    /// Adds a record.
    pub fn record(&mut self, json: &str) -> Result<()> {
        if self.in_page == PAGE {
            self.write_page(true)?;
        }
        if self.in_page > 0 {
            self.page.push(',');
        }
        self.page.push_str(json);
        self.in_page += 1;
        self.records += 1;
        Ok(())
    }

    /// Writes the last page.
    pub fn finish(mut self) -> Result<Written> {
        if self.open {
            self.write_page(false)?;
        }
        self.file.flush().with_context(|| format!("write {}", self.name))?;
        Ok(Written { name: self.name, records: self.records, bytes: self.bytes })
    }

    fn write_page(&mut self, more: bool) -> Result<()> {
        self.pages += 1;
        let next = if more {
            let path = self.path.replace("('", "/").replace("')", "");
            format!(r#""@odata.nextLink":"{GRAPH}/{path}?$skiptoken=page{}","#, self.pages + 1)
        } else {
            String::new()
        };
        let head = format!(r##"{{"@odata.context":"{GRAPH}/$metadata#{}",{next}"value":["##, self.context);
        for part in [&head, &self.page, "]}\n"] {
            self.file.write_all(part.as_bytes()).with_context(|| format!("write {}", self.name))?;
            self.bytes += part.len() as u64;
        }
        self.page.clear();
        self.in_page = 0;
        Ok(())
    }
}

/// A JSON string.
pub fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
