//! CSV as people export it: delimiter found on the header line, `sep=;`, `#TYPE` lines, quotes with line ends inside
//! (formats.md 0.4). A strict reader of its own, because an open quote at the end of a file must be a fault, and fields
//! and rows have limits before anything is copied.

use std::borrow::Cow;
use std::io::Read;

use super::{Fault, FaultKind, Position};

/// Bounds on what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one field.
    pub field_bytes: usize,
    /// Bytes of one row.
    pub row_bytes: usize,
    /// Fields of one row.
    pub fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { field_bytes: 1 << 20, row_bytes: 4 << 20, fields: 2000 }
    }
}

/// A row: its fields, unquoted.
#[derive(Debug, Default, Clone)]
pub struct Row {
    text: String,
    ends: Vec<usize>,
    /// Number of the row in the file without header, from 1.
    pub number: u32,
    /// Line on which it starts, from 1.
    pub line: u64,
    /// Offset of its first byte in the decoded text.
    pub offset: u64,
}

impl Row {
    /// Fields.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True for a row without fields.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A field by column; empty if the row is short.
    pub fn get(&self, column: usize) -> &str {
        let Some(end) = self.ends.get(column) else { return "" };
        let from = if column == 0 { 0 } else { self.ends[column - 1] };
        &self.text[from..*end]
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|column| self.get(column))
    }
}

/// Reads rows from decoded text.
pub struct CsvReader<R> {
    reader: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    offset: u64,
    line: u64,
    line_start: u64,
    delimiter: u8,
    limits: Limits,
    header: Row,
    rows: u32,
}

impl<R: Read> CsvReader<R> {
    /// Reads up to and including the header line. `reader` gives valid UTF-8 without byte order mark: a
    /// [`super::decode::Decoder`] with the encoding that [`super::decode::survey`] found.
    ///
    /// # Errors
    /// A fault of the text, or an empty file.
    pub fn open(reader: R, limits: Limits) -> Result<Self, Fault> {
        let mut csv = Self {
            reader,
            buffer: vec![0; 64 * 1024],
            at: 0,
            end: 0,
            offset: 0,
            line: 1,
            line_start: 0,
            delimiter: b',',
            limits,
            header: Row::default(),
            rows: 0,
        };
        csv.fill()?;
        // PowerShell 5.1 writes the type of the objects first, Excel accepts the delimiter on a line of its own.
        loop {
            let line = csv.first_line();
            if line.starts_with(b"#TYPE ") {
                csv.drop_line();
            } else if line.len() == 5 && line[..4].eq_ignore_ascii_case(b"sep=") {
                csv.delimiter = line[4];
                csv.drop_line();
                break;
            } else {
                csv.delimiter = sniff_delimiter(line);
                break;
            }
        }
        let mut header = Row::default();
        if !csv.read_row(&mut header)? || header.fields().all(|name| name.trim().is_empty()) {
            return Err(Fault::new(FaultKind::Syntax, "The file has no header line with column names.", Some(csv.position())));
        }
        csv.header = header;
        csv.rows = 0;
        Ok(csv)
    }

    /// Column names as written.
    pub fn header(&self) -> &Row {
        &self.header
    }

    /// Delimiter in use.
    pub fn delimiter(&self) -> char {
        self.delimiter as char
    }

    /// Reads the next row into `row`; false at the end. Lines without any text are passed over.
    ///
    /// # Errors
    /// A quote that never closes, text after a closing quote, or a limit.
    pub fn next_row(&mut self, row: &mut Row) -> Result<bool, Fault> {
        self.read_row(row)
    }

    fn position(&self) -> Position {
        let byte = self.offset + self.at as u64;
        Position { byte, line: self.line, column: byte - self.line_start + 1 }
    }

    fn fault<T>(&self, kind: FaultKind, what: &str) -> Result<T, Fault> {
        Err(Fault::new(kind, what, Some(self.position())))
    }

    fn fill(&mut self) -> Result<bool, Fault> {
        self.offset += self.at as u64;
        self.buffer.copy_within(self.at..self.end, 0);
        self.end -= self.at;
        self.at = 0;
        while self.end < self.buffer.len() {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(n) => self.end += n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::of_io(&error, Some(self.position()))),
            }
        }
        Ok(self.end > 0)
    }

    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        if self.at == self.end && !self.fill()? {
            return Ok(None);
        }
        Ok(Some(self.buffer[self.at]))
    }

    fn first_line(&self) -> &[u8] {
        let rest = &self.buffer[self.at..self.end];
        rest.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or(rest)
    }

    fn drop_line(&mut self) {
        self.at += self.first_line().len();
        if self.at < self.end && self.buffer[self.at] == b'\r' {
            self.at += 1;
        }
        if self.at < self.end && self.buffer[self.at] == b'\n' {
            self.at += 1;
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        self.line += 1;
        self.line_start = self.offset + self.at as u64;
    }

    fn read_row(&mut self, row: &mut Row) -> Result<bool, Fault> {
        let mut bytes = std::mem::take(&mut row.text).into_bytes();
        loop {
            bytes.clear();
            row.ends.clear();
            row.line = self.line;
            row.offset = self.offset + self.at as u64;
            if self.peek()?.is_none() {
                return Ok(false);
            }
            while self.field(&mut bytes, row.ends.last().copied().unwrap_or(0))? {
                row.ends.push(bytes.len());
                if row.ends.len() >= self.limits.fields {
                    return self.fault(FaultKind::Limit, "A row has more fields than any known export.");
                }
            }
            row.ends.push(bytes.len());
            if bytes.contains(&0) {
                return self.fault(FaultKind::Encoding, "A row holds zero bytes: this is no text, or its encoding was not recognised.");
            }
            if !bytes.is_empty() || row.ends.len() > 1 {
                break;
            }
        }
        row.text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return self.fault(FaultKind::Encoding, "A row is no valid UTF-8 text."),
        };
        self.rows = self.rows.saturating_add(1);
        row.number = self.rows;
        Ok(true)
    }

    /// Reads one field; true if another follows in the same row.
    fn field(&mut self, out: &mut Vec<u8>, from: usize) -> Result<bool, Fault> {
        if self.peek()? == Some(b'"') {
            self.quoted(out, from)?;
        }
        loop {
            let plain = self.buffer[self.at..self.end]
                .iter()
                .position(|b| *b == self.delimiter || matches!(b, b'\n' | b'\r'))
                .unwrap_or(self.end - self.at);
            self.take(plain, out, from)?;
            match self.peek()? {
                None => return Ok(false),
                Some(b'\r') => {
                    self.at += 1;
                    if self.peek()? == Some(b'\n') {
                        self.at += 1;
                    }
                    self.new_line();
                    return Ok(false);
                }
                Some(b'\n') => {
                    self.at += 1;
                    self.new_line();
                    return Ok(false);
                }
                Some(byte) if byte == self.delimiter => {
                    self.at += 1;
                    return Ok(true);
                }
                Some(_) => {}
            }
        }
    }

    fn quoted(&mut self, out: &mut Vec<u8>, from: usize) -> Result<(), Fault> {
        let opened = self.position();
        self.at += 1;
        loop {
            let plain = self.buffer[self.at..self.end].iter().position(|b| matches!(b, b'"' | b'\n')).unwrap_or(self.end - self.at);
            self.take(plain, out, from)?;
            match self.peek()? {
                None => {
                    return Err(Fault::new(
                        FaultKind::CutOff,
                        "The file ends inside the quoted field that starts here: it was cut off.",
                        Some(opened),
                    ));
                }
                Some(b'\n') => {
                    self.take(1, out, from)?;
                    self.new_line();
                }
                Some(b'"') => {
                    self.at += 1;
                    match self.peek()? {
                        Some(b'"') => self.take(1, out, from)?,
                        None | Some(b'\n' | b'\r') => return Ok(()),
                        Some(byte) if byte == self.delimiter => return Ok(()),
                        Some(_) => {
                            return self.fault(FaultKind::Syntax, "Text follows a closing quote; a quote inside a field must be doubled.");
                        }
                    }
                }
                Some(_) => {}
            }
        }
    }

    fn take(&mut self, count: usize, out: &mut Vec<u8>, from: usize) -> Result<(), Fault> {
        out.extend_from_slice(&self.buffer[self.at..self.at + count]);
        self.at += count;
        if out.len() - from > self.limits.field_bytes {
            return self.fault(FaultKind::Limit, "A field is longer than 1 MiB; no known export has such fields.");
        }
        if out.len() > self.limits.row_bytes {
            return self.fault(FaultKind::Limit, "A row is longer than 4 MiB; no known export has such rows.");
        }
        Ok(())
    }
}

/// The delimiter that occurs most on the header line outside quotes; a comma if none does.
pub fn sniff_delimiter(line: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0)];
    for byte in line {
        if *byte == b'"' {
            quoted = !quoted;
        }
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| !quoted && delimiter == byte) {
            *count += 1;
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

/// What a cell shows: `=HYPERLINK("url","text")` means its text (MSIdentityTools); nothing else is ever evaluated.
pub fn cell_text(cell: &str) -> Cow<'_, str> {
    let inner = cell.trim().strip_prefix('=').and_then(|rest| {
        let (name, arguments) = rest.split_once('(')?;
        name.trim().eq_ignore_ascii_case("HYPERLINK").then_some(arguments)?.strip_suffix(')')
    });
    let Some(inner) = inner else { return Cow::Borrowed(cell) };
    let strings = excel_strings(inner);
    match strings.as_slice() {
        [_, text] | [text] => Cow::Owned(text.clone()),
        _ => Cow::Borrowed(cell),
    }
}

/// The string arguments of a formula; empty if there is anything else.
fn excel_strings(arguments: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = arguments.trim();
    while let Some(tail) = rest.strip_prefix('"') {
        let mut text = String::new();
        let mut characters = tail.char_indices().peekable();
        let mut end = None;
        while let Some((at, character)) = characters.next() {
            if character != '"' {
                text.push(character);
            } else if characters.next_if(|(_, next)| *next == '"').is_some() {
                text.push('"');
            } else {
                end = Some(at + 1);
                break;
            }
        }
        let Some(end) = end else { return Vec::new() };
        out.push(text);
        rest = tail[end..].trim_start();
        rest = rest.strip_prefix([',', ';']).unwrap_or(rest).trim_start();
    }
    if rest.is_empty() { out } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<Vec<String>>, Fault> {
        let mut csv = CsvReader::open(text.as_bytes(), Limits::default())?;
        let mut out = vec![csv.header().fields().map(str::to_owned).collect()];
        let mut row = Row::default();
        while csv.next_row(&mut row)? {
            out.push(row.fields().map(str::to_owned).collect());
        }
        Ok(out)
    }

    #[test]
    fn dialects_give_the_same_rows() {
        let want = vec![vec!["a", "b"], vec!["1", "x\r\ny"], vec!["", "q\"q"]];
        for delimiter in [",", ";", "\t"] {
            let text = format!("a{delimiter}b\r\n1{delimiter}\"x\r\ny\"\r\n{delimiter}\"q\"\"q\"");
            assert_eq!(rows(&text).expect("valid"), want, "delimiter {delimiter:?}");
        }
        assert_eq!(
            rows("#TYPE System.Object\r\n\"a\",\"b\"\r\n\"1\",\"x\r\ny\"\n\n,\"q\"\"q\"\n").expect("valid"),
            want,
            "type line, mixed line ends"
        );
        assert_eq!(rows("sep=;\n\"a,x\";b\n1;2\n").expect("valid"), vec![vec!["a,x", "b"], vec!["1", "2"]], "the stated delimiter wins");
    }

    #[test]
    fn rows_know_where_they_stand() {
        let mut csv = CsvReader::open(&b"a,b\n\n1,\"x\ny\"\n2,z\n"[..], Limits::default()).expect("valid");
        let mut row = Row::default();
        assert!(csv.next_row(&mut row).expect("valid"));
        assert_eq!((row.number, row.line, row.offset), (1, 3, 5), "an empty line is no row but is a line");
        assert!(csv.next_row(&mut row).expect("valid"));
        assert_eq!((row.number, row.line, row.get(0), row.get(7)), (2, 5, "2", ""));
        assert!(!csv.next_row(&mut row).expect("valid"));
    }

    #[test]
    fn open_quotes_and_loose_quotes_are_faults() {
        let fault = rows("a,b\n1,\"x\n2,y\n").expect_err("cut inside quotes");
        assert_eq!((fault.kind, fault.at.map(|at| (at.line, at.column))), (FaultKind::CutOff, Some((2, 3))), "where the quote opened");
        assert_eq!(rows("a,b\n\"1\"x,2\n").expect_err("loose quote").kind, FaultKind::Syntax);
        assert_eq!(rows("").expect_err("empty").kind, FaultKind::Syntax);
        assert_eq!(rows("a\n\0\n").expect_err("binary").kind, FaultKind::Encoding);
    }

    #[test]
    fn limits_hold() {
        assert_eq!(rows(&format!("a\n{}\n", "x".repeat(2 << 20))).expect_err("long field").kind, FaultKind::Limit);
        assert_eq!(rows(&format!("a\n\"{}\"\n", "x\n".repeat(1 << 20))).expect_err("long quoted field").kind, FaultKind::Limit);
        assert_eq!(rows(&format!("a\n{}\n", ",".repeat(5000))).expect_err("many fields").kind, FaultKind::Limit);
    }

    #[test]
    fn fields_across_the_buffer_are_whole() {
        for shift in 0..4 {
            let text = format!("a,b\n{},\"{}\"\"é\"\r\n1,2\r\n", "x".repeat(65_520 + shift), "y".repeat(70_000));
            let read = rows(&text).expect("valid");
            assert_eq!(read[1][0].len(), 65_520 + shift);
            assert_eq!(read[1][1], format!("{}\"é", "y".repeat(70_000)));
            assert_eq!(read[2], ["1", "2"]);
        }
    }

    #[test]
    fn hyperlinks_mean_their_text_and_nothing_is_evaluated() {
        assert_eq!(cell_text(r#"=HYPERLINK("https://x/y","Contoso ""A"" app")"#), "Contoso \"A\" app");
        assert_eq!(cell_text(r#"=hyperlink("https://x";"B")"#), "B");
        assert_eq!(cell_text("=SUM(A1)"), "=SUM(A1)");
        assert_eq!(cell_text(r#"=HYPERLINK(A1,"x")"#), r#"=HYPERLINK(A1,"x")"#, "a reference cannot be known");
        assert_eq!(cell_text("plain"), "plain");
    }
}
