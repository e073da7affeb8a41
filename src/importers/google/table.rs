//! The tables: tokens as GAM prints them, lists of domain-wide delegation, apps of the admin console. Knows columns only.
//! Sources: GAM wiki, "Users - Tokens"; Workspace help, "Control which apps access Google Workspace data".

use super::scopes::split;
use super::state::Stater;
use super::workspace::Token;
use crate::formats::csv::{Row, cell_text, sniff_delimiter};
use crate::formats::text::{display, key};
use crate::importers::listed::outcome::{Outcome, Unusable};
use crate::model::kinds::RecordKind;

/// What a table lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// `gam all users print tokens`
    Tokens,
    /// The same, with a count of users for each app.
    CountedTokens,
    /// Clients with domain-wide delegation.
    Delegations,
    /// Apps that were accessed or configured.
    Apps,
}

/// A header without blanks and case.
fn plain(name: &str) -> String {
    name.trim().trim_matches('"').chars().filter(|c| !matches!(c, ' ' | '_' | '-')).flat_map(char::to_lowercase).collect()
}

impl Table {
    /// What a table lists by its header, and by the file's name where columns alone could be anybody's.
    pub fn of<'h>(file: &str, header: impl Iterator<Item = &'h str>) -> Option<Self> {
        let columns: Vec<String> = header.map(plain).collect();
        let has = |names: &[&str]| names.iter().all(|name| columns.iter().any(|column| column == name));
        let named = file.to_lowercase();
        if has(&["clientid", "scopes", "user"]) && (has(&["displaytext"]) || has(&["nativeapp"])) {
            Some(Self::Tokens)
        } else if has(&["clientid", "scopes", "users", "displaytext"]) {
            Some(Self::CountedTokens)
        } else if has(&["clientid", "scopes"]) && (named.contains("delegation") || named.contains("dwd")) {
            Some(Self::Delegations)
        } else if has(&["appname", "id", "verifiedstatus"]) {
            Some(Self::Apps)
        } else {
            None
        }
    }

    /// What a text's first line lists.
    pub fn of_text(file: &str, text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let line =
            text.lines().find(|line| !line.starts_with("#TYPE ") && !line.to_ascii_lowercase().starts_with("sep=") && !line.is_empty())?;
        let delimiter = sniff_delimiter(line.as_bytes()) as char;
        Self::of(file, line.split(delimiter))
    }

    /// The list that its rows count for.
    pub const fn list(self) -> RecordKind {
        match self {
            Self::Tokens | Self::CountedTokens => RecordKind::GoogleTokens,
            Self::Delegations => RecordKind::GoogleDelegations,
            Self::Apps => RecordKind::GoogleApps,
        }
    }
}

/// A row by column names.
pub struct Line<'r> {
    /// Header without blanks and case.
    pub columns: &'r [String],
    /// The row.
    pub row: &'r Row,
}

/// Headers of a table, as [`Line`] wants them.
pub fn columns<'h>(header: impl Iterator<Item = &'h str>) -> Vec<String> {
    header.map(plain).collect()
}

impl<'r> Line<'r> {
    fn get(&self, column: &str) -> &'r str {
        let at = self.columns.iter().position(|name| name == column);
        at.map_or("", |at| self.row.get(at)).trim()
    }

    fn key(&self, column: &str) -> Option<&'r str> {
        key(self.get(column))
    }

    fn flag(&self, column: &str) -> Option<bool> {
        match self.get(column).to_ascii_lowercase().as_str() {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        }
    }

    fn label(&self, column: &str) -> Option<String> {
        let text = cell_text(self.get(column));
        let text = text.trim();
        (!text.is_empty()).then(|| display(text).into_owned())
    }
}

/// What makes two rows the same.
pub fn identity(table: Table, line: &Line<'_>) -> Option<String> {
    match table {
        Table::Tokens => Some(format!("googleTokens/{}/{}", line.key("userkey").or(line.key("user"))?, line.key("clientid")?)),
        Table::CountedTokens => Some(format!("googleTokens/*/{}", line.key("clientid")?)),
        Table::Delegations => Some(format!("googleDelegations/{}", line.key("clientid")?)),
        Table::Apps => Some(format!("googleApps/{}", line.key("id")?)),
    }
}

impl Stater<'_, '_> {
    /// One row.
    pub fn row(&mut self, table: Table, line: &Line<'_>) -> Outcome {
        if line.row.len() < line.columns.len() {
            return Err(Unusable::Because("it is shorter than the header, so the table was cut"));
        }
        match table {
            Table::Tokens | Table::CountedTokens => {
                let counted = table == Table::CountedTokens;
                self.token(&Token {
                    client: line.key("clientid"),
                    name: line.label("displaytext"),
                    anonymous: line.flag("anonymous"),
                    native: line.flag("nativeapp"),
                    internal: line.flag("internal"),
                    user_id: if counted { None } else { line.key("userkey") },
                    user: if counted { None } else { line.key("user") },
                    scopes: sorted(line.get("scopes")),
                    counted,
                })
            }
            Table::Delegations => {
                let name = line.label("name").or_else(|| line.label("clientname")).or_else(|| line.label("displayname"));
                self.delegation(line.key("clientid"), name, &sorted(line.get("scopes")))
            }
            Table::Apps => {
                let verified = match line.get("verifiedstatus").to_ascii_lowercase().as_str() {
                    "" => None,
                    status => Some(status.starts_with("verified") || status.contains("google verified") && !status.starts_with("un")),
                };
                self.app(line.key("id"), line.label("appname"), verified, line.get("access").eq_ignore_ascii_case("blocked"))
            }
        }
    }
}

fn sorted(text: &str) -> Vec<&str> {
    let mut scopes: Vec<&str> = split(text).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_the_table() {
        let of = |file: &str, text: &str| Table::of_text(file, text);
        assert_eq!(of("x.csv", "user,clientId,displayText,anonymous,nativeApp,userKey,scopes\n"), Some(Table::Tokens));
        assert_eq!(of("x.csv", "clientId,displayText,anonymous,nativeApp,users,scopes"), Some(Table::CountedTokens));
        assert_eq!(of("delegation.csv", "Client ID;Name;Scopes"), Some(Table::Delegations));
        assert_eq!(of("x.csv", "client_id,name,scopes"), None, "that could be anybody's");
        assert_eq!(of("apps.csv", "App name,Type,ID,Verified status,Access,Users"), Some(Table::Apps));
        assert_eq!(of("x.csv", "user,tokenCount"), None, "counts name no app");
    }
}
