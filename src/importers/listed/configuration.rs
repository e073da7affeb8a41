//! Configuration files as trees: their text, their documents in YAML or JSON, and the variables that a template still holds. Knows no
//! vendor's words.

use std::io::Read;

use super::tree::Tree;
use crate::formats::decode::Decoder;
use crate::formats::text::quoted;
use crate::formats::{Fault, yaml};
use crate::importers::{FileInput, ReadStop};

/// The file is neither YAML nor JSON, or over a limit; refused.
pub const NOT_READABLE: &str = "BH-IMP-914";

/// The text of a configuration file, at most 16 MiB.
///
/// # Errors
/// It cannot be read, is no text, or is larger.
pub fn text_of(at: usize, file: &dyn FileInput) -> Result<String, ReadStop> {
    let told = |error: std::io::Error| ReadStop::broken(at, Fault::of_io(&error, None));
    let refused = |code: &str, message: &str| ReadStop::refused(at, code, None, message.to_owned());
    let mut bytes = Vec::new();
    let decoded = file.open().and_then(Decoder::new).map_err(told)?;
    decoded.take(yaml::MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() > yaml::MOST_BYTES {
        return Err(refused("BH-IMP-103", "This file is larger than the 16 MiB that are read of a configuration."));
    }
    String::from_utf8(bytes).map_err(|_| refused("BH-IMP-104", "This file is no text in UTF-8 or UTF-16."))
}

/// The documents of a YAML or JSON text, without secrets.
///
/// # Errors
/// Neither YAML nor JSON, or over a limit; the line is told.
pub fn documents(at: usize, text: &str) -> Result<Vec<Tree>, ReadStop> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        let read: Result<Vec<Tree>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
        match read {
            Ok(trees) => return Ok(trees),
            // YAML written in the flow style begins like JSON.
            Err(error) if error.is_eof() => {
                return Err(ReadStop::refused(at, "BH-IMP-102", None, "The file ends in the middle of a JSON value.".to_owned()));
            }
            Err(_) => {}
        }
    }
    yaml::documents(text.as_bytes()).map_err(|fault| {
        let position = (fault.line > 0).then(|| format!("line {}", fault.line));
        ReadStop::refused(at, NOT_READABLE, position, format!("This configuration cannot be read: {}.", quoted(&fault.what)))
    })
}

/// Whether a text holds a variable of a template: what will stand there is not known.
pub fn has_variable(text: &str) -> bool {
    let text = text.trim();
    text.contains("${") || text.contains("{{") || text.contains("#{") || text.starts_with("{vault://") || text == "PATCH_ME"
}

/// Texts of a list, those without a variable; and whether one was left out.
pub fn known_texts(tree: &Tree) -> (Vec<String>, bool) {
    let all: Vec<&str> = tree.texts().collect();
    let known: Vec<String> = all.iter().filter(|text| !has_variable(text)).map(|text| (*text).to_owned()).collect();
    let left_out = known.len() < all.len();
    (known, left_out)
}
