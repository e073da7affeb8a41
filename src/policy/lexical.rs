//! Levels from words alone (domain.md 9.3): the fallback for APIs that nobody described.
//!
//! The highest word wins, with guards: a verb after a negation or inside a fixed noun does not count, and an explicit
//! read word at either end with no word of change caps the result at read.

use crate::model::{BreadthHint, Privilege, ScopeKind};

use super::curated::Flags;

/// What words say about a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worded {
    /// Level.
    pub level: Privilege,
    /// Breadth.
    pub breadth: Option<BreadthHint>,
    /// Marks.
    pub flags: Flags,
}

const ESCALATE: &[&str] = &[
    "rolemanagement",
    "roleassignment",
    "roleassignments",
    "approleassignment",
    "approleassignments",
    "privilegedaccess",
    "grantpermission",
    "grantpermissions",
    "setiampolicy",
    "passrole",
    "createaccesskey",
    "superadmin",
    "superuser",
];
const IMPERSONATE: &[&str] = &[
    "impersonate",
    "impersonation",
    "impersonator",
    "accessasuser",
    "actas",
    "assumerole",
    "onbehalf",
    "onbehalfof",
    "sudo",
    "delegateall",
];
const ADMIN: &[&str] = &[
    "admin",
    "administer",
    "administrator",
    "administrators",
    "administration",
    "manage",
    "manager",
    "full",
    "fullcontrol",
    "fullaccess",
    "configure",
    "root",
];
const WRITE: &[&str] = &[
    "write",
    "readwrite",
    "create",
    "update",
    "edit",
    "editor",
    "writer",
    "modify",
    "delete",
    "remove",
    "send",
    "post",
    "put",
    "patch",
    "upload",
    "import",
    "insert",
    "append",
    "publish",
    "approve",
    "execute",
    "run",
    "invoke",
    "trigger",
    "start",
    "stop",
    "rw",
    "add",
    "contributor",
];
const READ: &[&str] = &[
    "read", "readonly", "reader", "get", "list", "view", "viewer", "search", "query", "export", "download", "history", "monitor", "audit",
    "report", "ro",
];
/// Words that say "only looking" when they stand first or last; `audit` and its like are as often nouns.
const EXPLICIT_READ: &[&str] =
    &["read", "readonly", "reader", "readers", "get", "list", "view", "viewer", "search", "query", "export", "download", "ro"];
const BASIC: &[&str] = &["basic", "readbasic", "metadata", "openid", "profile", "email", "userinfo", "identity", "ping"];
/// Together with a word of change they make it a change of rules.
const RULES: &[&str] = &["policy", "policies", "settings", "setting", "members", "member", "security"];
const NEGATIONS: &[&str] = &["no", "not", "non", "without", "deny", "denied", "cannot", "never", "dont"];
/// Nouns made of a verb and another piece, as they come out of splitting.
const FIXED_NOUNS: &[&[&str]] = &[
    &["read", "me"],
    &["post", "code"],
    &["post", "office"],
    &["start", "date"],
    &["start", "time"],
    &["stop", "word"],
    &["stop", "words"],
    &["run", "time"],
    &["run", "book"],
    &["view", "model"],
    &["put", "away"],
    &["writer", "id"],
    &["reader", "id"],
    &["editor", "id"],
    &["manager", "id"],
    &["admin", "id"],
    &["list", "id"],
    &["report", "id"],
];
const SECRETS: &[&str] =
    &["secret", "secrets", "key", "keys", "credential", "credentials", "token", "tokens", "password", "passwords", "vault"];

/// What the words of a permission say; `None` when no word is known.
pub fn words(value: &str, kind: ScopeKind) -> Option<Worded> {
    let value = without_url(value.trim());
    let mut flags = Flags::default();
    let pieces = split(value);
    let lone_star = value == "*" || pieces.iter().any(|piece| piece == "*");
    let counts = |at: usize| !negated(&pieces, at) && !in_fixed_noun(&pieces, at);
    let has = |list: &[&str]| (0..pieces.len()).any(|at| list.contains(&pieces[at].as_str()) && counts(at));
    // Compounds are looked up in runs of up to three pieces, because splitting takes `setIamPolicy` apart.
    let compound = |list: &[&str]| {
        (0..pieces.len()).any(|from| {
            (1..=3).any(|n| pieces.get(from..from + n).is_some_and(|run| list.contains(&run.concat().as_str()) && counts(from)))
        })
    };
    let (breadth, suffix) = breadth(&pieces);
    let changes = has(WRITE) || compound(&["readwrite"]);
    let looks = {
        let end = pieces.len() - suffix;
        let at_end = |at: Option<&String>| at.is_some_and(|piece| EXPLICIT_READ.contains(&piece.as_str()));
        at_end(pieces.first()) || at_end(pieces[..end].last())
    };
    let rules_change = changes && has(RULES);
    let manages = has(&["manage", "configure", "administer", "full"]) || compound(&["fullcontrol", "fullaccess"]);
    let owner_role = kind != ScopeKind::Scope && pieces.last().is_some_and(|last| last == "owner");

    let named = [
        (Privilege::Basic, has(BASIC) || compound(&["readbasic", "userinfo"])),
        (Privilege::Read, has(READ)),
        (Privilege::Write, changes),
        (Privilege::Admin, has(ADMIN) || compound(ADMIN) || rules_change || lone_star),
        (Privilege::Impersonate, has(IMPERSONATE) || compound(IMPERSONATE)),
        (Privilege::Escalate, compound(ESCALATE) || owner_role),
    ];
    let highest = named.iter().filter(|(_, when)| *when).map(|(level, _)| *level).max();
    // `all` is a right when nothing else says what may be done, else it only says how many.
    let all = pieces.iter().any(|piece| piece == "all").then_some(Privilege::Admin);
    let mut level = highest.or(all)?;

    if looks && !changes && !manages && level > Privilege::Read {
        level = Privilege::Read;
    }
    // `ReadBasic` and its like name less than reading.
    if level == Privilege::Read && compound(&["readbasic"]) {
        level = Privilege::Basic;
    }
    if has(&["export"]) || (looks && SECRETS.iter().any(|word| pieces.iter().any(|piece| piece == word))) {
        flags.harvest = true;
        level = level.max(Privilege::Read);
    }
    flags.wildcard = lone_star && level >= Privilege::Admin;
    Some(Worded { level, breadth, flags })
}

/// Drops `https://host/` in front of the last part of a scope written as a URL; a bare host stays as it is.
fn without_url(value: &str) -> &str {
    match value.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or(rest, |(_, path)| if path.is_empty() { rest } else { path }),
        None => value,
    }
}

/// Lower-case pieces: cut at `. : / _ - space` and at camel humps.
pub(super) fn split(value: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let chars: Vec<char> = value.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|b| chars[b]);
        let after = chars.get(at + 1);
        let hump = c.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase() || b.is_numeric())
                || (before.is_some_and(char::is_uppercase) && after.is_some_and(|a| a.is_lowercase())));
        if matches!(c, '.' | ':' | '/' | '_' | '-' | ' ' | '#' | ',' | '|') || hump {
            if !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
            }
            if !hump {
                continue;
            }
        }
        piece.extend(c.to_lowercase());
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

fn negated(pieces: &[String], at: usize) -> bool {
    at > 0 && NEGATIONS.contains(&pieces[at - 1].as_str())
}

fn in_fixed_noun(pieces: &[String], at: usize) -> bool {
    FIXED_NOUNS.iter().any(|noun| {
        noun.iter().enumerate().any(|(offset, _)| {
            at.checked_sub(offset)
                .is_some_and(|from| pieces.get(from..from + noun.len()).is_some_and(|run| run.iter().zip(*noun).all(|(a, b)| a == b)))
        })
    })
}

/// Breadth by suffix, and how many pieces the suffix takes.
fn breadth(pieces: &[String]) -> (Option<BreadthHint>, usize) {
    let last = |n: usize| pieces.len().checked_sub(n).map(|from| pieces[from..].concat()).unwrap_or_default();
    if matches!(last(2).as_str(), "ownedby" | "whereinstalled" | "perfile" | "managedby" | "createdby") {
        return (Some(BreadthHint::Selected), 2);
    }
    match last(1).as_str() {
        "all" | "org" | "organization" | "organisation" | "tenant" | "global" => (Some(BreadthHint::All), 1),
        "selected" | "shared" | "owned" => (Some(BreadthHint::Selected), 1),
        "own" | "self" | "user" | "me" | "mine" => (Some(BreadthHint::SelfOnly), 1),
        _ => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(value: &str) -> Option<Privilege> {
        words(value, ScopeKind::Scope).map(|worded| worded.level)
    }

    #[test]
    fn the_highest_word_wins() {
        use Privilege::*;
        for (value, expected) in [
            ("orders:read", Read),
            ("orders.write", Write),
            ("OrderReadWrite", Write),
            ("payments_admin", Admin),
            ("https://api.example.org/shop.manage", Admin),
            ("impersonate", Impersonate),
            ("act-as", Impersonate),
            ("access_as_user", Impersonate),
            ("setIamPolicy", Escalate),
            ("RoleManagement.ReadWrite", Escalate),
            ("super_admin", Escalate),
            ("policy:update", Admin),
            ("team.members.add", Admin),
            ("contacts.all", Admin),
            ("contacts.read.all", Read),
            ("*", Admin),
            ("orders:*", Admin),
            ("userinfo", Basic),
            ("metadata", Basic),
            ("metadata.write", Write),
            ("Catalog.ReadBasic.All", Basic),
            ("Data Export", Read),
            ("Task.Trigger", Write),
        ] {
            assert_eq!(level(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn guards_keep_words_from_meaning_what_they_do_not() {
        use Privilege::*;
        assert!(level("readme").is_none());
        assert!(level("ReadMe").is_none());
        assert!(level("writer_id").is_none());
        assert!(level("postcode").is_none());
        assert!(level("listing").is_none());
        assert!(level("management-units").is_none());
        assert!(level("orders.no_delete").is_none(), "a verb after a negation does not count");
        assert_eq!(level("RoleManagement.Read.All"), Some(Read), "an explicit read word caps");
        assert_eq!(level("admin.users:read"), Some(Read));
        assert_eq!(level("mailing_list_admin"), Some(Admin), "a noun in the middle does not cap");
        assert_eq!(level("audit-admin"), Some(Admin));
        assert_eq!(level("read_write"), Some(Write));
    }

    #[test]
    fn unknown_words_say_nothing() {
        for value in ["", "frobnicate", "0f2a-77", "émile", "日本"] {
            assert_eq!(level(value), None, "{value}");
        }
    }

    #[test]
    fn owner_escalates_as_a_role_only() {
        assert_eq!(words("Owner", ScopeKind::AppRole).map(|w| w.level), Some(Privilege::Escalate));
        assert_eq!(words("project-owner", ScopeKind::ClientRole).map(|w| w.level), Some(Privilege::Escalate));
        assert_eq!(words("owner", ScopeKind::Scope), None);
    }

    #[test]
    fn suffixes_change_breadth_and_marks_stay() {
        let of = |value| words(value, ScopeKind::Scope).unwrap();
        assert_eq!(of("files.read.all").breadth, Some(BreadthHint::All));
        assert_eq!(of("Files.Read.Selected").breadth, Some(BreadthHint::Selected));
        assert_eq!(of("App.ReadWrite.OwnedBy").breadth, Some(BreadthHint::Selected));
        assert_eq!(of("profile:write:user").breadth, Some(BreadthHint::SelfOnly));
        assert_eq!(of("orders:read").breadth, None);
        assert!(of("secrets:read").flags.harvest, "reading secrets opens further doors");
        assert!(of("export").flags.harvest);
        assert!(of("*").flags.wildcard);
        assert!(!of("secrets:write").flags.harvest, "writing a secret does not show it");
    }
}
