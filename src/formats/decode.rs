//! Raw bytes to UTF-8: byte order marks, UTF-16 with and without one, Windows-1252 as the last resort (formats.md 0.1).
//!
//! [`Decoder`] streams: memory does not grow with the file. It passes UTF-8 through unchecked, because the JSON and CSV
//! readers look at every byte anyway; [`survey`] reads a whole file to choose between UTF-8 and Windows-1252.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{CoderResult, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Encodings that exports come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first (Windows PowerShell 5.1 `>` and `Out-File`).
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252 (Excel and PowerShell on western Windows).
    Windows1252,
}

impl Encoding {
    /// Name for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// What the first bytes say about a file's encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Encoding.
    pub encoding: Encoding,
    /// Bytes of the byte order mark, 0 if there is none.
    pub mark: usize,
}

impl Found {
    /// True when the encoding was guessed from zero bytes, not stated by a mark: worth a warning.
    pub fn guessed(self) -> bool {
        self.mark == 0 && self.encoding != Encoding::Utf8
    }
}

/// Bytes that are no text of their encoding; travels inside an [`io::Error`] of kind `InvalidData`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadText {
    /// Encoding in which it was read.
    pub encoding: Encoding,
    /// Byte offset in the raw file.
    pub offset: u64,
}

impl std::fmt::Display for BadText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "The file is read as {}, but the bytes at offset {} are no such text.", self.encoding.as_str(), self.offset)
    }
}

impl std::error::Error for BadText {}

/// The encoding that the start of a file shows. Without a mark, zero bytes in every second place mean UTF-16.
pub fn sniff(start: &[u8]) -> Found {
    match start {
        [0xEF, 0xBB, 0xBF, ..] => return Found { encoding: Encoding::Utf8, mark: 3 },
        [0xFF, 0xFE, ..] => return Found { encoding: Encoding::Utf16Le, mark: 2 },
        [0xFE, 0xFF, ..] => return Found { encoding: Encoding::Utf16Be, mark: 2 },
        _ => {}
    }
    let pairs = start.chunks_exact(2).take(1024);
    let (mut count, mut high_first, mut low_first) = (0usize, 0usize, 0usize);
    for pair in pairs {
        count += 1;
        high_first += usize::from(pair[0] == 0 && pair[1] != 0);
        low_first += usize::from(pair[1] == 0 && pair[0] != 0);
    }
    // Syntax is ASCII in every format read here, so even names in other scripts leave at least a third of zeros.
    let encoding = match count {
        0 => Encoding::Utf8,
        _ if low_first * 3 >= count && high_first * 20 <= count => Encoding::Utf16Le,
        _ if high_first * 3 >= count && low_first * 20 <= count => Encoding::Utf16Be,
        _ => Encoding::Utf8,
    };
    Found { encoding, mark: 0 }
}

/// What a whole file's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survey {
    /// Encoding to decode with.
    pub found: Found,
    /// For Windows-1252: offset of the first byte that is no UTF-8. The choice is a guess and worth a warning.
    pub not_utf8_at: Option<u64>,
}

/// Reads a file to its end to find its encoding: what is neither UTF-16 nor valid UTF-8 is taken for Windows-1252.
///
/// # Errors
/// The reader's.
pub fn survey(mut reader: impl Read) -> io::Result<Survey> {
    let mut buffer = vec![0u8; 64 * 1024];
    let mut kept = fill(&mut reader, &mut buffer, 0)?;
    let found = sniff(&buffer[..kept]);
    if found.encoding != Encoding::Utf8 {
        return Ok(Survey { found, not_utf8_at: None });
    }
    let mut before = 0u64;
    loop {
        let at_end = kept < buffer.len();
        let (valid, broken) = match std::str::from_utf8(&buffer[..kept]) {
            Ok(_) => (kept, false),
            // An unfinished character at the end of the buffer may go on in the next piece.
            Err(error) => (error.valid_up_to(), error.error_len().is_some() || at_end),
        };
        if broken {
            let found = Found { encoding: Encoding::Windows1252, mark: found.mark };
            return Ok(Survey { found, not_utf8_at: Some(before + valid as u64) });
        }
        if at_end {
            return Ok(Survey { found, not_utf8_at: None });
        }
        buffer.copy_within(valid..kept, 0);
        before += valid as u64;
        kept = fill(&mut reader, &mut buffer, kept - valid)?;
    }
}

/// The text of a record whose bytes should be UTF-8. Bytes that are not are read as Windows-1252, unless the record
/// also holds multi-byte UTF-8: then no one encoding is right and the offset inside the record is returned.
///
/// # Errors
/// Offset of the first byte that is no UTF-8, if the record mixes encodings.
pub fn record_text(bytes: &[u8]) -> Result<(Cow<'_, str>, bool), usize> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), false)),
        Err(error) => {
            let mixed = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
            if mixed { Err(error.valid_up_to()) } else { Ok((WINDOWS_1252.decode_without_bom_handling(bytes).0, true)) }
        }
    }
}

/// The start of a file as text, for recognition. Never fails; an unfinished last character is dropped.
pub fn sample(start: &[u8]) -> String {
    let found = sniff(start);
    let rest = &start[found.mark..];
    match found.encoding {
        Encoding::Utf16Le => UTF_16LE.decode_without_bom_handling(&rest[..rest.len() & !1]).0.into_owned(),
        Encoding::Utf16Be => UTF_16BE.decode_without_bom_handling(&rest[..rest.len() & !1]).0.into_owned(),
        Encoding::Utf8 | Encoding::Windows1252 => match std::str::from_utf8(rest) {
            Ok(text) => text.to_owned(),
            Err(error) if error.error_len().is_none() => String::from_utf8_lossy(&rest[..error.valid_up_to()]).into_owned(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(rest).0.into_owned(),
        },
    }
}

/// Transcodes a reader to UTF-8 as it is read.
pub struct Decoder<R> {
    inner: R,
    found: Found,
    /// `None` for UTF-8, which is passed through.
    transcoder: Option<encoding_rs::Decoder>,
    raw: Vec<u8>,
    raw_from: usize,
    raw_to: usize,
    raw_offset: u64,
    ended: bool,
    finished: bool,
    /// Decoded text that did not fit a caller's small buffer.
    spill: Vec<u8>,
}

impl<R: Read> Decoder<R> {
    /// Looks at the first bytes to choose the encoding.
    ///
    /// # Errors
    /// The reader's.
    pub fn new(inner: R) -> io::Result<Self> {
        Self::start(inner, None)
    }

    /// Decodes with an encoding that [`survey`] found.
    ///
    /// # Errors
    /// The reader's.
    pub fn with(inner: R, found: Found) -> io::Result<Self> {
        Self::start(inner, Some(found))
    }

    fn start(mut inner: R, found: Option<Found>) -> io::Result<Self> {
        let mut raw = vec![0u8; 64 * 1024];
        let raw_to = fill(&mut inner, &mut raw, 0)?;
        let found = found.unwrap_or_else(|| sniff(&raw[..raw_to]));
        let transcoder = match found.encoding {
            Encoding::Utf8 => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
        };
        let raw_from = found.mark.min(raw_to);
        let ended = raw_to < raw.len();
        Ok(Self { inner, found, transcoder, raw, raw_from, raw_to, raw_offset: 0, ended, finished: false, spill: Vec::new() })
    }

    /// The encoding in use.
    pub fn found(&self) -> Found {
        self.found
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw_offset += self.raw_to as u64;
        self.raw_from = 0;
        self.raw_to = fill(&mut self.inner, &mut self.raw, 0)?;
        self.ended = self.raw_to < self.raw.len();
        Ok(())
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.spill.is_empty() && (out.len() >= ROOM || self.transcoder.is_none()) {
            return self.decode(out);
        }
        if self.spill.is_empty() {
            let mut room = [0u8; ROOM];
            let n = self.decode(&mut room)?;
            self.spill.extend_from_slice(&room[..n]);
        }
        let n = out.len().min(self.spill.len());
        out[..n].copy_from_slice(&self.spill[..n]);
        self.spill.drain(..n);
        Ok(n)
    }
}

/// Room that the transcoder needs to make progress by whole characters.
const ROOM: usize = 64;

impl<R: Read> Decoder<R> {
    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.finished {
            return Ok(0);
        }
        let Some(transcoder) = self.transcoder.as_mut() else {
            if self.raw_from == self.raw_to {
                // The start was looked at; from here the reader fills the caller's buffer directly.
                return if self.ended { Ok(0) } else { self.inner.read(out) };
            }
            let n = out.len().min(self.raw_to - self.raw_from);
            out[..n].copy_from_slice(&self.raw[self.raw_from..self.raw_from + n]);
            self.raw_from += n;
            return Ok(n);
        };
        let source = &self.raw[self.raw_from..self.raw_to];
        let (result, read, written) = if self.found.encoding == Encoding::Windows1252 {
            let (result, read, written, _) = transcoder.decode_to_utf8(source, out, self.ended);
            let result = if result == CoderResult::InputEmpty { DecoderResult::InputEmpty } else { DecoderResult::OutputFull };
            (result, read, written)
        } else {
            transcoder.decode_to_utf8_without_replacement(source, out, self.ended)
        };
        self.raw_from += read;
        match result {
            DecoderResult::Malformed(bad, after) => {
                let offset = (self.raw_offset + self.raw_from as u64).saturating_sub(u64::from(bad) + u64::from(after));
                Err(io::Error::new(io::ErrorKind::InvalidData, BadText { encoding: self.found.encoding, offset }))
            }
            DecoderResult::OutputFull => Ok(written),
            DecoderResult::InputEmpty if self.ended => {
                self.finished = true;
                Ok(written)
            }
            DecoderResult::InputEmpty => {
                self.refill()?;
                if written > 0 { Ok(written) } else { self.decode(out) }
            }
        }
    }
}

/// Reads until the buffer is full or the file ends; returns how much of it is filled.
fn fill(reader: &mut impl Read, buffer: &mut [u8], mut from: usize) -> io::Result<usize> {
    while from < buffer.len() {
        match reader.read(&mut buffer[from..]) {
            Ok(0) => break,
            Ok(n) => from += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> io::Result<String> {
        let mut out = Vec::new();
        Decoder::new(bytes)?.read_to_end(&mut out)?;
        Ok(String::from_utf8(out).expect("a decoder gives UTF-8"))
    }

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{text}").encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "[{\"displayName\": \"Müller 😀 部\"}]\r\n".repeat(5000);
        for big in [false, true] {
            for mark in [false, true] {
                assert_eq!(decoded(&utf16(&text, big, mark)).expect("valid"), text, "big {big} mark {mark}");
            }
        }
        assert_eq!(decoded(format!("\u{feff}{text}").as_bytes()).expect("valid"), text, "the mark is no text");
        assert_eq!(decoded(text.as_bytes()).expect("valid"), text);
        assert_eq!(decoded(b"").expect("valid"), "");
    }

    #[test]
    fn a_lone_surrogate_and_a_half_character_are_told_with_their_offset() {
        let mut bytes = utf16("{\"a\": 1}", false, true);
        let good = bytes.len() as u64;
        bytes.extend([0x00, 0xD8, b'x', 0]);
        let error = decoded(&bytes).expect_err("a lone surrogate is no character");
        let bad = error.get_ref().and_then(|e| e.downcast_ref::<BadText>()).expect("told as bad text");
        assert_eq!((bad.encoding, bad.offset), (Encoding::Utf16Le, good));
        let mut cut = utf16("{\"a\": 1}", false, true);
        cut.pop();
        assert!(decoded(&cut).is_err(), "half a character means that the file was cut");
    }

    #[test]
    fn latin_letters_are_found_to_be_windows_1252_wherever_they_stand() {
        let mut bytes = "a;b\r\n".repeat(30_000).into_bytes();
        let at = bytes.len() as u64 + 1;
        bytes.extend(b"M\xFCller;\x80\r\n");
        let survey = survey(&bytes[..]).expect("readable");
        assert_eq!((survey.found.encoding, survey.not_utf8_at), (Encoding::Windows1252, Some(at)));
        let mut out = String::new();
        Decoder::with(&bytes[..], survey.found).expect("readable").read_to_string(&mut out).expect("every byte is a letter");
        assert!(out.ends_with("Müller;€\r\n"));
    }

    #[test]
    fn a_character_across_the_survey_buffer_is_no_fault() {
        for shift in 0..4 {
            let text = format!("{}{}", "a".repeat(64 * 1024 - shift), "部".repeat(3));
            assert_eq!(survey(text.as_bytes()).expect("readable").found.encoding, Encoding::Utf8, "shift {shift}");
        }
        assert_eq!(survey(&b"ab\xE9"[..]).expect("readable").found.encoding, Encoding::Windows1252, "cut at the end is not UTF-8 either");
    }

    #[test]
    fn a_record_with_two_encodings_is_refused_not_garbled() {
        assert_eq!(record_text(b"M\xFCller"), Ok((Cow::Owned("Müller".to_owned()), true)));
        assert_eq!(record_text("Müller \u{fc}".as_bytes()).map(|(text, guessed)| (text.len(), guessed)), Ok((10, false)));
        assert_eq!(record_text(b"M\xC3\xBCller M\xFCller"), Err(9), "half of the names would be garbled either way");
    }

    #[test]
    fn samples_never_end_in_half_a_character() {
        let text = "{\"a\":\"部\"}";
        assert_eq!(sample(&text.as_bytes()[..8]), "{\"a\":\"", "the unfinished character is dropped");
        assert_eq!(sample(&utf16(text, false, true)), text);
        assert_eq!(sample(b"M\xFCller"), "Müller");
    }
}
