//! What the splitter promises, also against serde_json as the judge.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const RULES: Rules = Rules {
    lists: &["value", "clients"],
    wrappers: &["body", "responses"],
    limits: Limits { nesting: 64, record_bytes: 1 << 20, key_bytes: 4096 },
};

/// Gives out its text in pieces of a few bytes, so that every place in it is once the end of the buffer.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(self.1).min(out.len());
        out[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

/// All items in words, records and fields as compact JSON.
fn shape(text: &str) -> Result<Vec<String>, Fault> {
    let mut splitter = Splitter::new(text.as_bytes(), RULES);
    let mut out = Vec::new();
    while let Some(item) = splitter.next()? {
        out.push(match item {
            Item::Open(container) => format!("open {container:?}"),
            Item::Close(container) => format!("close {container:?}"),
            Item::List(list) => format!("list {}", RULES.lists[list]),
            Item::Field { key, value, .. } => format!("field {key}={}", String::from_utf8_lossy(value)),
            Item::Record(record) => {
                let at = record.offset as usize;
                assert_eq!(&text.as_bytes()[at..at + record.bytes.len()], record.bytes, "the offset must lead to the record");
                format!("record {}{} {}", record.number, if record.alone { " alone" } else { "" }, String::from_utf8_lossy(record.bytes))
            }
        });
    }
    Ok(out)
}

fn fault(text: &str) -> Fault {
    shape(text).expect_err(text)
}

#[test]
fn every_container_form_gives_its_records() {
    let page = shape(r#"{"@odata.context":"c","value":[{"id":1},{"id":2}],"@odata.nextLink":"n"}"#).expect("a page");
    assert_eq!(
        page,
        [
            "open Page",
            "field @odata.context=\"c\"",
            "list value",
            "record 1 {\"id\":1}",
            "record 2 {\"id\":2}",
            "field @odata.nextLink=\"n\"",
            "close Page"
        ]
    );
    assert_eq!(shape(r#"[{"id":1}, 5]"#).expect("an array"), ["open Array", "record 1 {\"id\":1}", "record 2 5", "close Array"]);
    assert_eq!(shape(r#"{"id":1}"#).expect("an object"), ["record 1 alone {\"id\":1}"]);
    assert_eq!(shape("{\"id\":1}\n{\"id\":2}\n").expect("lines"), ["record 1 alone {\"id\":1}", "record 2 alone {\"id\":2}"]);
    assert_eq!(
        shape(r#"{"value":[1]}{"VALUE":[2]}"#).expect("pages"),
        ["open Page", "list value", "record 1 1", "close Page", "open Page", "list value", "record 2 2", "close Page"]
    );
    assert_eq!(shape("[1][2]").expect("arrays"), ["open Array", "record 1 1", "close Array", "open Array", "record 2 2", "close Array"]);
    assert_eq!(
        shape(r#"[{"value":[1]},[2],{"id":3}]"#).expect("jq -s"),
        [
            "open Array",
            "open Page",
            "list value",
            "record 1 1",
            "close Page",
            "open Array",
            "record 2 2",
            "close Array",
            "record 3 {\"id\":3}",
            "close Array"
        ]
    );
    assert_eq!(
        shape(r#"{"status":200,"body":{"value":[1]},"ms":3}"#).expect("a recorder"),
        ["open Wrapper", "field status=200", "open Page", "list value", "record 1 1", "close Page", "field ms=3", "close Wrapper"]
    );
    assert_eq!(shape(r#"{"status":403,"body":{"error":{}}}"#).expect("a recorder").len(), 4, "an error body is a record by itself");
    assert_eq!(
        shape(r#"{"realm":"r","clients":[{"a":1}],"users":[{}],"value":[]}"#).expect("named lists"),
        ["open Page", "field realm=\"r\"", "list clients", "record 1 {\"a\":1}", "field users=[{}]", "list value", "close Page"]
    );
    assert_eq!(shape(" \r\n").expect("nothing"), Vec::<String>::new());
    assert_eq!(shape("null").expect("PowerShell's nothing"), Vec::<String>::new());
    assert_eq!(
        shape(r#"{"value":"User.Read"}"#).expect("no list"),
        ["record 1 alone {\"value\":\"User.Read\"}"],
        "only an array is a list"
    );
}

#[test]
fn faults_are_placed_to_the_byte() {
    let at = |text: &str| {
        let fault = fault(text);
        let at = fault.at.expect("placed");
        (fault.kind, at.byte, at.line, at.column)
    };
    assert_eq!(at("{\"value\":[\n{\"a\":1}\n{\"b\":2}]}"), (FaultKind::Syntax, 19, 3, 1), "a comma is missing");
    assert_eq!(at("[1,]"), (FaultKind::Syntax, 3, 1, 4), "a trailing comma");
    assert_eq!(at("{\"a\":1,}"), (FaultKind::Syntax, 7, 1, 8));
    assert_eq!(at("{\"a\":1}\nx"), (FaultKind::Syntax, 8, 2, 1), "text after the end");
    assert_eq!(at("[{\"a\":1,\"a\":2}]"), (FaultKind::Syntax, 8, 1, 9), "a key twice");
    assert_eq!(at("[{\"a\":1,\"\\u0061\":2}]"), (FaultKind::Syntax, 8, 1, 9), "a key twice in two spellings");
    assert_eq!(at("{\"value\":[],\"x\":1,\"x\":2}"), (FaultKind::Syntax, 18, 1, 19), "a key of the page twice");
    assert_eq!(at("[{\"a\":NaN}]"), (FaultKind::Syntax, 6, 1, 7));
    assert_eq!(at("// note\n{}"), (FaultKind::Syntax, 0, 1, 1));
    assert_eq!(at("[\"a\nb\"]"), (FaultKind::Syntax, 3, 1, 4), "a raw line end inside text");
    assert_eq!(at("{\"value\":[{\"a\":\"b"), (FaultKind::CutOff, 15, 1, 16), "where the open text starts");
    assert_eq!(at("{\"value\":[{\"a\":tr"), (FaultKind::CutOff, 15, 1, 16));
    assert_eq!(at("{\"value\":["), (FaultKind::CutOff, 10, 1, 11));
}

#[test]
fn twins_among_many_keys_are_found() {
    let keys: Vec<String> = (0..5000).map(|n| format!("\"k{n}\":1")).collect();
    assert!(shape(&format!("[{{{}}}]", keys.join(","))).is_ok());
    assert_eq!(fault(&format!("[{{{},\"k17\":2}}]", keys.join(","))).kind, FaultKind::Syntax);
}

#[test]
fn limits_hold_before_anything_is_parsed() {
    assert_eq!(fault(&"[".repeat(100_000)).kind, FaultKind::Limit, "depth at page level");
    assert_eq!(fault(&format!("[{}", "{\"a\":".repeat(100_000))).kind, FaultKind::Limit, "depth in a record");
    assert!(shape(&format!("{}1{}", "[".repeat(64), "]".repeat(64))).is_ok(), "64 levels are allowed");
    assert_eq!(fault(&format!("{}1{}", "[".repeat(65), "]".repeat(65))).kind, FaultKind::Limit);
    assert_eq!(fault(&format!("[\"{}\"]", "a".repeat(3 << 20))).kind, FaultKind::Limit, "a long text");
    assert_eq!(fault(&format!("{{\"{}\":1}}", "k".repeat(5000))).kind, FaultKind::Limit, "a long key");
    assert_eq!(fault(&format!("[1{}]", "0".repeat(5000))).kind, FaultKind::Limit, "a long number");
    let keys: Vec<String> = (0..20_000).map(|n| format!("\"k{n}\":1")).collect();
    assert_eq!(fault(&format!("{{\"value\":[],{}}}", keys.join(","))).kind, FaultKind::Limit, "endless fields around a list");
}

#[test]
fn a_text_cut_anywhere_is_a_fault_or_ends_between_values() {
    let text = "{\"@odata.context\":\"c\\u00e9\",\"value\":[{\"id\":\"a\\\"b\",\"n\":[1,-2.5e3,true,null,{}]},{\"id\":\"é😀\"}]}";
    for at in 1..text.len() {
        let bytes = &text.as_bytes()[..at];
        let mut splitter = Splitter::new(bytes, RULES);
        let result = loop {
            match splitter.next() {
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(fault) => break Err(fault),
            }
        };
        assert_eq!(result.expect_err("cut").kind, FaultKind::CutOff, "cut at {at}");
    }
}

#[test]
fn a_long_stream_is_read_in_a_small_buffer() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let line = b"{\"id\":\"0123456789\"}\n";
            let n = (out.len() / line.len() * line.len()).min(self.0 as usize);
            for chunk in out[..n].chunks_mut(line.len()) {
                chunk.copy_from_slice(&line[..chunk.len()]);
            }
            self.0 -= n as u64;
            Ok(n)
        }
    }
    let mut splitter = Splitter::new(Endless(20 * 1_000_000), RULES);
    let mut records = 0;
    while let Some(item) = splitter.next().expect("valid") {
        if let Item::Record(record) = item {
            records = record.number;
        }
    }
    assert_eq!(records, 1_000_000);
    assert!(splitter.input.capacity() <= 1 << 20, "the buffer must not grow with the file");
}

#[test]
fn the_second_thread_gives_the_same_items() {
    let text = format!("{{\"value\":[{}]}}[7] x", (0..20_000).map(|n| format!("{{\"id\":{n}}}")).collect::<Vec<_>>().join(","));
    let mut count = 0u32;
    let result = split_ahead(text.as_bytes(), RULES, &mut |item| {
        if let Item::Record(record) = item {
            count += 1;
            assert_eq!(record.number, count);
        }
        true
    });
    assert_eq!(result.expect_err("text after the end").kind, FaultKind::Syntax);
    assert_eq!(count, 20_001, "everything before the fault is handed out");
    let mut seen = 0;
    let stopped = split_ahead(text.as_bytes(), RULES, &mut |_| {
        seen += 1;
        seen < 10
    });
    assert!(stopped.is_ok() && seen == 10, "stopping is no fault");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |f| serde_json::Number::from_f64(f).map(Value::Number)),
        "\\PC{0,12}".prop_map(Value::from),
        "[\"\\\\\n\t/é😀]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec(("[a-f\"\\\\é]{0,4}", inner), 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_are_what_serde_json_parses(values in proptest::collection::vec(any_json(), 0..8), pretty: bool, step in 1usize..40) {
        let whole = Value::Array(vec![serde_json::json!({ "value": values })]);
        let text = if pretty { serde_json::to_string_pretty(&whole) } else { serde_json::to_string(&whole) }.expect("writable");
        // Parsed back by the judge too, because it does not keep the last bit of every float.
        let whole: Value = serde_json::from_str(&text).expect("its own text");
        let values = whole[0]["value"].as_array().cloned().unwrap_or_default();
        let mut splitter = Splitter::new(Drip(text.as_bytes(), step), RULES);
        let mut read = Vec::new();
        while let Some(item) = splitter.next().expect("valid JSON must be taken") {
            if let Item::Record(record) = item {
                read.push(serde_json::from_slice::<Value>(record.bytes).expect("a record is JSON"));
            }
        }
        prop_assert_eq!(read, values);
    }

    #[test]
    fn broken_text_is_refused_when_serde_json_refuses_it(value in any_json(), at: prop::sample::Index, byte in prop::sample::select(b"{}[]\",:x0-\\ ".to_vec())) {
        let mut text = serde_json::to_vec(&Value::Array(vec![value])).expect("writable");
        let at = at.index(text.len());
        text[at] = byte;
        if std::str::from_utf8(&text).is_err() {
            return Ok(());
        }
        let mut splitter = Splitter::new(&text[..], RULES);
        let mut result = Ok(());
        loop {
            match splitter.next() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(fault) => { result = Err(fault); break }
            }
        }
        // Ours also refuses keys that occur twice and takes several values in a row; beyond that the two must agree.
        let theirs = serde_json::Deserializer::from_slice(&text).into_iter::<serde::de::IgnoredAny>().collect::<Result<Vec<_>, _>>();
        match result {
            Ok(()) => prop_assert!(theirs.is_ok(), "{}: {:?}", String::from_utf8_lossy(&text), theirs.err()),
            Err(fault) if fault.what.contains("twice") || fault.what.contains("an object or an array") => {}
            Err(fault) => prop_assert!(theirs.is_err(), "{}: {fault}", String::from_utf8_lossy(&text)),
        }
    }
}
