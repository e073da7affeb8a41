//! Microsoft Graph fixtures: what each file states, what is refused and why, and what must hold for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use bulkhead::importers::graph::Graph;
use bulkhead::importers::{FileInput, Importer, ReadOptions, ReadStop, Sample};
use bulkhead::model::facts::*;
use bulkhead::model::kinds::*;
use bulkhead::model::rows::Origin;
use bulkhead::model::time::{Expiry, iso};

/// A file of a fixture or made by a test.
struct Bytes {
    name: String,
    bytes: Vec<u8>,
}

impl FileInput for Bytes {
    fn name(&self) -> &str {
        &self.name
    }
    fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }
    fn open(&self) -> std::io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(&self.bytes[..]))
    }
}

/// Writes down everything that an importer says, as lines of text.
#[derive(Default)]
struct Recorder {
    names: Vec<String>,
    file: usize,
    records: BTreeMap<usize, u32>,
    fates: BTreeMap<usize, [u32; 3]>,
    /// What was said inside the current record.
    inside: Vec<String>,
    /// Lines of facts and grants, each with its list.
    facts: BTreeSet<String>,
    problems: Vec<String>,
    secrets: u64,
    completeness: BTreeSet<String>,
    /// Lists of each file and how complete they are.
    lists: BTreeMap<usize, BTreeSet<String>>,
    list: Option<RecordKind>,
    identities: BTreeSet<String>,
    open: bool,
    stop_after: Option<u32>,
    grants: u64,
}

fn name(name: &Name) -> String {
    format!("{}={}", name.scheme, name.value)
}

fn named(names: &[Name]) -> String {
    names.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// `field value` pairs that are stated.
fn said(pairs: &[(&str, Option<String>)]) -> String {
    pairs.iter().filter_map(|(field, value)| value.as_ref().map(|value| format!(", {field} {}", value.escape_debug()))).collect()
}

fn word<T: std::fmt::Display>(value: &Option<T>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

fn end(expiry: Expiry) -> Option<String> {
    match expiry {
        Expiry::Unknown => None,
        Expiry::Never => Some("never".to_owned()),
        Expiry::At(ms) => Some(iso(ms)),
    }
}

fn line(fact: &Fact) -> String {
    match fact {
        Fact::InstanceName { name, display_name } => format!("instance {name}{}", said(&[("called", display_name.clone())])),
        Fact::Client(c) => format!(
            "client [{}] rank {}{}",
            named(&c.names),
            c.rank,
            said(&[
                ("called", c.display_name.clone()),
                ("kind", word(&c.kind)),
                ("enabled", word(&c.enabled)),
                ("publisher", c.publisher.clone()),
                ("verified", word(&c.publisher_verified)),
                ("owner tenant", c.owner_tenant.clone()),
                ("multi tenant", word(&c.multi_tenant)),
                ("grant types", c.grant_types.clone()),
                ("created", c.created_at.map(iso)),
            ])
        ),
        Fact::Credential(c) => format!(
            "credential [{}] of {} {}{}",
            named(&c.names),
            name(&c.client),
            c.kind,
            said(&[
                ("called", c.display_name.clone()),
                ("created", c.created_at.map(iso)),
                ("ends", end(c.expires_at)),
                ("fingerprint", c.fingerprint.clone()),
                ("issuer", c.federated_issuer.clone()),
                ("subject", c.federated_subject.clone()),
            ])
        ),
        Fact::Audience(a) => format!(
            "audience [{}] rank {}{}{}",
            named(&a.names),
            a.rank,
            if a.is_client { ", a client" } else { "" },
            said(&[("called", a.display_name.clone())])
        ),
        Fact::Scope(s) => format!(
            "scope {} of {} {:?}{}",
            s.kind,
            name(&s.audience),
            s.value,
            said(&[("id", s.source_id.clone()), ("called", s.display_name.clone()), ("implies", s.implies.clone())])
        ),
        Fact::Principal(p) => {
            format!(
                "principal [{}] {}{}",
                named(&p.names),
                p.kind,
                said(&[("called", p.display_name.clone()), ("status", word(&p.status))])
            )
        }
        Fact::Owner(o) => format!(
            "owner [{}] {}{}",
            named(&o.names),
            o.kind,
            said(&[
                ("called", o.display_name.clone()),
                ("contact", o.contact.clone()),
                ("status", word(&o.status)),
                ("client", o.client.as_ref().map(name))
            ])
        ),
        Fact::Ownership(o) => format!("ownership of {} {} by {} as {}", o.subject_kind, name(&o.subject), name(&o.owner), o.role),
        other => format!("{other:?}"),
    }
}

impl Sink for Recorder {
    fn file(&mut self, index: usize) {
        assert!(!self.open, "a record must end before the next file");
        self.file = index;
    }
    fn record(&mut self, slot: &InstanceSlot, list: RecordKind, identity: Option<&str>) -> u32 {
        assert!(!self.open, "a record must end before the next begins");
        assert_eq!(slot.source, Source::Entra);
        self.open = true;
        self.list = Some(list);
        self.identities.extend(identity.map(str::to_owned));
        let number = self.records.entry(self.file).or_default();
        *number += 1;
        *number
    }
    fn fact(&mut self, fact: Fact) {
        assert!(self.open, "facts belong to records");
        self.inside.push(line(&fact));
    }
    fn grant(&mut self, grant: &GrantFact<'_>) {
        assert!(self.open, "grants belong to records");
        self.grants += 1;
        let scope = match grant.scope {
            ScopeRef::Id(kind, id) => format!("{kind} id {id}"),
            ScopeRef::Value(kind, value) => format!("{kind} {value:?}"),
        };
        self.inside.push(format!(
            "grant {}={} at {}={} {scope} {} by {}{}{}",
            grant.client.0,
            grant.client.1,
            grant.audience.0,
            grant.audience.1,
            grant.mode,
            grant.origin_kind,
            if grant.narrowed { ", narrowed" } else { "" },
            said(&[
                ("principal", grant.principal.map(|(scheme, id)| format!("{scheme}={id} ({})", grant.principal_kind))),
                ("granted", grant.granted_at.map(iso)),
                ("ends", end(grant.expires_at)),
            ])
        ));
    }
    fn fate(&mut self, fate: RecordFate) {
        assert!(self.open, "only an open record has a fate");
        self.open = false;
        let list = self.list.map_or("?", RecordKind::as_str);
        let inside = std::mem::take(&mut self.inside);
        if fate == RecordFate::Accepted {
            self.facts.extend(inside.into_iter().map(|fact| format!("{list}: {fact}")));
        }
        self.fates.entry(self.file).or_default()[fate as usize] += 1;
    }
    fn problem(&mut self, problem: Problem) {
        let severity = format!("{:?}", problem.severity).to_lowercase();
        let position = problem.position.map(|at| format!(" at {at}")).unwrap_or_default();
        self.problems.push(format!(
            "{}: {severity} {} record {}{position}: {}",
            self.names[self.file], problem.code, problem.record, problem.message
        ));
    }
    fn secrets_dropped(&mut self, n: u64) {
        self.secrets += n;
    }
    fn completeness(&mut self, _: &InstanceSlot, list: RecordKind, parent: Option<&Name>, completeness: Completeness, reason: &str) {
        let parent = parent.map(|parent| format!(" of {}", name(parent))).unwrap_or_default();
        self.lists.entry(self.file).or_default().insert(format!("{list} {completeness}"));
        self.completeness.insert(format!("{list}{parent}: {completeness}, {reason}"));
    }
    fn exported_at(&mut self, _: i64) {}
    fn cancelled(&self) -> bool {
        self.stop_after.is_some_and(|limit| self.records.values().sum::<u32>() >= limit)
    }
    fn shared_value(&mut self, _: &str) -> String {
        "shared".to_owned()
    }
    fn origin(&self) -> Origin {
        Origin::default()
    }
}

impl Recorder {
    fn fate_of(&self, file: usize) -> String {
        let [accepted, rejected, ignored] = self.fates.get(&file).copied().unwrap_or_default();
        format!("{accepted} accepted, {rejected} rejected, {ignored} ignored")
    }

    /// All that was said, sorted, so that the order of files and records does not show.
    fn text(&self) -> String {
        let mut out = String::new();
        for (index, name) in self.names.iter().enumerate() {
            let lists = self.lists.get(&index).into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            out.push_str(&format!("file {name}: {} [{lists}]\n", self.fate_of(index)));
        }
        out.push_str(&format!("secrets dropped: {}\n\n", self.secrets));
        for part in [&self.completeness, &self.facts] {
            part.iter().for_each(|line| out.push_str(&format!("{line}\n")));
            out.push('\n');
        }
        let mut problems = self.problems.clone();
        problems.sort();
        problems.iter().for_each(|line| out.push_str(&format!("{line}\n")));
        out
    }
}

/// Reads a set as an import does: a refused file is left out and the rest is read again (decision D20).
fn import(files: &[Bytes]) -> (Recorder, Vec<String>) {
    let mut refused = Vec::new();
    let mut kept: Vec<&Bytes> = files.iter().collect();
    loop {
        let mut recorder = Recorder { names: kept.iter().map(|file| file.name.clone()).collect(), ..Recorder::default() };
        let inputs: Vec<&dyn FileInput> = kept.iter().map(|file| *file as &dyn FileInput).collect();
        match Graph.read(&inputs, &ReadOptions::default(), &mut recorder) {
            Ok(()) => {
                assert!(!recorder.open, "the last record must end");
                for (file, count) in &recorder.records {
                    assert_eq!(recorder.fates[file].iter().sum::<u32>(), *count, "read = accepted + rejected + ignored");
                }
                return (recorder, refused);
            }
            Err(ReadStop::Refused(stop)) => {
                let file = kept.remove(stop.file);
                assert_eq!(stop.problem.severity, ProblemSeverity::Refused);
                let position = stop.problem.position.map(|at| format!(" at {at}")).unwrap_or_default();
                refused.push(format!("{}: refused {}{position}: {}", file.name, stop.problem.code, stop.problem.message));
            }
            Err(ReadStop::Cancelled) => panic!("nobody cancelled"),
        }
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importers/graph")
}

fn files_of(folder: &Path) -> Vec<Bytes> {
    let mut files: Vec<Bytes> = std::fs::read_dir(folder)
        .expect("a folder of files")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_file() && path.extension().is_some_and(|ext| ext != "md"))
        .map(|path| Bytes {
            name: path.file_name().expect("named").to_string_lossy().into_owned(),
            bytes: std::fs::read(&path).expect("readable"),
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// Name and files of each case.
fn cases() -> Vec<(String, Vec<Bytes>)> {
    let mut cases: Vec<_> = std::fs::read_dir(fixtures())
        .expect("fixtures are part of the project")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_dir())
        .map(|path| (path.file_name().expect("named").to_string_lossy().into_owned(), files_of(&path)))
        .collect();
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

fn told(files: &[Bytes]) -> String {
    let (recorder, refused) = import(files);
    let mut text = recorder.text();
    refused.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    text
}

#[test]
fn cases_state_what_their_snapshots_say() {
    for (case, files) in cases() {
        insta::with_settings!({ omit_expression => true, description => format!("What tests/fixtures/importers/graph/{case} states.") }, {
            insta::assert_snapshot!(case.clone(), told(&files));
        });
    }
}

#[test]
fn no_secret_reaches_any_statement() {
    let mut held = 0;
    for (case, files) in cases() {
        held += files.iter().filter(|file| bulkhead::formats::decode::sample(&file.bytes).contains("CANARY-SECRET")).count();
        let (recorder, refused) = import(&files);
        let said = format!("{}{refused:?}{:?}", recorder.text(), recorder.identities);
        assert!(!said.contains("CANARY"), "{case} lets a secret through");
    }
    assert!(held >= 5, "the canaries must be in the fixtures, or this test proves nothing");
}

/// Turns every list of records around, and every list of owners and permissions in them, leaving the containers as they are.
fn reversed(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(list) => {
            list.reverse();
            list.iter_mut().for_each(reversed);
        }
        serde_json::Value::Object(fields) => {
            fields.values_mut().for_each(reversed);
            let turned: Vec<_> = std::mem::take(fields).into_iter().rev().collect();
            fields.extend(turned);
        }
        _ => {}
    }
}

#[test]
fn order_of_files_records_and_keys_changes_nothing() {
    let mut turned_cases = 0;
    for (case, files) in cases() {
        let parsed: Option<Vec<Bytes>> = files
            .iter()
            .map(|file| {
                let mut value: serde_json::Value = serde_json::from_slice(&file.bytes).ok()?;
                reversed(&mut value);
                Some(Bytes { name: file.name.clone(), bytes: serde_json::to_vec(&value).ok()? })
            })
            .collect();
        let mut straight = files;
        let before = import(&straight).0;
        straight.reverse();
        let after = import(&straight).0;
        assert_eq!(
            (&before.facts, &before.completeness, before.secrets),
            (&after.facts, &after.completeness, after.secrets),
            "{case}: files turned around"
        );
        if let Some(parsed) = parsed {
            turned_cases += 1;
            let turned = import(&parsed).0;
            assert_eq!(
                (&before.facts, &before.completeness, before.secrets),
                (&turned.facts, &turned.completeness, turned.secrets),
                "{case}: records turned around"
            );
        }
    }
    assert!(turned_cases >= 5, "most cases are one JSON value per file");
}

fn case(name: &str) -> Vec<Bytes> {
    files_of(&fixtures().join(name))
}

#[test]
fn a_file_cut_anywhere_is_refused_and_the_others_are_read() {
    let good = case("whole-tenant").into_iter().find(|file| file.name == "oauth2PermissionGrants.json").expect("in the case");
    let text = case("whole-tenant").into_iter().find(|file| file.name == "applications.json").expect("in the case");
    let wide = case("powershell").into_iter().find(|file| file.name == "servicePrincipals.json").expect("in the case");
    let alone = import(std::slice::from_ref(&good)).0.facts;
    for whole in [text, wide] {
        let end = whole.bytes.iter().rposition(|byte| *byte == b'}' || *byte == b']').expect("it ends");
        for percent in 1..100 {
            let bytes = whole.bytes[..end * percent / 100].to_vec();
            let files = [Bytes { name: whole.name.clone(), bytes }, Bytes { name: good.name.clone(), bytes: good.bytes.clone() }];
            let (recorder, refused) = import(&files);
            assert_eq!(refused.len(), 1, "{} cut at {percent} % must be refused", whole.name);
            assert!(refused[0].contains("BH-IMP-102") || refused[0].contains("BH-IMP-104"), "cut, or half a character: {}", refused[0]);
            assert_eq!(recorder.facts, alone, "nothing of a refused file is stated");
        }
    }
}

#[test]
fn damage_anywhere_never_panics_and_the_equation_holds() {
    // A small generator of damage with a fixed seed: flips, drops and doublings of bytes. `import` checks the equation.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    for (_, files) in cases() {
        for file in &files {
            for _ in 0..12 {
                let mut bytes = file.bytes.clone();
                for _ in 0..3 {
                    let at = next() % bytes.len().max(1);
                    match next() % 3 {
                        0 if at < bytes.len() => bytes[at] = b"{}[]\",:0\\x\0\xff"[next() % 12],
                        1 if at < bytes.len() => drop(bytes.drain(at..(at + next() % 40).min(bytes.len()))),
                        _ => bytes.insert(at.min(bytes.len()), b"\"}]"[next() % 3]),
                    }
                }
                import(&[Bytes { name: file.name.clone(), bytes }]);
            }
        }
    }
}

#[test]
fn reading_stops_when_the_user_cancels() {
    let files = case("whole-tenant");
    let inputs: Vec<&dyn FileInput> = files.iter().map(|file| file as &dyn FileInput).collect();
    let mut recorder = Recorder { names: files.iter().map(|file| file.name.clone()).collect(), stop_after: Some(3), ..Recorder::default() };
    assert!(matches!(Graph.read(&inputs, &ReadOptions::default(), &mut recorder), Err(ReadStop::Cancelled)));
}

#[test]
fn what_the_user_says_about_completeness_wins() {
    let files = case("cut-lists");
    let inputs: Vec<&dyn FileInput> = files.iter().map(|file| file as &dyn FileInput).collect();
    let mut recorder = Recorder { names: files.iter().map(|file| file.name.clone()).collect(), ..Recorder::default() };
    let options = ReadOptions { completeness: Some(Completeness::Full), ..ReadOptions::default() };
    Graph.read(&inputs, &options, &mut recorder).expect("readable");
    assert!(!recorder.completeness.is_empty() && recorder.completeness.iter().all(|line| line.contains(": full, stated")));
}

#[test]
fn fixtures_are_recognised_and_other_json_is_not() {
    let recognised = |name: &str, text: &str| {
        let sample = Sample { name: name.to_owned(), text: text.chars().take(64 * 1024).collect(), whole: false };
        Graph.recognise(&sample).map(|found| found.confidence)
    };
    for (case, files) in cases() {
        if case == "orphans" {
            continue;
        }
        for file in files {
            let text = bulkhead::formats::decode::sample(&file.bytes);
            assert!(
                matches!(file.name.as_str(), "11-empty.json" | "g-not-utf16.json") || recognised(&file.name, &text).is_some(),
                "{case}/{}",
                file.name
            );
        }
    }
    for text in ["", "a,b\n1,2\n", "[]", "{\"realm\":\"r\",\"clients\":[{\"clientId\":\"a\"}]}", "[{\"id\":1}]", "\"text\""] {
        assert_eq!(recognised("x", text), None, "{text}");
    }
    let long =
        format!("{{\"value\":[{{\"id\":\"a\",\"servicePrincipalType\":\"Application\",\"appRoles\":[{}", "{\"id\":\"r\"},".repeat(20_000));
    assert!(recognised("x", &long).is_some(), "the first record may be longer than the sample");
}

/// Real exports kept beside the project: accepted, rejected, ignored and credentials, counted by hand; or why refused.
const SAMPLES: &[(&str, &str)] = &[
    ("azurehound-federated_identity_credentials.json", "refused: AzureHound"),
    ("graph-agent-blueprint_principals.json", "2 accepted, 0 rejected, 0 ignored; 0 credentials, 0 grants, 0 secrets"),
    ("graph-agent-blueprints.json", "1 accepted, 0 rejected, 0 ignored; 0 credentials, 0 grants, 0 secrets"),
    ("graph-appCredentialSignInActivities.json", "0 accepted, 0 rejected, 5 ignored; 0 credentials, 0 grants, 0 secrets"),
    ("graph-appRoleAssignedTo.page1.json", "5 accepted, 0 rejected, 0 ignored; 0 credentials, 5 grants, 0 secrets"),
    ("graph-applications-credentials.json", "3 accepted, 0 rejected, 0 ignored; 2 credentials, 0 grants, 0 secrets"),
    ("graph-directoryAudit-appRoleGrant.json", "0 accepted, 0 rejected, 1 ignored; 0 credentials, 0 grants, 0 secrets"),
    // 1 + 7 + 7 + 4 + 9 scopes.
    ("graph-oauth2PermissionGrants.page.json", "5 accepted, 0 rejected, 0 ignored; 0 credentials, 28 grants, 0 secrets"),
    ("graph-servicePrincipal-appRoles.json", "1 accepted, 0 rejected, 0 ignored; 0 credentials, 0 grants, 0 secrets"),
    ("graph-servicePrincipalSignInActivities.json", "0 accepted, 0 rejected, 5 ignored; 0 credentials, 0 grants, 0 secrets"),
    ("graph-servicePrincipals-credentials.json", "2 accepted, 0 rejected, 0 ignored; 0 credentials, 0 grants, 0 secrets"),
    ("graphdocs-appRoleAssignedTo-defaultAccess.json", "0 accepted, 0 rejected, 1 ignored; 0 credentials, 0 grants, 0 secrets"),
    ("graphdocs-application-requiredResourceAccess.json", "1 accepted, 0 rejected, 0 ignored; 0 credentials, 0 grants, 0 secrets"),
    // 2 + 34 scopes.
    ("graphdocs-oauth2PermissionGrants.json", "2 accepted, 0 rejected, 0 ignored; 0 credentials, 36 grants, 0 secrets"),
    ("graphdocs-servicePrincipals.json", "1 accepted, 0 rejected, 0 ignored; 0 credentials, 0 grants, 0 secrets"),
    // The secret is the hint of its password; the grants are two pre-authorised clients with one scope each.
    ("m365cli-app-get.json", "1 accepted, 0 rejected, 0 ignored; 1 credentials, 2 grants, 1 secrets"),
    ("m365cli-app-permission-list.json", "refused: m365 entra app permission list"),
    ("m365cli-approleassignment-list.json", "refused: m365 entra approleassignment list"),
    ("m365cli-enterpriseapp-list.json", "1 accepted, 0 rejected, 0 ignored; 0 credentials, 0 grants, 0 secrets"),
    // Keys 2, 1, 0 and passwords 1, 0, 1.
    ("scubagear-MockApplications.utf16le.json", "3 accepted, 0 rejected, 0 ignored; 5 credentials, 0 grants, 0 secrets"),
    ("scubagear-ProviderSettingsExport.aad-part.json", "refused: ScubaGear"),
];

#[test]
fn samples_beside_the_project_are_read_or_refused_with_the_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/entra");
    if !folder.is_dir() {
        println!("skipped: graph::samples_beside_the_project_are_read_or_refused_with_the_reason: the samples are not here");
        return;
    }
    for (name, want) in SAMPLES {
        let bytes = std::fs::read(folder.join(name)).expect(name);
        let (recorder, refused) = import(&[Bytes { name: (*name).to_owned(), bytes }]);
        match want.strip_prefix("refused: ") {
            Some(reason) => assert!(refused.len() == 1 && refused[0].contains(reason), "{name}: {refused:?}"),
            None => {
                let credentials = recorder.facts.iter().filter(|fact| fact.contains(": credential ")).count();
                let got =
                    format!("{}; {credentials} credentials, {} grants, {} secrets", recorder.fate_of(0), recorder.grants, recorder.secrets);
                assert_eq!(got, *want, "{name}");
            }
        }
    }
}
