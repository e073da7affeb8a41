//! Every number opens its rows: what a page counts is what its link lists, tried on the demo through the public door.
//!
//! It also holds what the pages promise of their pictures: shares add up, the map floods exactly the audiences of the list, and
//! every unit of the ranked table can be explained.

use std::sync::Arc;
use std::time::Duration;

use bulkhead::api::{Config, Host, dispatch};
use serde_json::{Value, json};

struct Pages {
    host: Arc<Host>,
    _folder: tempfile::TempDir,
}

impl Pages {
    /// The demo, imported by the real import.
    async fn of_demo() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the inventory");
        let config = Config { data_dir: folder.path().to_owned(), inventory: None, account: "tester".to_owned() };
        let host = Arc::new(Host::new(config));
        host.start().await.expect("an empty folder opens");
        let pages = Self { host, _folder: folder };
        let job = pages.ask("demo_open", json!({})).await["job"].as_str().expect("a job").to_owned();
        loop {
            let view = pages.ask("job", json!({ "id": job })).await;
            match view["state"].as_str() {
                Some("done") => return pages,
                Some("running" | "cancelling") => tokio::time::sleep(Duration::from_millis(20)).await,
                _ => panic!("the demo is not open: {view}"),
            }
        }
    }

    async fn ask(&self, command: &str, args: Value) -> Value {
        dispatch(&self.host, command, args).await.unwrap_or_else(|told| panic!("{command}: {told:?}"))
    }

    /// Compares a number with the rows behind it; answers whether there was a link at all.
    async fn opens(&self, what: &str, number: u64, link: &Value) -> bool {
        if link.is_null() {
            return false;
        }
        let args = json!({ "table": link["table"], "filter": link["filter"], "sort": "", "columns": [], "offset": 0, "limit": 1 });
        let rows = self.ask("rows", args).await;
        assert!(rows["filter_error"].is_null(), "{what}: {link} is a good filter: {rows}");
        assert_eq!(rows["total"], number, "{what}: {link} lists what was counted");
        true
    }

    async fn figures(&self, page: &Value) -> usize {
        let mut opened = 0;
        for figure in list(&page["figures"]) {
            let label = text(&figure["label"]);
            // Only counts have rows; a score, a share or an age is explained where it stands.
            let Ok(number) = text(&figure["value"]).replace(',', "").parse::<u64>() else { continue };
            let of_100 = figure["population"] == "/ 100";
            if !of_100 {
                opened += usize::from(self.opens(label, number, &figure["link"]).await);
            }
        }
        opened
    }

    async fn rows(&self, table: &str, columns: &[&str]) -> Vec<Value> {
        let args = json!({ "table": table, "filter": "", "sort": "", "columns": columns, "offset": 0, "limit": 500 });
        list(&self.ask("rows", args).await["rows"]).clone()
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("a list: {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("a count: {value}"))
}

#[tokio::test]
async fn what_the_pages_count_is_what_their_links_list() {
    let pages = Pages::of_demo().await;

    let overview = pages.ask("overview", json!({})).await;
    assert!(pages.figures(&overview).await >= 3, "the overview has figures with rows");
    for line in list(&overview["unknowns"]) {
        assert!(pages.opens(text(&line["fact"]), number(&line["unknown"]), &line["link"]).await);
    }

    let rotations = pages.ask("rotations", json!({})).await;
    assert!(pages.figures(&rotations).await >= 3, "the rotations have figures with rows");
    let mut aged = 0;
    for bucket in list(&rotations["ageing"]) {
        let all = number(&bucket["in_time"]) + number(&bucket["late"]) + number(&bucket["unknown"]);
        assert!(pages.opens(text(&bucket["label"]), all, &bucket["link"]).await);
        aged += all;
    }
    assert_eq!(aged, pages.rows("rotations", &[]).await.len() as u64, "every credential with a clock stands in one bucket");
    for month in list(&rotations["due_calendar"]) {
        assert!(pages.opens(text(&month["month"]), number(&month["due"]), &month["link"]).await);
    }

    let outside = pages.ask("third_parties", json!({})).await;
    assert!(pages.figures(&outside).await >= 3, "the third parties have figures with rows");
    let mut placed = 0;
    for cell in list(&outside["cells"]) {
        assert!(pages.opens("a cell of the grid", number(&cell["count"]), &cell["link"]).await);
        placed += number(&cell["count"]);
    }
    assert_eq!(placed, pages.rows("third_parties", &[]).await.len() as u64, "every vendor stands in one cell");
    for vendor in pages.rows("third_parties", &["name", "clients", "grants", "sensitive_grants"]).await {
        for cell in &list(&vendor["cells"])[1..] {
            assert!(pages.opens(text(&vendor["cells"][0]), number(&cell["n"]), cell).await);
        }
    }
}

#[tokio::test]
async fn every_unit_is_explained_by_numbers_that_add_up_and_open() {
    let pages = Pages::of_demo().await;
    let units = pages.rows("units", &["name"]).await;
    assert!(units.len() > 100, "the demo has units of every kind: {}", units.len());
    for row in &units {
        let (unit, id) = text(&row["id"]).split_once(':').expect("unit and id");
        let blast = pages.ask("blast", json!({ "subject": { "unit": unit, "id": id } })).await;
        let name = text(&blast["name"]);
        pages.figures(&blast).await;
        for class in list(&blast["data_classes"]) {
            assert!(pages.opens(&format!("{name}, {}", class["name"]), number(&class["audiences"]), &class["link"]).await);
        }

        let reached: Vec<&str> = list(&blast["audiences"]).iter().map(|one| text(&one["id"])).filter(|id| !id.is_empty()).collect();
        let mut flooded: Vec<&str> = Vec::new();
        for compartment in list(&blast["map"]["compartments"]) {
            let cells = list(&compartment["cells"]);
            let dotted = cells.iter().filter(|cell| cell["gateway_only"] == true).count();
            assert_eq!(number(&compartment["gateway_only"]), dotted as u64, "{name}: the other reading in {}", compartment["name"]);
            let wet = cells.iter().filter(|cell| cell["privilege"] != "none" && cell["gateway_only"] != true);
            let before = flooded.len();
            flooded.extend(wet.map(|cell| text(&cell["id"])));
            assert_eq!(number(&compartment["reached"]), (flooded.len() - before) as u64, "{name}: the head of {}", compartment["name"]);
        }
        let sorted = |mut ids: Vec<&str>| {
            ids.sort_unstable();
            ids.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(sorted(flooded), sorted(reached), "{name}: the map floods what the list names");

        let why = &blast["explanation"];
        if number(&why["more_shares"]) == 0 {
            let sum: f64 = list(&why["shares"]).iter().filter_map(|line| line["share"].as_f64()).sum();
            let score = why["blast_score"].as_f64().expect("a score");
            assert!((sum - score).abs() < 0.05, "{name}: shares {sum} add up to {score}");
        }
    }
}

#[tokio::test]
async fn after_every_step_of_a_breach_plan_the_vendor_reaches_nothing() {
    let pages = Pages::of_demo().await;
    let vendors = pages.rows("third_parties", &["name"]).await;
    assert!(vendors.len() > 5, "the demo has vendors: {}", vendors.len());
    for vendor in &vendors {
        let breach = pages.ask("breach", json!({ "id": vendor["id"] })).await;
        let name = text(&breach["name"]);
        pages.figures(&breach).await;
        let steps = list(&breach["revocations"]);
        let left: Vec<f64> = steps.iter().filter_map(|step| step["remaining"].as_f64()).collect();
        assert!(left.windows(2).all(|pair| pair[1] <= pair[0]), "{name}: no step raises what remains: {left:?}");
        assert_eq!(left.last().copied().unwrap_or(0.0), 0.0, "{name}: nothing remains after the last step: {left:?}");
    }
}

#[tokio::test]
async fn who_crosses_counts_the_clients_that_it_lists() {
    let pages = Pages::of_demo().await;
    let crosses = pages.ask("crosses", json!({})).await;
    let pairs = list(&crosses["pairs"]);
    assert!(!pairs.is_empty(), "somebody crosses in the demo");
    for pair in pairs.iter().take(15) {
        let bridges = pages.ask("bridges", json!({ "a": pair["a"], "b": pair["b"] })).await;
        let clients = list(&bridges["clients"]).len() as u64 + number(&bridges["more"]);
        assert_eq!(clients, number(&pair["over_all"]), "{} and {}", pair["a"], pair["b"]);
    }
}

#[tokio::test]
async fn what_replay_calls_accepted_is_within_reach_as_attested() {
    let pages = Pages::of_demo().await;
    let mut failed = 0;
    for row in pages.rows("units", &["name"]).await.iter().filter(|row| text(&row["id"]).starts_with("client:")) {
        let id = text(&row["id"]).trim_start_matches("client:");
        let subject = json!({ "subject": { "unit": "client", "id": id } });
        let (replay, blast) = (pages.ask("replay", subject.clone()).await, pages.ask("blast", subject).await);
        let reached: Vec<&str> = list(&blast["audiences"]).iter().map(|one| text(&one["id"])).collect();
        let group = list(&replay["groups"]).iter().find(|group| group["key"] == "check_failed").expect("the group");
        for api in list(&group["audiences"]) {
            failed += 1;
            assert!(reached.contains(&text(&api["id"])), "{}: {} is accepted and so reached", replay["name"], api["name"]);
        }
    }
    assert!(failed > 0, "some API of the demo checks no audience");
}

/// The demo has clients whose names are markup, a formula and a reversed word; a breach plan leaves the house as HTML and Markdown.
#[tokio::test]
async fn hostile_names_stay_text_in_every_breach_plan() {
    use bulkhead::work::questions::breach_text::{Format, render};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("demo.inventory");
    let files = folder.path().join("files");
    bulkhead::work::demo::write(&files).expect("writes the demo");
    let store = bulkhead::store::Store::create(&path, "hostile-names-test", 0).await.expect("creates");
    let options = bulkhead::work::import::ImportOptions {
        mappings: bulkhead::work::demo::mappings().expect("profiles"),
        as_of: Some(bulkhead::work::demo::DEMO_AS_OF_MS),
        actor: "tester".to_owned(),
        ..Default::default()
    };
    bulkhead::work::import::import(&store, &[files], &options, Arc::new(bulkhead::work::import::Quiet)).await.expect("imports");
    let head = store.head().await.expect("a head");
    let answers = bulkhead::work::answers::Answers::of_store(&store, head, None).await.expect("answers");
    let mut hostile = 0;
    for vendor in answers.vendors.iter().filter(|vendor| !vendor.clients.is_empty()) {
        let breach = bulkhead::work::questions::breach::breach(&answers, &vendor.id).expect("a plan");
        hostile += usize::from(breach.revocations.iter().any(|step| step.name.contains("<script>")));
        let html = render(&breach, Format::Html).expect("HTML");
        let lower = html.to_lowercase();
        assert!(!lower.contains("<script") && !lower.contains("javascript:") && !lower.contains(" onerror="), "{}", vendor.name);
        assert!(!lower.contains("src=") && !lower.contains("@import") && !lower.contains("url("), "the page loads nothing");
        assert!(!html.contains('\u{202e}'), "no reversed text");
        let markdown = render(&breach, Format::Markdown).expect("Markdown");
        assert!(!markdown.contains("<script") && !markdown.contains('\u{202e}'), "{}", vendor.name);
    }
    assert!(hostile > 0, "the demo has a vendor whose client is called like markup");
}
