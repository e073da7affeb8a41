//! Salesforce: the query over OauthToken as Data Loader and Workbench save it (CSV). Formats.md 7 describes the file.
//!
//! It says who let which connected app act for them, and holds no scopes; the tokens that it holds are live and are dropped. A query gives
//! 500 rows and 2,500 in all, so a file of that length is a part.

use std::io::Read;

use crate::formats::Fault;
use crate::formats::csv::{CsvReader, Limits, Row, sniff_delimiter};
use crate::formats::decode::{Decoder, survey};
use crate::formats::text::{display, is_mask, key};
use crate::formats::time;
use crate::importers::listed::given::{Given, credential};
use crate::importers::listed::lists::Lists;
use crate::importers::listed::reading::{Reading, Tally};
use crate::importers::listed::replies;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// The organisation's data, as an audience.
const ORGANISATION: &str = "salesforce-org";
/// Stands for scopes that no export holds.
const UNKNOWN_SCOPES: &str = "(scopes not exported)";
/// Columns without which a table is not this query.
const NEEDED: &[&str] = &["id", "appname", "userid"];
/// Columns whose values are live tokens.
const LIVE: &[&str] = &["accesstoken", "requesttoken", "deletetoken", "refreshtoken"];

/// See the module.
pub struct Salesforce;

fn plain(header: &str) -> String {
    header.trim().trim_matches('"').rsplit('.').next().unwrap_or_default().to_lowercase()
}

impl Importer for Salesforce {
    fn name(&self) -> &'static str {
        "salesforce"
    }

    fn source(&self) -> Source {
        Source::Salesforce
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let line = sample.text.trim_start_matches('\u{feff}').lines().next()?;
        let delimiter = sniff_delimiter(line.as_bytes()) as char;
        let headers: Vec<String> = line.split(delimiter).map(plain).collect();
        let has = |name: &str| headers.iter().any(|header| header == name);
        let own = has("usecount") || has("appmenuitemid") || LIVE.iter().any(|name| has(name));
        (NEEDED.iter().all(|name| has(name)) && own)
            .then(|| Recognised { confidence: 90, reason: "It is a query over OauthToken of Salesforce.".to_owned() })
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        for (at, file) in files.iter().enumerate() {
            let csv = open(*file).map_err(|fault| ReadStop::broken(at, fault))?;
            Columns::of(csv.header()).ok_or_else(|| {
                let message = "This table has no columns Id, AppName and UserId, so it is no query over OauthToken of Salesforce.";
                ReadStop::refused(at, replies::NOTHING_OF_IT, None, message.to_owned())
            })?;
        }
        let mut lists = Lists::default();
        for (at, file) in files.iter().enumerate() {
            sink.file(at);
            lists.open_file(at);
            let rows = read_file(at, *file, sink)?;
            let key = (slot(), RecordKind::SalesforceTokens, None);
            if rows == 500 || rows >= 2500 {
                lists.state(
                    key,
                    Completeness::Partial,
                    format!("{rows} rows are where a query over OauthToken ends; compare with SELECT COUNT()"),
                );
            } else {
                lists.state(key, Completeness::Unknown, "who may not customise the application sees own tokens only".to_owned());
            }
            lists.close_file(false);
        }
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

const fn slot() -> InstanceSlot {
    InstanceSlot { source: Source::Salesforce, name: None }
}

fn open(file: &dyn FileInput) -> Result<CsvReader<impl Read + '_>, Fault> {
    let fault = |error: std::io::Error| Fault::of_io(&error, None);
    let found = survey(file.open().map_err(fault)?).map_err(fault)?;
    let decoder = Decoder::with(file.open().map_err(fault)?, found.found).map_err(fault)?;
    CsvReader::open(decoder, Limits::default())
}

/// Where the columns of a table are.
struct Columns {
    id: usize,
    app: usize,
    user: usize,
    created: Option<usize>,
    used: Option<usize>,
    live: Vec<usize>,
}

impl Columns {
    fn of(header: &Row) -> Option<Self> {
        let headers: Vec<String> = header.fields().map(plain).collect();
        let at = |name: &str| headers.iter().position(|header| header == name);
        Some(Self {
            id: at("id")?,
            app: at("appname")?,
            user: at("userid")?,
            created: at("createddate"),
            used: at("lastuseddate"),
            live: LIVE.iter().filter_map(|name| at(name)).collect(),
        })
    }
}

fn read_file(at: usize, file: &dyn FileInput, sink: &mut dyn Sink) -> Result<u64, ReadStop> {
    let mut csv = open(file).map_err(|fault| ReadStop::broken(at, fault))?;
    let Some(columns) = Columns::of(csv.header()) else { return Ok(0) };
    let (mut row, mut rows, mut tally) = (Row::default(), 0u64, Tally::default());
    while csv.next_row(&mut row).map_err(|fault| ReadStop::broken(at, fault))? {
        if sink.cancelled() {
            return Err(ReadStop::Cancelled);
        }
        rows += 1;
        let mut reading = Reading::new(sink, replies::CODES, tally);
        state(&mut reading, &columns, &row);
        tally = reading.pause();
    }
    Reading::new(sink, replies::CODES, tally).close_file();
    Ok(rows)
}

/// The 18 characters of an id that was written with 15: the last three say which of the first are capitals.
fn long_id(id: &str) -> Option<String> {
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    match id.len() {
        18 => Some(id.to_owned()),
        15 => {
            let mark = |part: &[u8]| {
                let bits =
                    part.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase()).fold(0usize, |bits, (at, _)| bits | 1 << at);
                char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits])
            };
            Some(id.chars().chain(id.as_bytes().chunks(5).map(mark)).collect())
        }
        _ => None,
    }
}

fn moment(text: &str) -> Option<Millis> {
    time::parse(text).and_then(time::Stamp::ms)
}

fn state(reading: &mut Reading<'_>, columns: &Columns, row: &Row) {
    let live = columns.live.iter().filter(|at| !is_mask(row.get(**at))).count() as u64;
    let id = long_id(row.get(columns.id).trim());
    let identity = id.as_ref().map(|id| format!("salesforceTokens/{id}"));
    reading.begin(&slot(), RecordKind::SalesforceTokens, identity.as_deref(), None, live);
    let (Some(id), Some(app), Some(user)) = (id, key(row.get(columns.app)), long_id(row.get(columns.user).trim())) else {
        let message = "This token was not stored: it has no usable Id, AppName or UserId.".to_owned();
        return reading.reject(replies::UNUSABLE, message);
    };
    let since = columns.created.and_then(|at| moment(row.get(at)));
    reading.fact(Fact::Audience(AudienceFact {
        names: vec![Name::new(Scheme::Name, ORGANISATION)],
        rank: 1,
        display_name: Some("Salesforce organisation".to_owned()),
        built_in: Some(true),
        ..AudienceFact::default()
    }));
    reading.fact(Fact::Client(ClientFact {
        names: vec![Name::new(Scheme::ClientId, app)],
        display_name: Some(display(app).into_owned()),
        kind: Some(ClientKind::Confidential),
        enabled: Some(Tri::Yes),
        ..ClientFact::default()
    }));
    let mut fact = credential(app, CredentialKind::RefreshToken, &id, "OAuth token");
    (fact.created_at, fact.activated_at) = (since, since);
    fact.last_used_at = columns.used.and_then(|at| moment(row.get(at)));
    // How long it lives is a policy of the connected app, which the query does not show.
    fact.expires_at = Expiry::Unknown;
    reading.fact(Fact::Credential(fact));
    let given = Given {
        client: app,
        audience: (Scheme::Name, ORGANISATION),
        kind: ScopeKind::Scope,
        mode: GrantMode::DelegatedOne,
        principal: Some(&user),
        origin: GrantOrigin::Consent,
        narrowed: false,
        since,
        until: Expiry::Never,
    };
    given.of(reading, UNKNOWN_SCOPES);
    reading.accept();
}

#[cfg(test)]
mod tests {
    use super::long_id;

    #[test]
    fn an_id_of_fifteen_characters_is_that_of_eighteen() {
        assert_eq!(long_id("001A0000006Vm9r").as_deref(), Some("001A0000006Vm9rIAC"));
        assert_eq!(long_id("001A0000006Vm9rIAC").as_deref(), Some("001A0000006Vm9rIAC"));
        assert_eq!(long_id("5.0E+17"), None, "Excel ate it");
    }
}
