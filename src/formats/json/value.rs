//! The grammar of a value inside a record: checked and passed over without recursion.

use std::io::Read;

use super::super::Fault;
use super::Splitter;

/// Stands in the levels of a splitter for an open array.
const ARRAY: usize = usize::MAX;

impl<R: Read> Splitter<R> {
    /// Takes one value of any kind, checking all of its grammar.
    pub(super) fn skip_value(&mut self) -> Result<(), Fault> {
        let outside = self.levels.len();
        loop {
            match self.input.token()? {
                b'"' => {
                    self.input.string()?;
                }
                b'{' => {
                    self.open_nested()?;
                    self.input.at += 1;
                    if self.input.token()? == b'}' {
                        self.input.at += 1;
                    } else {
                        let level = self.keys.len();
                        self.levels.push(level);
                        self.key(level)?;
                        continue;
                    }
                }
                b'[' => {
                    self.open_nested()?;
                    self.input.at += 1;
                    if self.input.token()? == b']' {
                        self.input.at += 1;
                    } else {
                        self.levels.push(ARRAY);
                        continue;
                    }
                }
                b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'.' => self.input.scalar()?,
                _ => return self.input.unexpected("a value"),
            }
            // A value has ended: close what ends with it, or go on to the next.
            loop {
                if self.levels.len() == outside {
                    return Ok(());
                }
                let level = self.levels[self.levels.len() - 1];
                match (self.input.token()?, level) {
                    (b',', ARRAY) => {
                        self.input.at += 1;
                        break;
                    }
                    (b']', ARRAY) => {
                        self.input.at += 1;
                        self.levels.pop();
                    }
                    (b',', _) if level != ARRAY => {
                        self.input.at += 1;
                        self.key(level)?;
                        break;
                    }
                    (b'}', _) if level != ARRAY => {
                        self.input.at += 1;
                        self.close_keys(level)?;
                        self.levels.pop();
                    }
                    (_, ARRAY) => return self.input.unexpected("a comma or `]`"),
                    _ => return self.input.unexpected("a comma or `}`"),
                }
            }
        }
    }
}
