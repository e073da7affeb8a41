//! The factors of X that follow from facts of a client or credential: Life, Rot, Hold, Net (domain.md 3.5; D37, D38, D39).
//! Each is per mille, beside whether it is assumed.

use crate::model::time::{Expiry, Millis};
use crate::model::weights::{PerMille, Weights};
use crate::model::{CredentialKind, Holder, Source, Tri};

use super::sla::{Rotation, RotationStatus};

/// Days of inactivity after which Entra lets a refresh token lapse.
const ENTRA_REFRESH_DAYS: i64 = 90;
/// Longest lifetime of an Entra access token without refresh, minutes (it lives 60-90).
const ENTRA_ACCESS_MINUTES: i64 = 90;
/// `offline_seconds` of an issuer whose offline sessions never end by age.
pub const NEVER_SECONDS: i64 = i64::MAX;

/// Life of a credential: its whole validity, not what is left (D37).
pub fn life_factor(weights: &Weights, kind: CredentialKind, start: Option<Millis>, expires: Expiry) -> (PerMille, bool) {
    if matches!(kind, CredentialKind::Federated | CredentialKind::Managed) {
        return (weights.life_platform, false);
    }
    match (start, expires) {
        (_, Expiry::Never) => (weights.life_longer, false),
        (Some(start), Expiry::At(end)) => (weights.life_of(end.saturating_sub(start).max(0) / 1000), false),
        _ => (weights.life_unknown, true),
    }
}

/// Life of a client's delegated standing grants: without and with `offline_access` (D37).
///
/// `session_seconds` and `offline_seconds` are those of the issuer's realm; [`NEVER_SECONDS`] = never by age.
pub fn delegated_life(
    weights: &Weights,
    source: Source,
    session_seconds: Option<i64>,
    offline_seconds: Option<i64>,
) -> [(PerMille, bool); 2] {
    let of = |seconds: Option<i64>| match seconds {
        None => (weights.life_unknown, true),
        Some(NEVER_SECONDS) => (weights.life_longer, false),
        Some(seconds) => (weights.life_of(seconds), false),
    };
    match source {
        Source::Entra => [of(Some(ENTRA_ACCESS_MINUTES * 60)), of(Some(ENTRA_REFRESH_DAYS * 86_400))],
        _ => [of(session_seconds), of(offline_seconds)],
    }
}

/// Rot of a credential (D39): age against its terms; due and in grace are still in time.
pub fn rot_factor(weights: &Weights, rotation: &Rotation) -> (PerMille, bool) {
    let rot = &weights.rot;
    match rotation.status {
        RotationStatus::NotApplicable | RotationStatus::Ended => (rot.in_time, false),
        RotationStatus::Unknown => (rot.twice_late_or_unknown, true),
        RotationStatus::Overdue if rotation.ratio.is_some_and(|ratio| ratio >= 2000) => (rot.twice_late_or_unknown, false),
        // At least this old, perhaps twice as old as allowed.
        RotationStatus::Overdue if rotation.at_least => (rot.twice_late_or_unknown, true),
        RotationStatus::Overdue => (rot.late, false),
        RotationStatus::Ok | RotationStatus::DueSoon | RotationStatus::Due | RotationStatus::InGrace => (rot.in_time, false),
    }
}

/// Hold of a client.
pub fn hold_factor(weights: &Weights, holder: Holder, publisher_verified: Tri) -> (PerMille, bool) {
    weights.hold_of(holder, publisher_verified)
}

/// Net of a client: .90 only with evidence that it works from the own network only (D38).
pub fn net_factor(weights: &Weights, internet: Tri, internal_evidenced: bool) -> PerMille {
    match internet {
        Tri::Yes => weights.net.internet,
        _ if internal_evidenced => weights.net.internal_evidenced,
        Tri::No | Tri::Unknown => weights.net.unknown,
    }
}

/// Life and Rot of the credential that is assumed when a client has application grants and none in view (D38).
pub fn assumed_credential(weights: &Weights, managed: bool) -> [(PerMille, bool); 2] {
    if managed {
        [(weights.life_platform, true), (weights.rot.in_time, true)]
    } else {
        [(weights.life_unknown, true), (weights.rot.twice_late_or_unknown, true)]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Packs;
    use super::super::sla::{RotationFacts, rotation_status};
    use super::*;
    use crate::model::time::parse_as_of;

    fn at(text: &str) -> Millis {
        parse_as_of(text).unwrap()
    }

    #[test]
    fn life_is_the_whole_validity() {
        let w = Weights::default();
        let of = |kind, start: Option<&str>, expires| life_factor(&w, kind, start.map(at), expires);
        let secret = CredentialKind::ClientSecret;
        let end = Expiry::At(at("2027-01-01T00:00:00Z"));
        assert_eq!(of(secret, Some("2026-01-01T00:00:00Z"), end), (1100, false), "a year");
        assert_eq!(of(secret, Some("2026-12-31T12:00:00Z"), end), (750, false), "half a day");
        assert_eq!(of(secret, Some("2025-01-01T00:00:00Z"), end), (1250, false), "two years");
        assert_eq!(of(secret, None, Expiry::Never), (1250, false));
        assert_eq!(of(secret, None, end), (1250, true), "an unknown start is assumed long");
        assert_eq!(of(secret, Some("2026-01-01"), Expiry::Unknown), (1250, true));
        assert_eq!(of(CredentialKind::Federated, None, Expiry::Unknown), (750, false));
        assert_eq!(of(secret, Some("2027-06-01"), end), (500, false), "an expiry before the start is no negative life");
    }

    #[test]
    fn delegated_life_follows_the_issuer() {
        let w = Weights::default();
        assert_eq!(delegated_life(&w, Source::Entra, None, None), [(750, false), (1000, false)]);
        assert_eq!(delegated_life(&w, Source::Keycloak, Some(36_000), Some(NEVER_SECONDS)), [(750, false), (1250, false)]);
        assert_eq!(delegated_life(&w, Source::Keycloak, None, None), [(1250, true), (1250, true)]);
    }

    #[test]
    fn rot_rises_when_overdue_and_again_at_twice_the_term() {
        let w = Weights::default();
        let of = |anchor: Option<&str>, anchor_known, kind| {
            let facts = RotationFacts {
                kind,
                anchor: anchor.map(at),
                anchor_known,
                expires: Expiry::Never,
                holder: Holder::FirstParty,
                sensitivity: None,
                assigned: None,
            };
            rot_factor(&w, &rotation_status(&Packs::shipped().sla, &facts, at("2026-07-01")))
        };
        let secret = CredentialKind::ClientSecret;
        assert_eq!(of(Some("2026-06-01"), true, secret), (1000, false));
        assert_eq!(of(Some("2026-03-29"), true, secret), (1000, false), "in grace is in time");
        assert_eq!(of(Some("2026-03-01"), true, secret), (1100, false));
        assert_eq!(of(Some("2026-01-03"), true, secret), (1100, false), "179 days");
        assert_eq!(of(Some("2026-01-02"), true, secret), (1200, false), "180 days");
        assert_eq!(of(None, false, secret), (1200, true));
        assert_eq!(of(Some("2026-06-01"), false, secret), (1200, true), "first seen says nothing about its age");
        assert_eq!(of(Some("2026-03-01"), false, secret), (1200, true));
        assert_eq!(of(None, false, CredentialKind::Managed), (1000, false));
    }

    #[test]
    fn hold_net_and_the_assumed_credential() {
        let w = Weights::default();
        assert_eq!(hold_factor(&w, Holder::Platform, Tri::Unknown), (1000, false));
        assert_eq!(hold_factor(&w, Holder::ThirdParty, Tri::Yes), (1250, false));
        assert_eq!(hold_factor(&w, Holder::Unknown, Tri::Yes), (1400, true));
        assert_eq!(
            [net_factor(&w, Tri::Yes, true), net_factor(&w, Tri::Unknown, false), net_factor(&w, Tri::No, false)],
            [1100, 1000, 1000]
        );
        assert_eq!(net_factor(&w, Tri::No, true), 900);
        assert_eq!(assumed_credential(&w, true), [(750, true), (1000, true)]);
        assert_eq!(assumed_credential(&w, false), [(1250, true), (1200, true)]);
    }
}
