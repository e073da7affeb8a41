//! The IAM credential report: a table with a row for each user and one for the root user. Source: IAM user guide,
//! "Generate credential reports for your AWS account". It knows no key by its id, only by when it was made.

use std::io::Read;

use super::arn::{self, Arn};
use super::iam::made;
use super::state::*;
use crate::formats::Fault;
use crate::formats::csv::{CsvReader, Row};
use crate::formats::time;
use crate::importers::listed::outcome::{Done, Outcome, Unusable, credential, switch_off};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// Columns without which a report says nothing.
const NEEDED: [&str; 4] = ["user", "arn", "user_creation_time", "access_key_1_active"];

/// A report whose header is read.
pub struct Report<R> {
    csv: CsvReader<R>,
    columns: Vec<String>,
}

impl<R: Read> Report<R> {
    /// Looks at the header; `Err` of the second kind names the missing columns.
    pub fn open(csv: CsvReader<R>) -> Result<Self, String> {
        let columns: Vec<String> = csv.header().fields().map(|name| name.trim().to_lowercase()).collect();
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !columns.iter().any(|column| column == name)).collect();
        if missing.is_empty() { Ok(Self { csv, columns }) } else { Err(missing.join(", ")) }
    }

    /// Reads the next row; false at the end.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, Fault> {
        self.csv.next_row(row)
    }

    /// A view of a row by column names.
    pub fn line<'r>(&'r self, row: &'r Row) -> Line<'r> {
        Line { columns: &self.columns, row }
    }
}

/// A row by column names.
pub struct Line<'r> {
    columns: &'r [String],
    row: &'r Row,
}

impl Line<'_> {
    fn get(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| name == column);
        at.map_or("", |at| self.row.get(at)).trim()
    }

    fn is(&self, column: &str) -> bool {
        self.get(column).eq_ignore_ascii_case("true")
    }

    /// A time; `N/A`, `no_information` and `not_supported` are none.
    fn at(&self, column: &str) -> Option<Millis> {
        time::parse(self.get(column)).and_then(time::Stamp::ms)
    }

    /// Account of the row.
    pub fn account(&self) -> Option<&str> {
        arn::account_of(self.get("arn"))
    }

    /// Name of the user.
    pub fn user(&self) -> &str {
        self.get("user")
    }

    /// What makes two rows the same.
    pub fn identity(&self) -> &str {
        self.get("arn")
    }

    fn is_short(&self) -> bool {
        self.row.len() < self.columns.len()
    }
}

impl Stater<'_, '_> {
    /// One row.
    pub fn report_row(&mut self, line: &Line<'_>) -> Outcome {
        if line.is_short() {
            return Err(Unusable::Because("it is shorter than the header, so the report was cut"));
        }
        let arn_text = Some(line.get("arn")).filter(|text| !text.is_empty()).ok_or(Unusable::Lacks("arn"))?;
        let arn = Arn::parse(arn_text).ok_or(Unusable::Lacks("arn"))?;
        let user = Some(line.get("user")).filter(|text| !text.is_empty()).ok_or(Unusable::Lacks("user"))?;
        let root = arn.resource == "root";
        self.tell_account();
        let client = Name::new(Scheme::ClientId, arn_text);
        let (name, label) = if root { ("root", "root user".to_owned()) } else { (user, user.to_owned()) };
        let mut names = vec![client.clone()];
        if !root {
            names.push(user_name(user));
        }
        self.reading.fact(Fact::Client(ClientFact {
            names,
            rank: 1,
            display_name: Some(crate::formats::text::display(&label).into_owned()),
            kind: Some(ClientKind::IamUser),
            created_at: line.at("user_creation_time"),
            ..ClientFact::default()
        }));
        if root {
            self.give(&client, ScopeKind::AppRole, super::policy::ALL, false);
        }
        self.password(&client, line, root);
        self.access_keys(&client, name, line);
        self.certificates(&client, name, line);
        Ok(Done::Accepted)
    }

    fn password(&mut self, client: &Name, line: &Line<'_>, root: bool) {
        let used = line.at("password_last_used");
        // Older reports say `not_supported` of the root user, who can have a password all the same.
        let of_root = root && used.is_some();
        if !line.is("password_enabled") && !of_root {
            return;
        }
        let mut fact = credential(client, CredentialKind::Password, vec![key_id(format!("{}/password", client.value))]);
        fact.display_name = Some("Console password".to_owned());
        let changed = line.at("password_last_changed");
        (fact.created_at, fact.activated_at, fact.last_used_at) = (changed, changed, used);
        fact.expires_at = line.at("password_next_rotation").map_or(Expiry::Never, Expiry::At);
        self.told.no_mfa += u32::from(line.get("mfa_active").eq_ignore_ascii_case("false"));
        self.reading.fact(Fact::Credential(fact));
    }

    fn access_keys(&mut self, client: &Name, user: &str, line: &Line<'_>) {
        let times = ["1", "2"].map(|slot| line.at(&format!("access_key_{slot}_last_rotated")));
        for (at, slot) in ["1", "2"].into_iter().enumerate() {
            // The list of keys knows a better name.
            let listed = self.index.keys_made(self.instance(), user, times[at]) > 0;
            let label = (!listed).then(|| format!("Access key {slot}"));
            let used = line.at(&format!("access_key_{slot}_last_used_date"));
            let active = line.is(&format!("access_key_{slot}_active"));
            let name = made("access-key", user, times[at], (times[0] == times[1]).then_some(at as u8 + 1));
            self.in_slot(credential(client, CredentialKind::AccessKey, vec![name]), label, active, times[at], used);
        }
    }

    fn certificates(&mut self, client: &Name, user: &str, line: &Line<'_>) {
        let times = ["1", "2"].map(|slot| line.at(&format!("cert_{slot}_last_rotated")));
        for (at, slot) in ["1", "2"].into_iter().enumerate() {
            let listed = self.index.certificates_made(self.instance(), user, times[at]) > 0;
            let label = (!listed).then(|| format!("Signing certificate {slot}"));
            let active = line.is(&format!("cert_{slot}_active"));
            let name = made("certificate", user, times[at], (times[0] == times[1]).then_some(at as u8 + 1));
            self.in_slot(credential(client, CredentialKind::Certificate, vec![name]), label, active, times[at], None);
        }
    }

    /// States what stands in a slot: `false` and no date is an empty one, `false` and a date an inactive key that was kept.
    fn in_slot(&mut self, mut fact: CredentialFact, label: Option<String>, active: bool, at: Option<Millis>, used: Option<Millis>) {
        if !active && at.is_none() {
            return;
        }
        fact.display_name = label;
        (fact.created_at, fact.activated_at, fact.last_used_at) = (at, at, used);
        if !active {
            switch_off(&mut fact);
        }
        self.reading.fact(Fact::Credential(fact));
    }
}
