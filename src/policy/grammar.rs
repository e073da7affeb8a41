//! Naming grammars of sources: Microsoft's `Resource.Operation.Constraint` and Entra's resource actions of custom roles.
//!
//! Knows forms, no lists of names; what a name alone does not tell is curated in `permissions.toml`.

use crate::model::{BreadthHint, Privilege};

/// What the form of a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formed {
    /// Level.
    pub level: Privilege,
    /// Breadth, if the form says.
    pub breadth: Option<BreadthHint>,
}

/// Operations by their first word, longest first where one begins another.
const OPERATIONS: &[(&str, Privilege)] = &[
    ("readbasic", Privilege::Basic),
    ("readwrite", Privilege::Write),
    ("readupdate", Privilege::Write),
    ("readapprove", Privilege::Write),
    ("read", Privilege::Read),
    ("fullcontrol", Privilege::Admin),
    ("privilegedoperations", Privilege::Admin),
    ("manageselected", Privilege::Write),
    ("manage", Privilege::Admin),
    ("accessasuser", Privilege::Impersonate),
    ("importexport", Privilege::Write),
    ("export", Privilege::Read),
    ("search", Privilege::Read),
    ("archive", Privilege::Write),
    ("write", Privilege::Write),
    ("create", Privilege::Write),
    ("update", Privilege::Write),
    ("edit", Privilege::Write),
    ("delete", Privilege::Write),
    ("remove", Privilege::Write),
    ("addremove", Privilege::Write),
    ("send", Privilege::Write),
    ("submit", Privilege::Write),
    ("upload", Privilege::Write),
    ("ingest", Privilege::Write),
    ("invite", Privilege::Write),
    ("initiate", Privilege::Write),
    ("join", Privilege::Write),
    ("report", Privilege::Write),
    ("enabledisable", Privilege::Write),
    ("revoke", Privilege::Write),
    ("migrat", Privilege::Write),
    ("start", Privilege::Write),
    ("activate", Privilege::Write),
    ("sign", Privilege::Write),
    ("command", Privilege::Write),
    ("reshare", Privilege::Write),
    ("restore", Privilege::Write),
    ("externaldatashare", Privilege::Write),
    ("accept", Privilege::Write),
    ("execute", Privilege::Write),
    ("deploy", Privilege::Write),
    // `Code.AccessStorage.All`: what code may do there is the user's right, so more than looking.
    ("access", Privilege::Write),
];

/// Constraints that narrow a permission to some objects.
const SOME: &[&str] = &[
    "selected",
    "ownedby",
    "shared",
    "whereinstalled",
    "managedby",
    "createdbyapp",
    "appfolder",
    "identityparentedby",
    "asguest",
    // Resource-specific consent: one group, team, chat or meeting.
    "group",
    "team",
    "chat",
    "channel",
    "meeting",
];

/// Level and breadth of a name such as `User.Read.All`; `None` if it is not of that form.
///
/// Without a constraint a delegated permission concerns the signed-in user's own objects and an application permission
/// those of everybody, as Microsoft documents its naming.
pub fn microsoft(value: &str, delegated: bool) -> Option<Formed> {
    let lower = value.to_lowercase();
    let mut segments = lower.split('.');
    let resource = segments.next().filter(|resource| !resource.is_empty())?;
    let operation = segments.next()?;
    let constraint = segments.next();
    if resource.contains([' ', '/', ':']) || segments.next().is_some() {
        return None;
    }
    let (word, level) = OPERATIONS.iter().find(|(word, _)| operation.starts_with(word))?;
    let rest = &operation[word.len()..];
    let some = constraint.is_some_and(|c| SOME.contains(&c)) || rest.starts_with("selected");
    let breadth = match constraint {
        _ if some => BreadthHint::Selected,
        // `ReadWriteSelfForChat`: only the application itself.
        _ if rest.starts_with("self") => BreadthHint::SelfOnly,
        Some("user") => BreadthHint::SelfOnly,
        Some(_) => BreadthHint::All,
        None if delegated => BreadthHint::SelfOnly,
        None => BreadthHint::All,
    };
    Some(Formed { level: *level, breadth: Some(breadth) })
}

/// Level of a custom directory role by its allowed resource actions, blank-separated (`microsoft.directory/users/password/update`).
/// `None` if there is no action.
pub fn resource_actions(actions: &str) -> Option<Privilege> {
    actions.split_whitespace().map(resource_action).max()
}

fn resource_action(action: &str) -> Privilege {
    let lower = action.to_lowercase();
    let task = lower.rsplit('/').next().unwrap_or_default();
    if task.starts_with("read") || lower.ends_with("/read") {
        return if lower.contains("/basic/") { Privilege::Basic } else { Privilege::Read };
    }
    let governs = [
        "/roleassignments",
        "/roledefinitions",
        "/approleassign",
        "/credentials",
        "/password",
        "/authenticationmethods",
        "/authentication/",
        "/oauth2permissiongrants",
        "managepermissiongrants",
        "/owners",
        "/federation",
        "conditionalaccesspolicies",
        "/entitlementmanagement",
    ];
    if governs.iter().any(|part| lower.contains(part)) || (lower.contains("/serviceprincipals") && task.starts_with("manage")) {
        return Privilege::Escalate;
    }
    if task == "alltasks" || task.starts_with("manage") || lower.contains("policies") || lower.contains("settings") {
        return Privilege::Admin;
    }
    Privilege::Write
}

#[cfg(test)]
mod tests {
    use super::*;
    use BreadthHint::*;
    use Privilege::*;

    #[test]
    fn the_second_part_is_the_operation_and_the_third_the_constraint() {
        for (value, delegated, level, breadth) in [
            ("Mail.Read", true, Read, SelfOnly),
            ("Mail.Read", false, Read, All),
            ("Mail.Read.Shared", true, Read, Selected),
            ("User.ReadBasic.All", true, Basic, All),
            ("Files.ReadWrite.AppFolder", true, Write, Selected),
            ("TeamsAppInstallation.ReadWriteSelfForChat.All", false, Write, SelfOnly),
            ("TeamsAppInstallation.ReadSelectedForTeam.All", false, Read, Selected),
            ("Printer.FullControl.All", false, Admin, All),
            ("MailboxItem.ImportExport.All", false, Write, All),
            ("User.RevokeSessions.All", false, Write, All),
            ("ChannelMessage.Read.Group", false, Read, Selected),
        ] {
            assert_eq!(microsoft(value, delegated), Some(Formed { level, breadth: Some(breadth) }), "{value}");
        }
        for other in ["user_impersonation", "openid", "", ".Read", "My.Api.Read.All", "https://x.example/Mail.Read", "Foo.Bar.All"] {
            assert!(microsoft(other, true).is_none(), "{other}");
        }
    }

    #[test]
    fn custom_roles_are_as_strong_as_their_strongest_action() {
        assert_eq!(resource_actions("microsoft.directory/applications/standard/read"), Some(Read));
        assert_eq!(resource_actions("microsoft.directory/applications/basic/update microsoft.directory/users/standard/read"), Some(Write));
        assert_eq!(resource_actions("microsoft.directory/applications/credentials/update"), Some(Escalate));
        assert_eq!(resource_actions("microsoft.directory/applications/allProperties/allTasks"), Some(Admin));
        assert_eq!(resource_actions("microsoft.directory/users/password/update"), Some(Escalate));
        assert!(resource_actions("  ").is_none());
    }
}
