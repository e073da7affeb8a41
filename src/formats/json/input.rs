//! The sliding buffer under the splitter: bytes from a mark on are kept, everything before it is dropped, and lines are
//! counted as they leave. Checks the grammar of strings, numbers and words.

use std::io::Read;

use super::super::{Fault, FaultKind, Position};

/// Bytes asked of the reader at once.
const CHUNK: usize = 256 * 1024;

/// See the module.
pub struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Next byte to look at.
    pub at: usize,
    /// End of the bytes read.
    end: usize,
    /// Start of the bytes that must stay.
    mark: usize,
    /// Offset in the text of `buffer[0]`.
    base: u64,
    lines_before: u64,
    line_start: u64,
    ended: bool,
    longest: usize,
}

impl<R: Read> Input<R> {
    /// `longest` is the most bytes that may be kept at once.
    pub fn new(reader: R, longest: usize) -> Self {
        Self { reader, buffer: Vec::new(), at: 0, end: 0, mark: 0, base: 0, lines_before: 1, line_start: 0, ended: false, longest }
    }

    /// Drops everything before the next byte.
    pub fn release(&mut self) {
        self.mark = self.at;
    }

    /// Bytes that the buffer takes in memory.
    #[cfg(test)]
    pub fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// Offset in the text of the next byte.
    pub fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Bytes that were kept, by offset in the text.
    pub fn bytes(&self, from: u64, to: u64) -> &[u8] {
        &self.buffer[(from - self.base) as usize..(to - self.base) as usize]
    }

    /// Line and column of an offset that is still kept.
    pub fn position(&self, offset: u64) -> Position {
        let seen = &self.buffer[..(offset.saturating_sub(self.base) as usize).min(self.end)];
        let lines = count_lines(seen);
        let line_start = seen.iter().rposition(|b| *b == b'\n').map_or(self.line_start, |at| self.base + at as u64 + 1);
        Position { byte: offset, line: self.lines_before + lines, column: offset - line_start + 1 }
    }

    /// A fault at the next byte.
    pub fn fault<T>(&self, kind: FaultKind, what: impl Into<String>) -> Result<T, Fault> {
        self.fault_at(self.offset(), kind, what)
    }

    /// A fault at an offset that is still kept.
    pub fn fault_at<T>(&self, offset: u64, kind: FaultKind, what: impl Into<String>) -> Result<T, Fault> {
        Err(Fault::new(kind, what, Some(self.position(offset))))
    }

    /// Reads more; false at the end of the text. Moves the kept bytes to the front, so indices into the buffer change.
    fn more(&mut self) -> Result<bool, Fault> {
        if self.ended {
            return Ok(false);
        }
        if self.mark > 0 {
            let gone = &self.buffer[..self.mark];
            self.lines_before += count_lines(gone);
            if let Some(last) = gone.iter().rposition(|b| *b == b'\n') {
                self.line_start = self.base + last as u64 + 1;
            }
            self.buffer.copy_within(self.mark..self.end, 0);
            self.base += self.mark as u64;
            self.at -= self.mark;
            self.end -= self.mark;
            self.mark = 0;
        }
        if self.end >= self.longest {
            return self.fault_at(
                self.base,
                FaultKind::Limit,
                format!("One record is longer than {} MiB; no known export has such records.", self.longest >> 20),
            );
        }
        if self.buffer.len() < self.end + CHUNK / 2 {
            // Doubling keeps the work of long records linear.
            self.buffer.resize((self.buffer.len() * 2).clamp(CHUNK, self.longest + CHUNK), 0);
        }
        while self.end < self.buffer.len() {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(n) => {
                    self.end += n;
                    // A slow reader should not hold up the records that are already here.
                    if self.end - self.at >= CHUNK / 2 {
                        break;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let at = self.position(self.base + self.end as u64);
                    return Err(Fault::of_io(&error, Some(at)));
                }
            }
        }
        Ok(self.at < self.end)
    }

    /// The next byte that is no white space, without taking it; `None` at the end of the text.
    #[inline]
    pub fn peek_token(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            while self.at < self.end {
                match self.buffer[self.at] {
                    b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                    other => return Ok(Some(other)),
                }
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Like [`Input::peek_token`] where the text must go on.
    #[inline]
    pub fn token(&mut self) -> Result<u8, Fault> {
        match self.peek_token()? {
            Some(byte) => Ok(byte),
            None => self.cut_off(),
        }
    }

    /// The fault of a text that ends too early.
    pub fn cut_off<T>(&self) -> Result<T, Fault> {
        self.fault(FaultKind::CutOff, "The file ends in the middle of a value: it was cut off.")
    }

    /// The fault of a byte that may not stand here.
    pub fn unexpected<T>(&self, wanted: &str) -> Result<T, Fault> {
        let found = match self.buffer.get(self.at) {
            Some(byte @ 0x21..=0x7e) => format!("`{}`", *byte as char),
            Some(byte) => format!("the byte 0x{byte:02x}"),
            None => "the end".to_owned(),
        };
        self.fault(FaultKind::Syntax, format!("This is no valid JSON: found {found} where {wanted} should stand."))
    }

    /// Takes a string from its opening quote past its closing one; true if it holds escapes.
    pub fn string(&mut self) -> Result<bool, Fault> {
        let start = self.offset();
        let mut escaped = false;
        self.at += 1;
        loop {
            self.at += plain_run(&self.buffer[self.at..self.end]);
            if self.at >= self.end {
                if self.more()? {
                    continue;
                }
                return self.fault_at(start, FaultKind::CutOff, "The file ends inside the text that starts here: it was cut off.");
            }
            match self.buffer[self.at] {
                b'"' => {
                    self.at += 1;
                    return Ok(escaped);
                }
                b'\\' => {
                    escaped = true;
                    self.escape(start)?;
                }
                _ => return self.unexpected("a character of the text (control characters must be escaped)"),
            }
        }
    }

    fn escape(&mut self, start: u64) -> Result<(), Fault> {
        let mut wanted = 2;
        loop {
            while self.end - self.at < wanted {
                // `more` reports progress from `at` on, so look at the end to see whether anything came.
                let before = self.base + self.end as u64;
                self.more()?;
                if self.base + self.end as u64 == before {
                    return self.fault_at(start, FaultKind::CutOff, "The file ends inside the text that starts here: it was cut off.");
                }
            }
            match self.buffer[self.at + 1] {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {
                    self.at += 2;
                    return Ok(());
                }
                b'u' if wanted == 2 => wanted = 6,
                b'u' => {
                    if self.buffer[self.at + 2..self.at + 6].iter().all(u8::is_ascii_hexdigit) {
                        self.at += 6;
                        return Ok(());
                    }
                    return self.unexpected("an escape with four hexadecimal digits");
                }
                _ => return self.unexpected("a known escape"),
            }
        }
    }

    /// Takes a number or one of the words `true`, `false`, `null`.
    pub fn scalar(&mut self) -> Result<(), Fault> {
        let mut length = 0;
        loop {
            while self.at + length < self.end
                && matches!(self.buffer[self.at + length], b'0'..=b'9' | b'+' | b'-' | b'.' | b'a'..=b'z' | b'A'..=b'Z' | b'_')
            {
                length += 1;
                if length > 1024 {
                    return self.fault(FaultKind::Limit, "A number or word has more than 1,024 characters.");
                }
            }
            if self.at + length < self.end || self.ended {
                break;
            }
            self.more()?;
        }
        let word = &self.buffer[self.at..self.at + length];
        if matches!(word, b"true" | b"false" | b"null") || is_number(word) {
            self.at += length;
            return Ok(());
        }
        let goes_on = [&b"true"[..], b"false", b"null"].iter().any(|whole| whole.starts_with(word)) || is_number(&[word, b"0"].concat());
        if self.at + length == self.end && goes_on {
            return self.cut_off();
        }
        if word == b"NaN" || word.ends_with(b"Infinity") {
            return self.fault(FaultKind::Syntax, "This is no valid JSON: NaN and Infinity are no JSON numbers.");
        }
        self.unexpected("a value")
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.chunks(255).map(|chunk| u64::from(chunk.iter().fold(0u8, |sum, b| sum + u8::from(*b == b'\n')))).sum()
}

/// RFC 8259 section 6.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text[0] == b'0') {
        return false;
    }
    let mut rest = &text[whole..];
    if let [b'.', tail @ ..] = rest {
        let count = digits(tail);
        if count == 0 {
            return false;
        }
        rest = &tail[count..];
    }
    if let [b'e' | b'E', tail @ ..] = rest {
        let tail = match tail {
            [b'+' | b'-', tail @ ..] => tail,
            tail => tail,
        };
        return !tail.is_empty() && digits(tail) == tail.len();
    }
    rest.is_empty()
}

/// Bytes before the first quote, backslash or control character, eight at a time.
fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    while let Some(eight) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes([eight[0], eight[1], eight[2], eight[3], eight[4], eight[5], eight[6], eight[7]]);
        let quote = word ^ (ONES * b'"' as u64);
        let escape = word ^ (ONES * b'\\' as u64);
        // A byte's high bit comes on where it is zero (quote, escape) or below 0x20; borrows can only add false hits
        // above a true one, and the lowest hit is taken.
        let hits = (quote.wrapping_sub(ONES) & !quote) | (escape.wrapping_sub(ONES) & !escape) | (word.wrapping_sub(ONES * 0x20) & !word);
        let hits = hits & HIGHS;
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|b| !matches!(b, b'"' | b'\\' | 0..0x20)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_runs_stop_at_the_first_special_byte_wherever_it_is() {
        for special in [b'"', b'\\', 0u8, 0x1f, b'\n'] {
            for at in 0..40 {
                let mut bytes = vec![b'a'; 40];
                bytes[at] = special;
                assert_eq!(plain_run(&bytes), at, "{special:#x} at {at}");
            }
        }
        let text: Vec<u8> = "Müller 😀 \u{7f}!#[]".bytes().collect();
        assert_eq!(plain_run(&text), text.len(), "letters outside ASCII are plain");
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for good in ["0", "-0", "1", "-12.50", "1e5", "1E+5", "0.1e-9", "9223372036854775808", "1e999"] {
            assert!(is_number(good.as_bytes()), "{good}");
        }
        for bad in ["", "-", "01", "1.", ".5", "1e", "+1", "1e+", "0x10", "1_000", "--1"] {
            assert!(!is_number(bad.as_bytes()), "{bad}");
        }
    }
}
