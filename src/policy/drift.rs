//! Which differences between two revisions matter, and as which word: the rules behind "drift in words".
//!
//! Pure: each rule gets what stood before and what stands now of one client, subject, credential or group of scopes.
//! It knows no names, no store and no sentences. A difference is judged only where the list that it comes from was
//! known before; what a first export of a list brings is news to us, not drift.

use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// A grant as these rules see it. Scopes and audiences are numbers that only have to be equal for equal things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// Audience.
    pub audience: u32,
    /// Scope.
    pub scope: u32,
    /// For whom.
    pub mode: GrantMode,
    /// Level of the scope.
    pub privilege: Privilege,
}

/// What a grant means that a known client did not have before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// The client could not write at this audience and now can; it held at most this level there.
    ReadBecameWrite(Privilege),
    /// The same scope, now for more people; before for these at most.
    MorePeople(GrantMode),
    /// A scope that the client did not have.
    MoreScopes,
}

impl Consent {
    /// The word for it.
    pub const fn word(self) -> DriftWord {
        match self {
            Self::ReadBecameWrite(_) => DriftWord::ReadBecameWrite,
            Self::MorePeople(_) | Self::MoreScopes => DriftWord::ConsentWidened,
        }
    }
}

/// How many people a mode spans; a client that acts as itself is bound by no user's rights at all.
const fn span(mode: GrantMode) -> u8 {
    match mode {
        GrantMode::DelegatedOne => 1,
        GrantMode::DelegatedGroup => 2,
        GrantMode::DelegatedAll => 3,
        GrantMode::Application => 4,
    }
}

/// Judges a new grant against all grants that the client had. `None`: one more person consented to what others had
/// consented to already, or the grant adds nothing.
pub fn consent(before: &[Held], new: Held) -> Option<Consent> {
    let top = before.iter().filter(|held| held.audience == new.audience).map(|held| held.privilege).max();
    if let Some(top) = top
        && top < Privilege::Write
        && new.privilege >= Privilege::Write
    {
        return Some(Consent::ReadBecameWrite(top));
    }
    match before.iter().filter(|held| held.scope == new.scope).map(|held| held.mode).max_by_key(|mode| span(*mode)) {
        Some(widest) if span(new.mode) > span(widest) => Some(Consent::MorePeople(widest)),
        Some(_) => None,
        None => Some(Consent::MoreScopes),
    }
}

/// Whether a client is a third party now and was none before; `None` before = there was no such client.
pub fn new_third_party(before: Option<Holder>, now: Holder) -> bool {
    now == Holder::ThirdParty && before != Some(Holder::ThirdParty)
}

/// Whether somebody with this status can still answer for something.
pub const fn answers(status: PersonStatus) -> bool {
    !matches!(status, PersonStatus::Departed | PersonStatus::Disabled)
}

/// Whether a subject lost its last owner: it had some that can answer, and has none.
pub const fn owner_vanished(before: usize, now: usize) -> bool {
    before > 0 && now == 0
}

/// A credential as these rules see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime<'a> {
    /// Kind.
    pub kind: CredentialKind,
    /// Created or valid from.
    pub from: Option<Millis>,
    /// Ends.
    pub expires: Expiry,
    /// Thumbprint or key id.
    pub fingerprint: Option<&'a str>,
}

impl Lifetime<'_> {
    /// Whether it still works at a time, as far as anybody said.
    pub const fn works(&self, at: Millis) -> bool {
        !matches!(self.expires, Expiry::At(end) if end < at)
    }
}

/// The old credentials that a new one of the same kind should have replaced: still there, still working. Federated and
/// managed credentials hold no secret that could be kept.
pub fn kept_beside(new: Lifetime<'_>, old: &[Lifetime<'_>], now: Millis) -> usize {
    if matches!(new.kind, CredentialKind::Federated | CredentialKind::Managed) {
        return 0;
    }
    old.iter().filter(|one| one.kind == new.kind && one.works(now)).count()
}

/// Whether the end of a credential moved later while the credential stayed the same.
pub fn expiry_pushed(before: Lifetime<'_>, now: Lifetime<'_>) -> bool {
    let later = match (before.expires, now.expires) {
        (Expiry::At(old), Expiry::At(new)) => new > old,
        (Expiry::At(_), Expiry::Never) => true,
        _ => false,
    };
    later && before.from == now.from && before.fingerprint == now.fingerprint && before.kind == now.kind
}

/// Whether an audience that had a scope of its own has none any more: removed, or honoured elsewhere by now.
pub const fn own_scope_lost(before: usize, now: usize) -> bool {
    before > 0 && now == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(audience: u32, scope: u32, mode: GrantMode, privilege: Privilege) -> Held {
        Held { audience, scope, mode, privilege }
    }

    #[test]
    fn a_grant_is_judged_by_what_the_client_had() {
        use GrantMode::*;
        use Privilege::{Admin, Read, Write};
        let before = [held(1, 10, DelegatedOne, Read), held(2, 20, Application, Admin)];
        assert_eq!(consent(&before, held(1, 11, DelegatedOne, Write)), Some(Consent::ReadBecameWrite(Read)));
        assert_eq!(consent(&before, held(1, 10, DelegatedAll, Read)), Some(Consent::MorePeople(DelegatedOne)));
        assert_eq!(consent(&before, held(1, 10, DelegatedOne, Read)), None, "one more person is no wider consent");
        assert_eq!(consent(&before, held(1, 12, DelegatedOne, Read)), Some(Consent::MoreScopes));
        assert_eq!(consent(&before, held(2, 21, Application, Write)), Some(Consent::MoreScopes), "it could write there before");
        assert_eq!(consent(&before, held(3, 30, Application, Write)), Some(Consent::MoreScopes), "it could not even read there");
        assert_eq!(consent(&[], held(1, 10, DelegatedOne, Read)), Some(Consent::MoreScopes));
    }

    #[test]
    fn a_rotation_leaves_nothing_behind_and_a_pushed_expiry_is_none() {
        let secret =
            |from: i64, expires: Expiry| Lifetime { kind: CredentialKind::ClientSecret, from: Some(from), expires, fingerprint: None };
        let (old, ended, new) = (secret(1, Expiry::At(500)), secret(1, Expiry::At(50)), secret(90, Expiry::At(900)));
        assert_eq!(kept_beside(new, &[old, ended], 100), 1, "one still works, one ended");
        assert_eq!(kept_beside(Lifetime { kind: CredentialKind::Certificate, ..new }, &[old], 100), 0, "another kind replaces nothing");
        assert_eq!(kept_beside(new, &[secret(1, Expiry::Unknown)], 100), 1, "unknown is not ended");
        assert!(expiry_pushed(old, secret(1, Expiry::At(501))) && expiry_pushed(old, secret(1, Expiry::Never)));
        assert!(!expiry_pushed(old, secret(1, Expiry::At(400))), "shortened");
        assert!(!expiry_pushed(old, secret(90, Expiry::At(900))), "a new start is a rotation");
        assert!(!expiry_pushed(secret(1, Expiry::Unknown), old), "it became known");
    }

    #[test]
    fn third_parties_owners_and_own_scopes() {
        assert!(new_third_party(None, Holder::ThirdParty) && new_third_party(Some(Holder::Unknown), Holder::ThirdParty));
        assert!(!new_third_party(Some(Holder::ThirdParty), Holder::ThirdParty) && !new_third_party(None, Holder::Unknown));
        assert!(owner_vanished(2, 0) && !owner_vanished(0, 0) && !owner_vanished(2, 1));
        assert!(answers(PersonStatus::Unknown) && answers(PersonStatus::Leaving) && !answers(PersonStatus::Departed));
        assert!(own_scope_lost(1, 0) && !own_scope_lost(0, 0));
    }
}
