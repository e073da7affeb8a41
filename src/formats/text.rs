//! Bounds for imported text: what is stored as a name, what may be a key, and what may stand in a message.

use std::borrow::Cow;

/// Longest display string that is stored, in bytes (decision D22).
pub const DISPLAY_BYTES: usize = 4096;
/// Longest key that is accepted, in bytes (decision D22).
pub const KEY_BYTES: usize = 4096;
/// Ends a display string that was cut.
pub const CUT_MARK: &str = "… (cut)";

/// A string for display: cut at 4 KiB on a character boundary, with a mark, never longer than [`DISPLAY_BYTES`].
pub fn display(text: &str) -> Cow<'_, str> {
    if text.len() <= DISPLAY_BYTES {
        return Cow::Borrowed(text);
    }
    let end = floor_boundary(text, DISPLAY_BYTES - CUT_MARK.len());
    Cow::Owned(format!("{}{CUT_MARK}", &text[..end]))
}

/// A string that may be a key: trimmed, not empty, at most 4 KiB. A cut key would silently join two things, so a
/// longer one is no key at all.
pub fn key(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= KEY_BYTES).then_some(text)
}

/// Imported text made safe for a message: at most 80 characters, and no character that hides, reorders or breaks a
/// line; such ones are written as `\u{202e}`.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(100));
    for (count, character) in text.chars().enumerate() {
        if count == 80 {
            out.push('…');
            break;
        }
        if hides(character) { out.extend(character.escape_unicode()) } else { out.push(character) }
    }
    out
}

/// Puts `'` before text that a spreadsheet would take for a formula: `= + - @`, tab, carriage return or NUL first (OWASP ASVS 1.2.10).
pub fn guard_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Control, format, bidirectional and zero-width characters (Unicode categories Cc, Cf, Zl, Zp as far as they occur in names).
pub fn hides(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a value stands for a secret that was left out: such a value is neither counted nor fingerprinted (formats.md 0.5).
pub fn is_mask(value: &str) -> bool {
    let value = value.trim();
    value.is_empty()
        || value.chars().all(|c| matches!(c, '*' | '•' | 'x' | 'X' | '-'))
        || ["[redacted]", "<redacted>", "redacted", "client_secret", "null", "none", "masked"]
            .iter()
            .any(|mask| value.eq_ignore_ascii_case(mask))
        || [("{", "}"), ("${", "}"), ("{{", "}}"), ("##", "##"), ("@@", "@@"), ("$(", ")"), ("#{", "}")].iter().any(|(open, close)| {
            value.len() > open.len() + close.len() && value.starts_with(open) && value.ends_with(close) && !value.contains('"')
        })
}

fn floor_boundary(text: &str, mut end: usize) -> usize {
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_with_a_mark_on_a_character_boundary() {
        let long = "é".repeat(4000);
        let cut = display(&long);
        assert!(cut.len() <= DISPLAY_BYTES && cut.ends_with(CUT_MARK), "the mark must tell that the name goes on");
        assert_eq!(display("short"), "short");
        assert_eq!(display(&"a".repeat(4096)).len(), 4096, "the limit itself is not cut");
    }

    #[test]
    fn a_key_is_trimmed_and_never_cut() {
        assert_eq!(key("  a "), Some("a"));
        assert_eq!(key(" \t"), None);
        assert_eq!(key(&"a".repeat(4097)), None, "cutting would join two different keys");
    }

    #[test]
    fn messages_show_hidden_characters() {
        assert_eq!(quoted("a\u{202e}b\n"), "a\\u{202e}b\\u{a}");
        assert_eq!(quoted(&"a".repeat(200)).chars().count(), 81);
    }

    #[test]
    fn masks_are_no_secrets() {
        for mask in ["**********", "xxx", "[REDACTED]", "${CLIENT_SECRET}", "{vault://a/b}", "", "##X##", "null"] {
            assert!(is_mask(mask), "{mask} stands for a secret that is not there");
        }
        for secret in ["QBU", "CANARY-SECRET-1", "p4ss"] {
            assert!(!is_mask(secret), "{secret} is a value");
        }
    }
}
