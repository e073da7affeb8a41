//! A sink that writes down what importers state, as lines to read and compare; and a set of files in memory.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;

use bulkhead::importers::{FileInput, Importer, ReadOptions, ReadStop};
use bulkhead::model::facts::*;
use bulkhead::model::kinds::{Completeness, RecordKind};
use bulkhead::model::rows::Origin;
use bulkhead::model::time::{Expiry, Millis, iso};

/// A file of an import set in memory.
pub struct MemoryFile {
    /// Name as an importer sees it.
    pub name: String,
    /// Raw bytes.
    pub bytes: Vec<u8>,
}

impl FileInput for MemoryFile {
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

/// What was recorded of one record.
#[derive(Debug, Default, Clone)]
pub struct Recorded {
    pub file: usize,
    pub list: Option<RecordKind>,
    pub instance: String,
    pub identity: String,
    pub fate: Option<RecordFate>,
    pub facts: Vec<String>,
}

/// Records everything in order.
#[derive(Default)]
pub struct Recorder {
    pub records: Vec<Recorded>,
    pub problems: Vec<(usize, Problem)>,
    pub secrets: BTreeMap<usize, u64>,
    pub completeness: Vec<(String, RecordKind, Option<String>, Completeness, String)>,
    pub exported_at: Vec<Millis>,
    pub facts: Vec<Fact>,
    /// Cancel after so many records.
    pub cancel_after: Option<usize>,
    groups: BTreeMap<String, usize>,
    file: usize,
    in_file: u32,
    open: bool,
}

impl Recorder {
    /// Runs an importer over files.
    pub fn run(importer: &dyn Importer, files: &[MemoryFile], options: &ReadOptions) -> (Self, Result<(), ReadStop>) {
        let inputs: Vec<&dyn FileInput> = files.iter().map(|file| file as &dyn FileInput).collect();
        let mut recorder = Self::default();
        let result = importer.read(&inputs, options, &mut recorder);
        (recorder, result)
    }

    fn line(&mut self, line: String) {
        assert!(self.open, "nothing may be stated outside a record: {line}");
        self.records.last_mut().expect("a record is open").facts.push(line);
    }

    /// How many records had this fate.
    pub fn count(&self, fate: RecordFate) -> usize {
        self.records.iter().filter(|record| record.fate == Some(fate)).count()
    }

    /// All statements, sorted and without repetition: what must not depend on the order of files and rows.
    pub fn content(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.records.iter().flat_map(|record| record.facts.iter().map(|fact| format!("{}: {fact}", record.instance))).collect();
        lines.sort();
        lines.dedup();
        lines
    }

    /// Lines of all records that start with a word.
    pub fn lines(&self, word: &str) -> Vec<&str> {
        self.records.iter().flat_map(|record| &record.facts).map(String::as_str).filter(|line| line.starts_with(word)).collect()
    }

    /// Everything as text for a snapshot.
    pub fn text(&self, names: &[&str]) -> String {
        let mut out = String::new();
        let mut file = usize::MAX;
        for record in &self.records {
            if record.file != file {
                file = record.file;
                let _ = writeln!(out, "== {}", names[file]);
                if let Some(secrets) = self.secrets.get(&file) {
                    let _ = writeln!(out, "secrets dropped: {secrets}");
                }
                for (_, problem) in self.problems.iter().filter(|(at, _)| *at == file) {
                    let severity = format!("{:?}", problem.severity).to_lowercase();
                    let place = problem.position.as_deref().map(|place| format!(" at {place}")).unwrap_or_default();
                    let _ = writeln!(out, "{severity} {} record {}{place}: {}", problem.code, problem.record, problem.message);
                }
            }
            let list = record.list.map_or("", RecordKind::as_str);
            let fate = format!("{:?}", record.fate).to_lowercase().replace("some(", "").replace(')', "");
            let _ = writeln!(out, "- {list} [{}] {} {fate}", record.instance, record.identity);
            for fact in &record.facts {
                let _ = writeln!(out, "    {fact}");
            }
        }
        let mut completeness: Vec<String> = self
            .completeness
            .iter()
            .map(|(instance, list, parent, completeness, reason)| {
                let parent = parent.as_deref().map(|parent| format!(" of {parent}")).unwrap_or_default();
                format!("complete: [{instance}] {}{parent} {}: {reason}", list.as_str(), completeness.as_str())
            })
            .collect();
        completeness.sort();
        completeness.dedup();
        for line in completeness {
            let _ = writeln!(out, "{line}");
        }
        out
    }
}

fn name((scheme, value): (bulkhead::model::kinds::Scheme, &str)) -> String {
    format!("{}:{value}", scheme.as_str())
}

fn names(list: &[Name]) -> String {
    list.iter().map(|one| name((one.scheme, &one.value))).collect::<Vec<_>>().join(" = ")
}

fn end(expiry: Expiry) -> String {
    match expiry {
        Expiry::Unknown => "unknown".to_owned(),
        Expiry::Never => "never".to_owned(),
        Expiry::At(at) => iso(at),
    }
}

/// Words of the fields that are stated: `Debug` text of a fact without its unknown fields.
fn stated(debug: &str) -> String {
    let body = debug.split_once('{').map_or("", |(_, body)| body).trim_end().trim_end_matches('}');
    let mut fields = Vec::new();
    let (mut depth, mut quoted, mut start, mut escaped) = (0i32, false, 0usize, false);
    for (at, character) in body.char_indices() {
        match character {
            '\\' if quoted => escaped = !escaped,
            '"' if !escaped => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                fields.push(body[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        if character != '\\' {
            escaped = false;
        }
    }
    fields.push(body[start..].trim());
    let unsaid = [": None", ": Unknown", ": false", ": 0"];
    fields
        .into_iter()
        .filter(|field| !field.is_empty() && !field.starts_with("names:") && !unsaid.iter().any(|end| field.ends_with(end)))
        .map(|field| field.replace("Some(", "").replace(')', ""))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Sink for Recorder {
    fn file(&mut self, index: usize) {
        self.file = index;
        self.in_file = self.records.iter().filter(|record| record.file == index).count() as u32;
    }

    fn record(&mut self, slot: &InstanceSlot, list: RecordKind, identity: Option<&str>) -> u32 {
        assert!(!self.open, "the record before this one got no fate");
        self.open = true;
        self.in_file += 1;
        self.records.push(Recorded {
            file: self.file,
            list: Some(list),
            instance: slot.name.clone().unwrap_or_else(|| "?".to_owned()),
            identity: identity.unwrap_or("-").to_owned(),
            ..Recorded::default()
        });
        self.in_file
    }

    fn fact(&mut self, fact: Fact) {
        let line = match &fact {
            Fact::InstanceName { name, display_name } => format!("instance {name} {display_name:?}"),
            Fact::Issuer(issuer) => format!("issuer {} {{{}}}", names(&issuer.names), stated(&format!("{issuer:?}"))),
            Fact::Client(client) => format!("client {} {{{}}}", names(&client.names), stated(&format!("{client:?}"))),
            Fact::Credential(credential) => format!(
                "credential {} of {} {} {:?} created {} expires {}{}{}{}{}",
                names(&credential.names),
                name((credential.client.scheme, &credential.client.value)),
                credential.kind.as_str(),
                credential.display_name.as_deref().unwrap_or(""),
                credential.created_at.map_or("unknown".to_owned(), iso),
                end(credential.expires_at),
                credential.last_used_at.map(|at| format!(" used {}", iso(at))).unwrap_or_default(),
                credential.fingerprint.as_ref().map(|print| format!(" fingerprint {print}")).unwrap_or_default(),
                credential.shared_value.as_ref().map(|group| format!(" value {group}")).unwrap_or_default(),
                credential
                    .federated_subject
                    .as_ref()
                    .map(|subject| format!(" federated {:?} {subject}", credential.federated_issuer))
                    .unwrap_or_default(),
            ),
            Fact::Audience(audience) => format!("audience {} {{{}}}", names(&audience.names), stated(&format!("{audience:?}"))),
            Fact::Scope(scope) => format!(
                "scope {} {} {:?}{}",
                name((scope.audience.scheme, &scope.audience.value)),
                scope.kind.as_str(),
                scope.value,
                scope.implies.as_ref().map(|implies| format!(" implies {implies}")).unwrap_or_default()
            ),
            Fact::Principal(principal) => format!("principal {} {{{}}}", names(&principal.names), stated(&format!("{principal:?}"))),
            Fact::Owner(owner) => format!("owner {} {{{}}}", names(&owner.names), stated(&format!("{owner:?}"))),
            Fact::Ownership(ownership) => format!(
                "ownership {} {} by {} {}",
                ownership.subject_kind.as_str(),
                names(std::slice::from_ref(&ownership.subject)),
                names(std::slice::from_ref(&ownership.owner)),
                ownership.role.as_str()
            ),
            Fact::Vendor(vendor) => format!("vendor {:?} {{{}}}", vendor.name, stated(&format!("{vendor:?}"))),
            Fact::GatewayRoute(route) => {
                let checks: String =
                    route.checks.iter().enumerate().map(|(at, result)| format!(" G{}={}", at + 1, result.as_str())).collect();
                let lists = [
                    ("hosts", &route.hosts),
                    ("paths", &route.paths),
                    ("methods", &route.methods),
                    ("issuers", &route.issuers),
                    ("audiences", &route.audiences),
                    ("scopes", &route.scopes),
                ];
                let lists: String =
                    lists.iter().filter(|(_, list)| !list.is_empty()).map(|(word, list)| format!(" {word} {list:?}")).collect();
                let told: String = route.told.iter().map(|told| format!("\n      {told}")).collect();
                format!(
                    "route {} {:?} gateway {:?} service {:?}{lists}{checks}{told}",
                    names(&route.names),
                    route.display_name.as_deref().unwrap_or(""),
                    route.gateway.as_deref().unwrap_or(""),
                    route.service.as_deref().unwrap_or(""),
                )
            }
            Fact::ReachEdge(edge) => format!(
                "edge {} {} {} -> {} {} {}{}",
                edge.kind.as_str(),
                edge.from_kind.as_str(),
                names(std::slice::from_ref(&edge.from)),
                edge.to_kind.as_str(),
                names(std::slice::from_ref(&edge.to)),
                edge.evidence.as_str(),
                edge.to_slot.as_ref().map(|slot| format!(" in {} {:?}", slot.source.as_str(), slot.name)).unwrap_or_default(),
            ),
        };
        self.facts.push(fact);
        self.line(line);
    }

    fn grant(&mut self, grant: &GrantFact<'_>) {
        let scope = match grant.scope {
            ScopeRef::Id(kind, id) => format!("{} id {id:?}", kind.as_str()),
            ScopeRef::Value(kind, value) => format!("{} {value:?}", kind.as_str()),
        };
        self.line(format!(
            "grant {} -> {} {scope} {} {}{}{}{}{}",
            name(grant.client),
            name(grant.audience),
            grant.mode.as_str(),
            grant.origin_kind.as_str(),
            grant.principal.map(|principal| format!(" for {}", name(principal))).unwrap_or_default(),
            if grant.narrowed { " narrowed" } else { "" },
            grant.granted_at.map(|at| format!(" since {}", iso(at))).unwrap_or_default(),
            if grant.expires_at == Expiry::Never { String::new() } else { format!(" until {}", end(grant.expires_at)) },
        ));
    }

    fn fate(&mut self, fate: RecordFate) {
        assert!(self.open, "a fate needs a record");
        self.open = false;
        self.records.last_mut().expect("a record is open").fate = Some(fate);
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push((self.file, problem));
    }

    fn secrets_dropped(&mut self, n: u64) {
        *self.secrets.entry(self.file).or_default() += n;
    }

    fn completeness(&mut self, slot: &InstanceSlot, list: RecordKind, parent: Option<&Name>, completeness: Completeness, reason: &str) {
        let instance = slot.name.clone().unwrap_or_else(|| "?".to_owned());
        let parent = parent.map(|parent| name((parent.scheme, &parent.value)));
        self.completeness.push((instance, list, parent, completeness, reason.to_owned()));
    }

    fn exported_at(&mut self, at: Millis) {
        self.exported_at.push(at);
    }

    fn cancelled(&self) -> bool {
        self.cancel_after.is_some_and(|after| self.records.len() >= after)
    }

    fn shared_value(&mut self, secret: &str) -> String {
        let next = self.groups.len() + 1;
        format!("group-{}", self.groups.entry(secret.to_owned()).or_insert(next))
    }

    fn origin(&self) -> Origin {
        Origin { file: self.file as u32 + 1, record: self.in_file }
    }
}

/// Loads a file of a fixture.
pub fn load(path: &std::path::Path) -> MemoryFile {
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    MemoryFile { name, bytes: std::fs::read(path).expect("a fixture is readable") }
}

/// Loads all files of a folder, sorted by name.
pub fn load_set(folder: &std::path::Path) -> Vec<MemoryFile> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the fixtures are there").filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.iter().map(|path| load(path)).collect()
}
