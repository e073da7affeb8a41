//! Mapping profiles: what the columns of a generic CSV become. A small file, saved and reused; columns are guessed, never silently.
//!
//! A profile says what a row is (`rows`), to which source the rows belong, in which order ambiguous dates stand, and
//! which field each column is. The fields of each kind of row stand in [`super::fields`]. A profile whose `source` is `entra`,
//! `keycloak`, `okta`, `auth0`, `aws` or `google` speaks about entities of that source by their names, so that a CSV can state their owners, trust
//! boundaries or data classes.

use serde::{Deserialize, Serialize};

use super::fields::{ROWS, fields};
use crate::error::Told;
use crate::formats::text::quoted;
use crate::formats::time::DateOrder;
use crate::model::kinds::Source;

/// A mapping profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Mapping {
    /// Name of the profile.
    pub name: String,
    /// What a row is: `clients`, `credentials`, `grants`, `audiences`, `owners`, `vendors`, `reach_edges`.
    pub rows: String,
    /// Source system whose entities the rows describe: `generic`, `entra`, `keycloak`, `okta`, `auth0`, `aws`, `google`.
    #[serde(default = "generic")]
    pub source: String,
    /// Source instance that the rows belong to; empty = the source's only instance.
    #[serde(default)]
    pub source_name: String,
    /// Order of ambiguous dates: `ymd`, `dmy`, `mdy`; `ask` = a person must choose before the file can be read.
    #[serde(default = "year_first")]
    pub dates: String,
    /// Columns in file order.
    pub columns: Vec<MappedColumn>,
}

/// What one column becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct MappedColumn {
    /// Header text.
    pub column: String,
    /// Our field, or null = not stored.
    pub field: Option<String>,
    /// 0..1 for a guess, 1 for a saved choice.
    #[serde(default = "chosen")]
    pub confidence: f64,
    /// Up to three sample values, secrets masked; not saved.
    #[serde(default)]
    pub samples: Vec<String>,
}

fn generic() -> String {
    Source::Generic.as_str().to_owned()
}

fn year_first() -> String {
    "ymd".to_owned()
}

fn chosen() -> f64 {
    1.0
}

impl Mapping {
    /// Reads a saved profile.
    ///
    /// # Errors
    /// A text that is no TOML, or a profile that [`Mapping::check`] refuses.
    pub fn from_toml(text: &str) -> Result<Self, Told> {
        let mut mapping: Self =
            toml::from_str(text).map_err(|error| unusable("It is no mapping profile.").details(quoted(error.message())))?;
        mapping.check()?;
        for one in &mut mapping.columns {
            (one.confidence, one.samples) = (chosen(), Vec::new());
        }
        Ok(mapping)
    }

    /// The profile as a file to save: without confidences and samples.
    pub fn to_toml(&self) -> String {
        #[derive(Serialize)]
        struct Saved<'m> {
            name: &'m str,
            rows: &'m str,
            source: &'m str,
            source_name: &'m str,
            dates: &'m str,
            columns: Vec<SavedColumn<'m>>,
        }
        #[derive(Serialize)]
        struct SavedColumn<'m> {
            column: &'m str,
            #[serde(skip_serializing_if = "Option::is_none")]
            field: Option<&'m str>,
        }
        let columns = self.columns.iter().map(|one| SavedColumn { column: &one.column, field: one.field.as_deref() }).collect();
        let Self { name, rows, source, source_name, dates, .. } = self;
        // Strings and tables of strings always serialise.
        toml::to_string(&Saved { name, rows, source, source_name, dates, columns }).unwrap_or_default()
    }

    /// Whether rows can be read with it: known words, key fields mapped, no field twice.
    ///
    /// # Errors
    /// The first thing that is wrong, in words for people.
    pub fn check(&self) -> Result<(), Told> {
        let Some(known) = fields(&self.rows) else {
            return Err(unusable(format!("Its rows are \"{}\", which is none of: {}.", quoted(&self.rows), ROWS.join(", "))));
        };
        if self.slot_source().is_none() {
            return Err(unusable(format!(
                "Its source is \"{}\", which is none of: generic, entra, keycloak, okta, auth0, aws, google.",
                quoted(&self.source)
            )));
        }
        if self.slot_source() == Some(Source::Generic) && self.source_name.trim().is_empty() {
            return Err(unusable("It does not say which system the rows come from (source_name)."));
        }
        if self.dates == "ask" {
            return Err(unusable("Day and month of its dates cannot be told apart; choose ymd, dmy or mdy (dates)."));
        }
        if self.order().is_none() {
            return Err(unusable(format!("Its dates are \"{}\", which is none of: ymd, dmy, mdy.", quoted(&self.dates))));
        }
        let mut seen = std::collections::BTreeSet::new();
        for one in &self.columns {
            let Some(name) = &one.field else { continue };
            if !known.iter().any(|field| field.name == name) {
                return Err(unusable(format!("Rows of kind {} have no field \"{}\".", self.rows, quoted(name))));
            }
            if is_secret_column(&one.column) {
                return Err(unusable(format!(
                    "The column \"{}\" holds secret values, which are never stored; leave it out.",
                    quoted(&one.column)
                )));
            }
            if !seen.insert(name.as_str()) {
                return Err(unusable(format!("Two columns are mapped to the field {name}.")));
            }
        }
        let missing: Vec<&str> = known.iter().filter(|field| field.key && !seen.contains(field.name)).map(|field| field.name).collect();
        if missing.is_empty() { Ok(()) } else { Err(unusable(format!("No column is mapped to: {}.", missing.join(", ")))) }
    }

    /// The source whose entities the rows describe.
    pub fn slot_source(&self) -> Option<Source> {
        Source::parse(&self.source).filter(|source| *source != Source::Manual)
    }

    /// Order of ambiguous dates.
    pub fn order(&self) -> Option<DateOrder> {
        match self.dates.as_str() {
            "ymd" => Some(DateOrder::Ymd),
            "dmy" => Some(DateOrder::Dmy),
            "mdy" => Some(DateOrder::Mdy),
            _ => None,
        }
    }

    /// Whether a file with these column names is what the profile was made for: the same names, in any order.
    pub fn fits(&self, headers: &[String]) -> bool {
        let set = |names: Vec<String>| names.into_iter().collect::<std::collections::BTreeSet<_>>();
        set(headers.iter().map(|name| plain(name)).collect()) == set(self.columns.iter().map(|one| plain(&one.column)).collect())
    }
}

/// Ending of saved profiles; one that lies beside the tables it was made for is used with them.
pub const PROFILE_ENDING: &str = ".map.toml";

/// Whether a file name is that of a saved profile.
pub fn is_profile(name: &str) -> bool {
    name.to_lowercase().ends_with(PROFILE_ENDING)
}

/// A column name without case, marks and outer blanks.
pub fn plain(header: &str) -> String {
    header.trim().trim_start_matches('\u{feff}').to_lowercase()
}

/// A column name as letters and digits only, for comparing words.
pub fn letters(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a column's name says that it holds secret values: such a column is dropped and counted, never mapped.
pub fn is_secret_column(header: &str) -> bool {
    let name = letters(header);
    let whole = ["token", "key", "value", "hint", "credential", "passphrase", "pin"];
    let part = [
        "secret",
        "password",
        "passwd",
        "privatekey",
        "tokenvalue",
        "accesstoken",
        "refreshtoken",
        "deletetoken",
        "requesttoken",
        "bearertoken",
        "apikey",
        "keyvalue",
    ];
    let about = [
        "id", "name", "created", "expir", "date", "kind", "type", "age", "last", "count", "owner", "rotat", "status", "valid", "used", "at",
    ];
    let ends = |word: &&str| name.ends_with(*word) || (*word != "at" && *word != "id" && *word != "age" && name.contains(*word));
    whole.contains(&name.as_str()) || (part.iter().any(|word| name.contains(word)) && !about.iter().any(ends))
}

fn unusable(what: impl Into<String>) -> Told {
    Told::refusal(
        "BH-IMP-401",
        format!("This mapping profile cannot be used. {}", what.into()),
        "No file was read with it.",
        "Correct the profile and import again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Mapping {
        let column = |column: &str, field: Option<&str>| MappedColumn {
            column: column.to_owned(),
            field: field.map(str::to_owned),
            confidence: 1.0,
            samples: Vec::new(),
        };
        Mapping {
            name: "Tokens".into(),
            rows: "credentials".into(),
            source: "generic".into(),
            source_name: "code host".into(),
            dates: "ymd".into(),
            columns: vec![column("App", Some("client_id")), column("Type", Some("kind")), column("Note = \"x\"", None)],
        }
    }

    #[test]
    fn a_saved_profile_reads_back_as_it_was() {
        assert_eq!(Mapping::from_toml(&profile().to_toml()).expect("what is written can be read"), profile());
    }

    #[test]
    fn a_profile_that_would_lose_rows_is_refused() {
        let broken = |change: fn(&mut Mapping)| {
            let mut mapping = profile();
            change(&mut mapping);
            mapping.check().expect_err("it must be refused").what
        };
        assert!(broken(|m| m.columns[0].field = None).contains("client_id"), "a key that no column gives");
        assert!(broken(|m| m.columns[2].field = Some("kind".into())).contains("Two columns"));
        assert!(broken(|m| m.columns[2].field = Some("colour".into())).contains("colour"));
        assert!(broken(|m| m.dates = "ask".into()).contains("dmy"));
        assert!(broken(|m| m.rows = "tokens".into()).contains("tokens"));
        assert!(broken(|m| m.source_name = String::new()).contains("source_name"));
        assert!(Mapping::from_toml("name = 1").is_err());
    }

    #[test]
    fn columns_of_secrets_are_known_by_name() {
        for header in ["Client Secret", "password", "token", "API key", "private_key", "Access Token", "hint", "delete token"] {
            assert!(is_secret_column(header), "{header}");
        }
        for header in
            ["Secret ID", "secret_created", "Token name", "key id", "Password last set", "token type", "client", "Secret expires at"]
        {
            assert!(!is_secret_column(header), "{header}");
        }
        let mut mapping = profile();
        mapping.columns.push(MappedColumn { column: "Secret".into(), field: Some("name".into()), confidence: 1.0, samples: vec![] });
        assert!(mapping.check().is_err(), "not even a person may map it");
    }

    #[test]
    fn a_profile_fits_the_same_columns_in_any_order() {
        let headers = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(profile().fits(&headers(&["type ", "NOTE = \"X\"", "app"])));
        assert!(!profile().fits(&headers(&["App", "Type"])), "a column is missing");
        assert!(!profile().fits(&headers(&["App", "Type", "Note = \"x\"", "New"])), "a new column was never looked at");
    }
}
