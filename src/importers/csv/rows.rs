//! What a row states, per kind of rows. The fields of each kind are listed in [`crate::importers::fields`].

use super::cells::{self, Columns};
use super::stated::{Grant, Stated, audience_name, owner_fact, owner_name};
use super::{ROW_UNUSABLE, VALUE_UNKNOWN};
use crate::formats::csv::Row;
use crate::formats::text::{display, is_mask, quoted};
use crate::formats::time::DateOrder;
use crate::importers::mapping::{Mapping, plain};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// What a table says of entities that the source's own export describes gives way to that export (decision D55).
const STATED_RANK: u8 = 5;

/// States rows of one file.
pub struct Reader<'s, 'm> {
    /// Where facts go.
    pub sink: &'s mut dyn Sink,
    /// Times that named no zone.
    pub zone_assumed: u64,
    mapping: &'m Mapping,
    columns: Columns,
    width: usize,
    slot: InstanceSlot,
    record: u32,
    dropped: u64,
    told: Vec<String>,
}

impl<'s, 'm> Reader<'s, 'm> {
    /// Finds the profile's columns in a header.
    pub fn new(mapping: &'m Mapping, headers: &[String], slot: InstanceSlot, sink: &'s mut dyn Sink) -> Self {
        let place = |column: &str| headers.iter().position(|header| plain(header) == plain(column));
        let places = mapping.columns.iter().filter_map(|one| Some((one.field.clone()?, place(&one.column)?))).collect();
        let columns = Columns::new(places, mapping.order().unwrap_or(DateOrder::Ymd));
        Self { sink, zone_assumed: 0, mapping, columns, width: headers.len(), slot, record: 0, dropped: 0, told: Vec::new() }
    }

    /// States one row; `secrets` are the columns that hold secret values.
    pub fn row(&mut self, row: &Row, secrets: &[usize]) {
        self.told.clear();
        self.dropped = secrets.iter().filter(|column| !is_mask(row.get(**column))).count() as u64;
        let stated = if row.len() > self.width {
            Err(format!("it has {} cells, but the header has {}; a value may hold an unquoted separator", row.len(), self.width))
        } else {
            self.state(row)
        };
        let (identity, facts, grants) = match stated {
            Ok(Stated { identity, facts, grants }) => (Ok(identity), facts, grants),
            Err(why) => (Err(why), Vec::new(), Vec::new()),
        };
        self.record = self.sink.record(&self.slot, RecordKind::Rows, identity.as_deref().ok());
        if self.dropped > 0 {
            self.sink.secrets_dropped(self.dropped);
        }
        for message in std::mem::take(&mut self.told) {
            self.problem(ProblemSeverity::Warning, VALUE_UNKNOWN, row, message);
        }
        for fact in facts {
            self.sink.fact(fact);
        }
        for grant in &grants {
            grant.state(self.sink);
        }
        match identity {
            Ok(_) => self.sink.fate(RecordFate::Accepted),
            Err(why) => {
                self.problem(ProblemSeverity::Rejected, ROW_UNUSABLE, row, format!("This row was not stored: {why}."));
                self.sink.fate(RecordFate::Rejected);
            }
        }
    }

    fn problem(&mut self, severity: ProblemSeverity, code: &str, row: &Row, message: String) {
        let position = Some(format!("line {}", row.line));
        self.sink.problem(Problem { code: code.to_owned(), severity, record: self.record, position, message });
    }

    fn state(&mut self, row: &Row) -> Result<Stated, String> {
        match self.mapping.rows.as_str() {
            "clients" => self.client(row),
            "credentials" => self.credential(row),
            "grants" => self.grants(row),
            "audiences" => self.audience(row),
            "owners" => self.owner(row),
            "vendors" => self.vendor(row),
            "reach_edges" => self.reach_edge(row),
            other => Err(format!("its profile maps rows of kind {}", quoted(other))),
        }
    }

    fn client(&mut self, row: &Row) -> Result<Stated, String> {
        let id = self.key(row, "client_id")?;
        let mut facts = vec![Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, &id)],
            rank: STATED_RANK,
            display_name: self.text(row, "name"),
            kind: self.word(row, "kind", ClientKind::parse),
            enabled: self.flag(row, "enabled"),
            publisher: self.text(row, "publisher"),
            publisher_verified: self.flag(row, "verified"),
            stated_holder: self.word(row, "holder", Holder::parse),
            vendor: self.text(row, "vendor"),
            application: self.text(row, "application"),
            environment: self.word(row, "environment", Environment::parse),
            internet: self.flag(row, "internet"),
            created_at: self.time(row, "created_at"),
            last_used_at: self.time(row, "last_used_at"),
            ..ClientFact::default()
        })];
        if let Some(owner) = self.text(row, "owner") {
            let subject = Name::new(Scheme::ClientId, &id);
            let name = owner_name(&owner);
            facts.push(Fact::Owner(owner_fact(&owner, OwnerKind::Person)));
            facts.push(Fact::Ownership(OwnershipFact {
                subject_kind: Kind::Client,
                subject,
                owner: name,
                role: OwnershipRole::Accountable,
            }));
        }
        Ok(Stated::facts(format!("clients/{}", id.to_lowercase()), facts))
    }

    fn credential(&mut self, row: &Row) -> Result<Stated, String> {
        let client = self.key(row, "client_id")?;
        let kind = self.key(row, "kind")?;
        let kind = CredentialKind::parse(&cells::word(&kind)).ok_or_else(|| format!("\"{}\" is no kind of credential", quoted(&kind)))?;
        let created_at = self.time(row, "created_at");
        let fingerprint = self.text(row, "fingerprint");
        // Without an id of its own, what tells two credentials of a client apart is the key's print, else its birth.
        let own = match (self.columns.cell(row, "credential_id"), &fingerprint, created_at) {
            (Some(_), ..) => self.key(row, "credential_id")?,
            (None, Some(print), _) => format!("{client}/{}/{print}", kind.as_str()),
            (None, None, Some(at)) => format!("{client}/{}/{at}", kind.as_str()),
            (None, None, None) => format!("{client}/{}", kind.as_str()),
        };
        let fact = CredentialFact {
            names: vec![Name::new(Scheme::KeyId, &own)],
            client: Name::new(Scheme::ClientId, client),
            kind,
            display_name: self.text(row, "name"),
            created_at,
            activated_at: self.time(row, "activated_at").or(created_at),
            expires_at: self.expiry(row, "expires_at"),
            last_used_at: self.time(row, "last_used_at"),
            fingerprint,
            shared_value: None,
            federated_issuer: None,
            federated_subject: None,
        };
        Ok(Stated::facts(format!("credentials/{}", own.to_lowercase()), vec![Fact::Credential(fact)]))
    }

    fn grants(&mut self, row: &Row) -> Result<Stated, String> {
        let client = self.key(row, "client_id")?;
        let audience = self.key(row, "audience")?;
        let scopes = self.key(row, "scope")?;
        let principal = self.columns.cell(row, "principal").map(|cell| cell.into_owned());
        // Who a grant without a person acts for is the client itself, which is also the wider reading.
        let mode = self.word(row, "mode", GrantMode::parse).unwrap_or(match principal {
            Some(_) => GrantMode::DelegatedOne,
            None => GrantMode::Application,
        });
        let kind = self.word(row, "scope_kind", ScopeKind::parse).unwrap_or(ScopeKind::Scope);
        let (audience, scheme) = self.audience_name(&audience);
        let (granted_at, expires_at) = (self.time(row, "granted_at"), self.expiry(row, "expires_at"));
        let person = principal.as_deref().unwrap_or_default();
        let identity = format!("grants/{client}/{audience}/{scopes}/{}/{}/{person}", kind.as_str(), mode.as_str()).to_lowercase();
        // In a system that only tables describe, the grant is what says that the scope is there; elsewhere its own file does.
        let facts = if self.slot.source == Source::Generic {
            let audience = Name::new(scheme, audience.clone());
            cells::list(&scopes)
                .into_iter()
                .map(|scope| {
                    Fact::Scope(ScopeFact {
                        audience: audience.clone(),
                        kind,
                        value: scope.to_owned(),
                        source_id: None,
                        display_name: None,
                        implies: None,
                    })
                })
                .collect()
        } else {
            Vec::new()
        };
        let grants = cells::list(&scopes)
            .into_iter()
            .map(|scope| Grant {
                client: client.clone(),
                audience: (scheme, audience.clone()),
                scope: (kind, scope.to_owned()),
                mode,
                principal: principal.clone(),
                granted_at,
                expires_at,
            })
            .collect();
        Ok(Stated { identity, facts, grants })
    }

    fn audience(&mut self, row: &Row) -> Result<Stated, String> {
        let id = self.key(row, "audience")?;
        let (name, scheme) = self.audience_name(&id);
        let fact = AudienceFact {
            names: vec![Name::new(scheme, name)],
            rank: STATED_RANK,
            display_name: self.text(row, "name"),
            boundary: self.text(row, "boundary"),
            data_classes: self.data_classes(row),
            impact: self.word(row, "impact", Impact::parse),
            high_risk: self.flag(row, "high_risk"),
            function: self.text(row, "function"),
            environment: self.word(row, "environment", Environment::parse),
            ..AudienceFact::default()
        };
        Ok(Stated::facts(format!("audiences/{}", id.to_lowercase()), vec![Fact::Audience(fact)]))
    }

    fn owner(&mut self, row: &Row) -> Result<Stated, String> {
        let subject = self.key(row, "subject")?;
        let owner = self.key(row, "owner")?;
        let subject_kind = self.word(row, "subject_kind", Kind::parse).unwrap_or(Kind::Client);
        let role = self.word(row, "role", OwnershipRole::parse).unwrap_or(OwnershipRole::Accountable);
        let mut fact = owner_fact(&owner, self.word(row, "owner_kind", OwnerKind::parse).unwrap_or(OwnerKind::Person));
        fact.contact = self.text(row, "contact").or(fact.contact);
        fact.status = self.word(row, "status", PersonStatus::parse);
        let name = match subject_kind {
            Kind::Client => Name::new(Scheme::ClientId, &subject),
            Kind::Credential => Name::new(Scheme::KeyId, &subject),
            Kind::Audience => {
                let (name, scheme) = self.audience_name(&subject);
                Name::new(scheme, name)
            }
            Kind::Vendor => Name::new(Scheme::Name, &subject),
            other => return Err(format!("rows of this kind name no owners of a {other}")),
        };
        let identity = format!("owners/{subject_kind}/{subject}/{owner}/{role}").to_lowercase();
        let ownership = OwnershipFact { subject_kind, subject: name, owner: owner_name(&owner), role };
        Ok(Stated::facts(identity, vec![Fact::Owner(fact), Fact::Ownership(ownership)]))
    }

    fn vendor(&mut self, row: &Row) -> Result<Stated, String> {
        let name = self.key(row, "vendor")?;
        let identity = format!("vendors/{}", name.to_lowercase());
        let fact = VendorFact { name, contact: self.text(row, "contact"), contract: self.text(row, "contract") };
        Ok(Stated::facts(identity, vec![Fact::Vendor(fact)]))
    }

    fn reach_edge(&mut self, row: &Row) -> Result<Stated, String> {
        let word = self.key(row, "kind")?;
        let kind = ReachEdgeKind::parse(&cells::word(&word)).ok_or_else(|| format!("\"{}\" is no kind of way", quoted(&word)))?;
        let (from, to) = (self.key(row, "from")?, self.key(row, "to")?);
        // What an API's data or calls open starts at the audience; control, trust and sharing start at a client.
        let (usual_from, usual_to) = match kind {
            ReachEdgeKind::Harvest => (Kind::Audience, Kind::Client),
            ReachEdgeKind::Obo | ReachEdgeKind::Passthrough | ReachEdgeKind::Replay => (Kind::Audience, Kind::Audience),
            ReachEdgeKind::OwnerControl | ReachEdgeKind::Federation | ReachEdgeKind::Shared => (Kind::Client, Kind::Client),
        };
        let from_kind = self.word(row, "from_kind", Kind::parse).unwrap_or(usual_from);
        let to_kind = self.word(row, "to_kind", Kind::parse).unwrap_or(usual_to);
        let to_source = self.word(row, "to_source", Source::parse);
        let to_name = self.text(row, "to_source_name");
        let to_slot = (to_source.is_some() || to_name.is_some())
            .then(|| InstanceSlot { source: to_source.unwrap_or(self.slot.source), name: to_name.or_else(|| self.slot.name.clone()) });
        let to_generic = to_slot.as_ref().map_or(self.slot.source, |slot| slot.source) == Source::Generic;
        let end = |kind: Kind, text: &str, generic: bool| match kind {
            Kind::Audience => {
                let (name, scheme) = audience_name(text, generic);
                Name::new(scheme, name)
            }
            _ => Name::new(Scheme::ClientId, text),
        };
        let system = to_slot.as_ref().and_then(|slot| slot.name.as_deref()).unwrap_or_default();
        let identity = format!("reach_edges/{kind}/{from}/{system}/{to}").to_lowercase();
        let fact = ReachEdgeFact {
            kind,
            from_kind,
            from: end(from_kind, &from, self.slot.source == Source::Generic),
            to_kind,
            to: end(to_kind, &to, to_generic),
            to_slot,
            evidence: self.word(row, "evidence", Evidence::parse).unwrap_or(Evidence::Declared),
            subject_pattern: self.text(row, "subject_pattern"),
        };
        Ok(Stated::facts(identity, vec![Fact::ReachEdge(fact)]))
    }

    fn key(&mut self, row: &Row, field: &str) -> Result<String, String> {
        let cell = self.columns.cell(row, field).ok_or_else(|| format!("its {field} is empty"))?;
        self.dropped += u64::from(cells::is_secret_value(&cell));
        cells::checked_key(&cell)
    }

    fn text(&mut self, row: &Row, field: &str) -> Option<String> {
        let cell = self.columns.cell(row, field)?;
        if cells::is_secret_value(&cell) {
            self.dropped += 1;
            self.told.push(format!("The {field} looks like a secret; it was dropped."));
            return None;
        }
        (!cells::is_unknown(&cell)).then(|| display(&cell).into_owned())
    }

    fn word<T>(&mut self, row: &Row, field: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let cell = self.columns.cell(row, field)?;
        let found = parse(&cells::word(&cell)).or_else(|| parse(&cell.to_lowercase()));
        if found.is_none() && !cells::is_unknown(&cell) {
            self.told.push(format!("The {field} \"{}\" is not understood and left unknown.", quoted(&cell)));
        }
        found
    }

    fn flag(&mut self, row: &Row, field: &str) -> Option<Tri> {
        let cell = self.columns.cell(row, field)?;
        let found = cells::flag(&cell);
        if found.is_none() {
            self.told.push(format!("The {field} \"{}\" is neither yes nor no and left unknown.", quoted(&cell)));
        }
        found
    }

    fn time(&mut self, row: &Row, field: &str) -> Option<Millis> {
        let cell = self.columns.cell(row, field)?;
        let Some((at, assumed)) = cells::time(&cell, self.columns.order) else {
            self.told.push(format!("The {field} \"{}\" is no time and left unknown.", quoted(&cell)));
            return None;
        };
        self.zone_assumed += u64::from(assumed && cell.len() > 10);
        at
    }

    fn expiry(&mut self, row: &Row, field: &str) -> Expiry {
        let Some(cell) = self.columns.cell(row, field) else { return Expiry::Unknown };
        match cells::expiry(&cell, self.columns.order) {
            Some((expiry, assumed)) => {
                self.zone_assumed += u64::from(assumed && cell.len() > 10);
                expiry
            }
            None => {
                self.told.push(format!("The {field} \"{}\" is no time and left unknown.", quoted(&cell)));
                Expiry::Unknown
            }
        }
    }

    /// `name=sensitivity|name`: sorted, sensitivities checked.
    fn data_classes(&mut self, row: &Row) -> Option<String> {
        let cell = self.columns.cell(row, "data_classes")?;
        let mut classes: Vec<String> = Vec::new();
        for item in cell.split(['|', ';']).map(str::trim).filter(|item| !item.is_empty()) {
            let (name, sensitivity) = item.split_once('=').map_or((item, None), |(name, word)| (name.trim(), Some(word.trim())));
            match sensitivity.map(|word| (word, Sensitivity::parse(&word.to_lowercase()))) {
                Some((_, Some(sensitivity))) => classes.push(format!("{name}={sensitivity}")),
                Some((word, None)) => {
                    self.told.push(format!(
                        "The sensitivity \"{}\" of data class \"{}\" is not understood and left unknown.",
                        quoted(word),
                        quoted(name)
                    ));
                    classes.push(name.to_owned());
                }
                None => classes.push(name.to_owned()),
            }
        }
        classes.sort();
        classes.dedup();
        (!classes.is_empty()).then(|| display(&classes.join("|")).into_owned())
    }

    fn audience_name<'t>(&self, text: &'t str) -> (String, Scheme)
    where
        Self: 't,
    {
        audience_name(text, self.slot.source == Source::Generic)
    }
}
