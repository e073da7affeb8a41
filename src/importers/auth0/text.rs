//! Placeholders of the Deploy CLI: `##KEY##` inside a value, `@@KEY@@` in place of one. Knows text, no meaning.

/// Whether a text still holds a placeholder.
pub fn is_placeholder(text: &str) -> bool {
    ["##", "@@"].iter().any(|mark| placeholder_at(text, mark).is_some())
}

/// The first placeholder with this mark: where it begins and ends.
fn placeholder_at(text: &str, mark: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(mark) {
        let begin = from + at;
        let rest = &text[begin + mark.len()..];
        let name = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if name > 0 && rest[name..].starts_with(mark) {
            return Some((begin, begin + name + 2 * mark.len()));
        }
        from = begin + mark.len();
    }
    None
}

/// Puts quotes around placeholders that stand where a value should begin, because without them neither JSON nor YAML can
/// be read, or YAML takes `##KEY##` for a comment and the value for none.
pub fn quote_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        let mut left = line;
        loop {
            let found = ["@@", "##"].iter().filter_map(|mark| placeholder_at(left, mark)).min();
            let Some((begin, end)) = found else { break };
            let (before, placeholder) = (&left[..begin], &left[begin..end]);
            let value_begins = matches!(before.trim_end().chars().last(), Some(':' | '-' | ',' | '['))
                && !before.ends_with(['"', '\''])
                && (before.ends_with([' ', '\t', '[', ':', ',']) || before.is_empty());
            // What follows must end the value, else the placeholder is only its beginning.
            let value_ends = matches!(left[end..].trim_start().chars().next(), None | Some(',' | ']' | '}' | '#'));
            out.push_str(before);
            if value_begins && value_ends {
                out.push('"');
                out.push_str(placeholder);
                out.push('"');
            } else {
                out.push_str(placeholder);
            }
            left = &left[end..];
        }
        out.push_str(left);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_inside_values() {
        for text in ["##ENV##", "https://##ENV##.example/", "@@LIST@@", "a ## b ##ENV##"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["#a", "## heading ##", "####", "a@@b", "@@ @@"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn only_bare_values_are_quoted() {
        assert_eq!(quote_placeholders("a: @@X@@\nb: ##Y##  # note\n"), "a: \"@@X@@\"\nb: \"##Y##\"  # note\n");
        assert_eq!(quote_placeholders("- @@X@@\n"), "- \"@@X@@\"\n");
        assert_eq!(quote_placeholders("{\"a\":@@X@@,\"b\":[@@Y@@]}"), "{\"a\":\"@@X@@\",\"b\":[\"@@Y@@\"]}");
        for same in ["a: '##X##'\n", "a: https://##X##.example\n", "\"a\": \"@@X@@\"", "# a comment about ##X##\n", "a: ##X##.example\n"] {
            assert_eq!(quote_placeholders(same), same);
        }
    }
}
