//! The reach graph for other tools, over the demo: each format by the rules of who reads it, the same graph in all three, no secret and no
//! person in any.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead::work::graph_export::{self, Format, Written};
use serde_json::Value;

use crate::governance::Demo;

struct Exported {
    folder: tempfile::TempDir,
    written: BTreeMap<&'static str, Written>,
}

impl Exported {
    async fn all() -> Self {
        let demo = Demo::open().await;
        let answers = demo.answers().await;
        let folder = tempfile::tempdir().expect("a folder");
        let formats = [("graph.json", Format::OpenGraph), ("graph.graphml", Format::GraphMl), ("graph.csv", Format::Csv)];
        let written = formats
            .into_iter()
            .map(|(name, format)| (name, graph_export::write(&answers, format, &folder.path().join(name)).expect("it is written")))
            .collect();
        Self { folder, written }
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).expect("the file is there, as UTF-8")
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// What BloodHound's ingest schema asks of properties.
fn properties_fit(item: &Value) {
    for (key, value) in item["properties"].as_object().expect("properties are an object") {
        assert!(key.chars().all(|c| c.is_ascii_lowercase()), "{key}: property names are lower case");
        let kind = |value: &Value| match value {
            Value::String(_) => 1,
            Value::Number(_) => 2,
            Value::Bool(_) => 3,
            _ => 0,
        };
        match value {
            Value::Array(items) => {
                let kinds: BTreeSet<u8> = items.iter().map(kind).collect();
                assert!(kinds.len() <= 1 && !kinds.contains(&0), "{key}: one primitive type in a list: {value}");
            }
            value => assert_ne!(kind(value), 0, "{key}: neither object nor null: {value}"),
        }
    }
}

#[tokio::test]
async fn opengraph_follows_the_ingest_schema() {
    let exported = Exported::all().await;
    let graph: Value = serde_json::from_str(&exported.text("graph.json")).expect("JSON");
    assert_eq!(graph["metadata"], serde_json::json!({ "source_kind": "Bulkhead" }), "nothing else may stand in the metadata");
    let mut ids = BTreeMap::new();
    for node in list(&graph["graph"]["nodes"]) {
        let kinds = list(&node["kinds"]);
        assert!((1..=3).contains(&kinds.len()), "{node}");
        assert!(ids.insert(text(&node["id"]), text(&kinds[0])).is_none(), "one node has one id: {node}");
        assert!(node["properties"]["name"].is_string(), "{node}");
        properties_fit(node);
    }
    let mut seen = BTreeSet::new();
    for edge in list(&graph["graph"]["edges"]) {
        let (start, end, kind) = (text(&edge["start"]["value"]), text(&edge["end"]["value"]), text(&edge["kind"]));
        assert!(edge["start"]["match_by"] == "id" && edge["end"]["match_by"] == "id");
        assert!(ids.contains_key(start) && ids.contains_key(end), "both ends are nodes: {edge}");
        assert!(kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{kind}");
        assert!(seen.insert((start, end, kind)), "BloodHound keeps one edge of a kind between two nodes: {edge}");
        properties_fit(edge);
    }
    let kinds: BTreeSet<&str> = seen.iter().map(|(.., kind)| *kind).collect();
    for kind in [
        "BH_DelegatedAll",
        "BH_DelegatedOne",
        "BH_ApplicationGrant",
        "BH_AuthenticatesAs",
        "BH_TakesOver",
        "BH_HoldsData",
        "BH_HoldsCredentialsOf",
        "BH_Holds",
    ] {
        assert!(kinds.contains(kind), "{kind} is in the demo: {kinds:?}");
    }
    let size = exported.written["graph.json"].size;
    assert_eq!((size.nodes as usize, size.edges as usize), (ids.len(), seen.len()));
}

#[tokio::test]
async fn graphml_is_read_back_by_an_xml_parser() {
    let exported = Exported::all().await;
    let xml = exported.text("graph.graphml");
    let document = roxmltree::Document::parse(&xml).expect("well-formed XML");
    let named =
        |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(("http://graphml.graphdrawing.org/xmlns", name)));
    let keys: BTreeMap<&str, &str> =
        named("key").map(|key| (key.attribute("id").expect("an id"), key.attribute("for").expect("a domain"))).collect();
    let ids: BTreeSet<&str> = named("node").map(|node| node.attribute("id").expect("an id")).collect();
    let size = exported.written["graph.graphml"].size;
    assert_eq!((ids.len(), named("edge").count()), (size.nodes as usize, size.edges as usize));
    assert_eq!(size, exported.written["graph.json"].size, "the same graph in every format");
    for edge in named("edge") {
        for end in ["source", "target"] {
            assert!(ids.contains(edge.attribute(end).expect("an end")), "{edge:?}");
        }
    }
    for data in named("data") {
        let domain = keys.get(data.attribute("key").expect("a key")).expect("declared keys only");
        assert!(data.parent().is_some_and(|parent| parent.has_tag_name(("http://graphml.graphdrawing.org/xmlns", *domain))), "{data:?}");
    }
    let labels: BTreeSet<&str> =
        named("data").filter(|data| data.attribute("key") == Some("node_label")).filter_map(|data| data.text()).collect();
    assert!(labels.iter().any(|label| label.contains("<script>")), "a hostile name is text, and whole");
}

#[tokio::test]
async fn csv_is_two_guarded_tables_of_the_same_graph() {
    let exported = Exported::all().await;
    let size = exported.written["graph.csv"].size;
    assert_eq!(size, exported.written["graph.json"].size);
    for (name, rows) in [("graph-nodes.csv", size.nodes), ("graph-edges.csv", size.edges)] {
        let text = exported.text(name);
        assert!(text.starts_with('\u{FEFF}') && text.contains("\r\n"), "{name}: mark and CRLF");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("every row has all columns");
        assert_eq!(records.len() as u64, rows, "{name}");
        let runs = |cell: &str| cell.starts_with(['=', '+', '@', '\t', '\r']);
        assert!(!records.iter().flatten().any(runs), "{name}: no cell is a formula");
    }
    assert!(exported.text("graph-nodes.csv").contains("'=cmd"), "the demo has such a name");
    let again = graph_export::write(&Demo::open().await.answers().await, Format::Csv, &exported.folder.path().join("graph.csv"));
    assert!(again.is_err(), "files that nobody chose are not replaced");
}

#[tokio::test]
async fn exports_are_the_same_each_time_and_tell_no_secret_and_no_person() {
    let (one, other) = (Exported::all().await, Exported::all().await);
    let demo = Demo::open().await;
    let answers = demo.answers().await;
    for name in ["graph.json", "graph.graphml", "graph-nodes.csv", "graph-edges.csv"] {
        let text = one.text(name);
        assert_eq!(text, other.text(name), "{name}: same inventory, same bytes");
        assert!(!text.contains("CANARY"), "{name}");
        for person in answers.rows.principals.iter().map(|row| row.display_name.as_str()).filter(|name| name.contains('@')) {
            assert!(!text.contains(person), "{name}: {person}");
        }
    }
}
