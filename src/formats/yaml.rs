//! One YAML or JSON document into a type, with limits that hold before and while it is parsed: size, depth, nodes; no aliases, no merge
//! keys, no tags, no key twice. JSON is read by the same reader, because every JSON text is YAML 1.2. Knows no entity and no file name.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use serde_saphyr::Spanned;

/// Largest document, bytes.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Deepest nesting.
const MOST_DEPTH: usize = 16;
/// Most lists, maps and values.
const MOST_NODES: usize = 1_000_000;

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlFault {
    /// Line, from 1; 0 = the whole document.
    pub line: u64,
    /// What is wrong.
    pub what: String,
}

/// Reads one document.
///
/// # Errors
/// Too large, no UTF-8, over a limit, or not of the type's form; the first fault is told with its line.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, YamlFault> {
    let text = text_of(bytes)?;
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MOST_DEPTH,
            flow_nesting_limit: MOST_DEPTH,
            max_nodes: MOST_NODES,
            max_events: 3 * MOST_NODES,
            max_documents: 1,
            max_aliases: 0,
            max_anchors: 0,
            max_merge_keys: 0,
            max_total_scalar_bytes: MOST_BYTES,
        },
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| fault(&error))
}

fn text_of(bytes: &[u8]) -> Result<&str, YamlFault> {
    let whole = |what: &str| YamlFault { line: 0, what: what.to_owned() };
    if bytes.len() > MOST_BYTES {
        return Err(whole("the file is larger than 16 MiB"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| whole("the file is not UTF-8"))?;
    Ok(text.trim_start_matches('\u{FEFF}'))
}

fn fault(error: &serde_saphyr::Error) -> YamlFault {
    let error = error.without_snippet();
    YamlFault { line: error.location().map_or(0, |place| place.line()), what: error.render() }
}

/// Deepest nesting of a gateway's configuration: a list and a map count two, and Envoy's routes lie eight of both below the top.
const CONFIG_DEPTH: usize = 64;

/// Reads the documents of a configuration file, in order; empty ones are left out. Configurations are written by hand, so anchors, aliases
/// and merge keys are taken, within limits on what they unfold to.
///
/// # Errors
/// Too large, no UTF-8, over a limit, or no YAML; the first fault is told with its line.
pub fn documents<T: DeserializeOwned>(bytes: &[u8]) -> Result<Vec<T>, YamlFault> {
    let text = text_of(bytes)?;
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: CONFIG_DEPTH,
            flow_nesting_limit: CONFIG_DEPTH,
            max_nodes: MOST_NODES,
            max_events: 3 * MOST_NODES,
            max_documents: 10_000,
            max_aliases: 10_000,
            max_anchors: 10_000,
            max_merge_keys: 10_000,
            max_total_scalar_bytes: MOST_BYTES,
        },
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::Merge,
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|error| fault(&error))
}

/// Writes a document as YAML, ending with a line break.
///
/// # Errors
/// A value that the format does not know.
pub fn write<T: Serialize>(value: &T) -> anyhow::Result<String> {
    let text = serde_saphyr::to_string(value).map_err(|error| anyhow::anyhow!("write YAML: {error}"))?;
    Ok(if text.ends_with('\n') { text } else { text + "\n" })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Doc {
        name: String,
        #[serde(default)]
        list: Vec<BTreeMap<String, String>>,
    }

    fn fault(text: &str) -> YamlFault {
        read::<Doc>(text.as_bytes()).expect_err(text)
    }

    #[test]
    fn yaml_and_json_read_alike() {
        let yaml: Doc = read(b"name: no\nlist:\n  - on: 2026-11-02\n").expect("reads");
        let json: Doc = read(br#"{"name": "no", "list": [{"on": "2026-11-02"}]}"#).expect("reads");
        assert_eq!(yaml, json, "a plain word and a day are texts");
        let marks: Doc = read("\u{FEFF}{\"name\": \"a\\u00e9\\n\\\"/\\\\ b\"}".as_bytes()).expect("reads");
        assert_eq!(marks.name, "aé\n\"/\\ b");
    }

    #[test]
    fn a_fault_has_its_line() {
        assert_eq!(fault("name: a\ncolour: red\n").line, 2);
        assert_eq!(fault("list: []\nname: [a]\n").line, 2);
        assert!(fault("name: a\nname: b\n").what.to_lowercase().contains("duplicate"));
    }

    #[test]
    fn bombs_and_tricks_are_refused() {
        for trick in [
            "name: &a x\nlist: []\n",
            "name: a\nlist: [&b {x: y}, *b]\n",
            "name: a\nlist:\n  - <<: {x: y}\n",
            "name: a\n---\nname: b\n",
            "name: !!python/object:os.system x\n",
            "name: \"unclosed\n",
        ] {
            fault(trick);
        }
        fault(&format!("name: a\nlist: {}{}", "[".repeat(200), "]".repeat(200)));
        assert_eq!(fault(&format!("name: {}", "a".repeat(MOST_BYTES))).what, "the file is larger than 16 MiB");
        assert_eq!(read::<Doc>(b"name: \xff").expect_err("no UTF-8").what, "the file is not UTF-8");
    }

    #[test]
    fn configurations_may_repeat_themselves_within_limits() {
        let read = documents::<BTreeMap<String, Vec<String>>>;
        assert_eq!(read(b"a: [x]\n---\n---\nb: [y, z]\n").expect("reads").len(), 2, "an empty document is none");
        let merged = read(b"a: &a [x]\nb: *a\n").expect("reads");
        assert_eq!(merged[0]["b"], ["x"]);
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for n in 1..9 {
            bomb += &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "));
        }
        let started = std::time::Instant::now();
        assert!(documents::<serde_json::Value>(bomb.as_bytes()).is_err(), "a thousand million times x");
        assert!(started.elapsed().as_secs() < 20);
        assert!(documents::<serde_json::Value>(format!("a: {}{}", "[".repeat(200), "]".repeat(200)).as_bytes()).is_err());
    }

    #[test]
    fn hostile_texts_survive_writing_and_reading() {
        for name in [
            "no",
            "null",
            "~",
            "1e3",
            "- a",
            "a: b",
            "# a",
            "&a",
            "*a",
            "!a",
            "{a",
            "'\"",
            " a ",
            "\u{202e}x",
            "a\u{0}\u{7}b",
            "é\n\nb",
            "",
        ] {
            let doc = Doc { name: name.to_owned(), list: vec![BTreeMap::from([(name.to_owned(), name.to_owned())])] };
            let text = write(&doc).expect("writes");
            assert_eq!(read::<Doc>(text.as_bytes()), Ok(doc), "{text}");
        }
    }
}
