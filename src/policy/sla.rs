//! Rotation terms and status of a credential (domain.md 7.1, 7.2; D39, D40, D41, D44). Pure calendar arithmetic in UTC days;
//! the as-of time is an argument.

use serde::{Deserialize, Serialize};

use crate::model::time::{Expiry, Millis, utc_day};
use crate::model::{CredentialKind, Holder, Sensitivity};

/// Maximum age, grace and warning of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaTerms {
    /// Maximum age in days; `None` = rotation does not apply.
    pub max_age_days: Option<i64>,
    /// Days after the due day in which it is not overdue yet.
    pub grace_days: i64,
    /// Days before the due day in which it is due soon.
    pub warn_days: i64,
}

impl SlaTerms {
    /// Reads `90`, `90/7`, `90/7/14` (maximum age, grace, warning in days) or `none`; grace and warning default to those given.
    ///
    /// # Errors
    /// Not of this form, a maximum age outside 1-3650 days, or a grace or warning outside 0-365.
    pub fn parse(text: &str, grace_days: i64, warn_days: i64) -> anyhow::Result<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self { max_age_days: None, grace_days: 0, warn_days: 0 });
        }
        let parts: Vec<i64> = text.split('/').map(|part| part.trim().parse::<i64>()).collect::<Result<_, _>>()?;
        let terms = match parts[..] {
            [max] => Self { max_age_days: Some(max), grace_days, warn_days },
            [max, grace] => Self { max_age_days: Some(max), grace_days: grace, warn_days },
            [max, grace, warn] => Self { max_age_days: Some(max), grace_days: grace, warn_days: warn },
            _ => anyhow::bail!("rotation terms are `90`, `90/7`, `90/7/14` or `none`"),
        };
        anyhow::ensure!(terms.max_age_days.is_some_and(|max| (1..=3650).contains(&max)), "the maximum age is 1 to 3650 days");
        anyhow::ensure!(
            [terms.grace_days, terms.warn_days].iter().all(|days| (0..=365).contains(days)),
            "grace and warning are 0 to 365 days"
        );
        Ok(terms)
    }
}

/// One policy: selectors and terms. An absent selector fits everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlaPolicy {
    /// Id, shown as the winner.
    pub id: String,
    /// Kinds of credential.
    pub kinds: Vec<CredentialKind>,
    /// Holder of the client.
    pub holder: Option<Holder>,
    /// Reaches data of at least this sensitivity.
    pub sensitivity_from: Option<Sensitivity>,
    /// Terms.
    pub terms: SlaTerms,
}

/// The pack: policies and the warning that applies where none is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlaPack {
    /// Name and version.
    pub pack: String,
    /// Default warning, days.
    pub warn_days: i64,
    /// Policies by id.
    pub policies: Vec<SlaPolicy>,
}

#[derive(Deserialize)]
struct RawPack {
    pack: String,
    warn_days: i64,
    policy: Vec<RawPolicy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPolicy {
    id: String,
    kinds: Vec<String>,
    holder: Option<String>,
    sensitivity_from: Option<String>,
    max_age_days: Option<i64>,
    #[serde(default)]
    grace_days: i64,
    #[serde(default, rename = "note")]
    _note: Option<String>,
}

/// What a policy may ask about a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationFacts {
    /// Kind.
    pub kind: CredentialKind,
    /// Activated, else created, else first seen (see `anchor_known`).
    pub anchor: Option<Millis>,
    /// False when the anchor is only the time when it was first seen: it is at least that old.
    pub anchor_known: bool,
    /// When it ends.
    pub expires: Expiry,
    /// Holder of its client.
    pub holder: Holder,
    /// Highest sensitivity that its client reaches, if known.
    pub sensitivity: Option<Sensitivity>,
    /// Terms assigned to this credential by a person.
    pub assigned: Option<SlaTerms>,
}

/// Rotation status (D44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words of decision D44")]
pub enum RotationStatus {
    Ok,
    DueSoon,
    Due,
    InGrace,
    Overdue,
    /// The age is not known and not late yet.
    Unknown,
    /// Expired: no longer in the population.
    Ended,
    /// Nobody here can rotate it.
    NotApplicable,
}

impl RotationStatus {
    /// All, in the order of the ladder.
    pub const ALL: [Self; 8] =
        [Self::Ok, Self::DueSoon, Self::Due, Self::InGrace, Self::Overdue, Self::Unknown, Self::Ended, Self::NotApplicable];

    /// The word in exports and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::DueSoon => "due_soon",
            Self::Due => "due",
            Self::InGrace => "in_grace",
            Self::Overdue => "overdue",
            Self::Unknown => "unknown",
            Self::Ended => "ended",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether the credential counts in rotation compliance (domain.md 7.4).
    pub const fn in_population(self) -> bool {
        !matches!(self, Self::Ended | Self::NotApplicable)
    }
}

/// Rotation of one credential at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Status.
    pub status: RotationStatus,
    /// Policy that won; `assigned` for terms of a person, `None` if no policy fits.
    pub policy: Option<String>,
    /// Policies that fitted and lost, by id.
    pub losers: Vec<String>,
    /// Maximum age in days.
    pub max_age_days: Option<i64>,
    /// UTC day number on which it is due.
    pub due_day: Option<i64>,
    /// Last UTC day number on which it is not overdue.
    pub grace_end_day: Option<i64>,
    /// Day to act on: the due day, or the expiry if that comes first.
    pub action_day: Option<i64>,
    /// Age in days.
    pub age_days: Option<i64>,
    /// The age is at least that: only the first sighting is known.
    pub at_least: bool,
    /// Days past the due day; 0 when not past.
    pub days_over: i64,
    /// Age divided by maximum age, per mille.
    pub ratio: Option<i64>,
}

/// Age bucket of D44.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AgeBucket {
    /// Words for people.
    pub name: &'static str,
    /// Fewest days; `None` for unknown.
    pub from: Option<i64>,
}

/// The buckets, youngest first; unknown last.
pub const AGE_BUCKETS: [AgeBucket; 8] = [
    AgeBucket { name: "0-30", from: Some(0) },
    AgeBucket { name: "31-60", from: Some(31) },
    AgeBucket { name: "61-90", from: Some(61) },
    AgeBucket { name: "91-180", from: Some(91) },
    AgeBucket { name: "181-365", from: Some(181) },
    AgeBucket { name: "366-730", from: Some(366) },
    AgeBucket { name: "over 730", from: Some(731) },
    AgeBucket { name: "unknown", from: None },
];

/// Index into [`AGE_BUCKETS`]. A future anchor counts as new.
pub fn age_bucket(age_days: Option<i64>) -> usize {
    match age_days {
        None => AGE_BUCKETS.len() - 1,
        Some(age) => AGE_BUCKETS.iter().rposition(|bucket| bucket.from.is_some_and(|from| from <= age.max(0))).unwrap_or(0),
    }
}

impl SlaPack {
    /// Reads the pack.
    ///
    /// # Errors
    /// Not TOML of this shape, an unknown word, or terms out of range.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let raw: RawPack = toml::from_str(text)?;
        let mut policies = raw
            .policy
            .into_iter()
            .map(|policy| {
                let kinds = policy.kinds.iter().map(|w| CredentialKind::parse(w).ok_or_else(|| anyhow::anyhow!("kind `{w}`")));
                anyhow::ensure!(policy.max_age_days.is_none_or(|max| max > 0) && policy.grace_days >= 0, "terms of {}", policy.id);
                Ok(SlaPolicy {
                    kinds: kinds.collect::<anyhow::Result<_>>()?,
                    holder: policy.holder.map(|w| Holder::parse(&w).ok_or_else(|| anyhow::anyhow!("holder `{w}`"))).transpose()?,
                    sensitivity_from: policy
                        .sensitivity_from
                        .map(|w| Sensitivity::parse(&w).ok_or_else(|| anyhow::anyhow!("sensitivity `{w}`")))
                        .transpose()?,
                    terms: SlaTerms { max_age_days: policy.max_age_days, grace_days: policy.grace_days, warn_days: raw.warn_days },
                    id: policy.id,
                })
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        policies.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { pack: raw.pack, warn_days: raw.warn_days, policies })
    }

    /// The pack with other terms for one kind. Policies that select by more than the kind stay as they are and still
    /// win where they fit, because the statement is about the kind only.
    #[must_use]
    pub fn with_kind(mut self, kind: CredentialKind, terms: SlaTerms) -> Self {
        for policy in &mut self.policies {
            if policy.holder.is_none() && policy.sensitivity_from.is_none() {
                policy.kinds.retain(|other| *other != kind);
            }
        }
        let id = format!("sla-own-{kind}");
        self.policies.retain(|policy| policy.id != id && !policy.kinds.is_empty());
        self.policies.push(SlaPolicy { id, kinds: vec![kind], holder: None, sensitivity_from: None, terms });
        self.policies.sort_by(|a, b| a.id.cmp(&b.id));
        self
    }

    /// Terms that hold for a kind where nothing else is known, for settings.
    pub fn terms_of(&self, kind: CredentialKind) -> Option<&SlaPolicy> {
        self.policies.iter().find(|policy| policy.holder.is_none() && policy.sensitivity_from.is_none() && policy.kinds.contains(&kind))
    }

    /// The policy that holds and those that fitted too: most selectors, then smallest maximum age, then lowest id.
    pub fn choose(&self, facts: &RotationFacts) -> (Option<&SlaPolicy>, Vec<&SlaPolicy>) {
        let mut fits: Vec<&SlaPolicy> = self.policies.iter().filter(|policy| policy.fits(facts)).collect();
        fits.sort_by_key(|policy| {
            (std::cmp::Reverse(policy.selectors()), policy.terms.max_age_days.unwrap_or(i64::MAX), policy.id.clone())
        });
        let mut fits = fits.into_iter();
        (fits.next(), fits.collect())
    }
}

impl SlaPolicy {
    fn fits(&self, facts: &RotationFacts) -> bool {
        self.kinds.contains(&facts.kind)
            && self.holder.is_none_or(|holder| holder == facts.holder)
            && self.sensitivity_from.is_none_or(|from| facts.sensitivity.is_some_and(|found| found >= from))
    }

    fn selectors(&self) -> usize {
        1 + usize::from(self.holder.is_some()) + usize::from(self.sensitivity_from.is_some())
    }
}

/// Rotation of a credential at a time, under a pack.
pub fn rotation_status(pack: &SlaPack, facts: &RotationFacts, as_of: Millis) -> Rotation {
    let today = utc_day(as_of);
    let (winner, losers) = pack.choose(facts);
    let (policy, terms) = match facts.assigned {
        Some(terms) => (Some("assigned".to_owned()), Some(terms)),
        None => (winner.map(|policy| policy.id.clone()), winner.map(|policy| policy.terms)),
    };
    let mut lost: Vec<String> = losers.into_iter().map(|policy| policy.id.clone()).collect();
    if facts.assigned.is_some() {
        lost.splice(0..0, winner.map(|policy| policy.id.clone()));
    }
    // Platform clients are Microsoft's or Keycloak's own: nobody here rotates their credentials (D44).
    let max = terms.and_then(|terms| terms.max_age_days).filter(|_| facts.holder != Holder::Platform);
    let age_days = facts.anchor.map(|anchor| today - utc_day(anchor));
    let due_day = facts.anchor.zip(max).map(|(anchor, max)| utc_day(anchor) + max);
    let grace_end_day = due_day.zip(terms).map(|(due, terms)| due + terms.grace_days);
    let expiry_day = match facts.expires {
        Expiry::At(at) => Some(utc_day(at)),
        Expiry::Never | Expiry::Unknown => None,
    };
    let status = match (facts.expires, due_day, terms) {
        (Expiry::At(at), ..) if at <= as_of => RotationStatus::Ended,
        _ if max.is_none() => RotationStatus::NotApplicable,
        (_, Some(due), Some(terms)) => {
            let by_calendar = match due - today {
                left if left > terms.warn_days => RotationStatus::Ok,
                left if left > 0 => RotationStatus::DueSoon,
                0 => RotationStatus::Due,
                over if -over <= terms.grace_days => RotationStatus::InGrace,
                _ => RotationStatus::Overdue,
            };
            // First seen is a lower bound of the age: late is certain, in time is not.
            if facts.anchor_known || by_calendar == RotationStatus::Overdue { by_calendar } else { RotationStatus::Unknown }
        }
        _ => RotationStatus::Unknown,
    };
    Rotation {
        status,
        policy,
        losers: lost,
        max_age_days: max,
        due_day,
        grace_end_day,
        action_day: match (due_day, expiry_day) {
            (Some(due), Some(expiry)) => Some(due.min(expiry)),
            (due, expiry) => due.or(expiry),
        },
        age_days,
        at_least: facts.anchor.is_some() && !facts.anchor_known,
        days_over: due_day.map_or(0, |due| (today - due).max(0)),
        ratio: age_days.zip(max).map(|(age, max)| age.max(0) * 1000 / max),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Packs;
    use super::*;
    use crate::model::time::{DAY_MS, iso_date, parse_as_of};

    fn at(text: &str) -> Millis {
        parse_as_of(text).unwrap()
    }

    fn secret(anchor: &str) -> RotationFacts {
        RotationFacts {
            kind: CredentialKind::ClientSecret,
            anchor: Some(at(anchor)),
            anchor_known: true,
            expires: Expiry::Never,
            holder: Holder::FirstParty,
            sensitivity: None,
            assigned: None,
        }
    }

    fn on(facts: &RotationFacts, day: &str) -> Rotation {
        rotation_status(&Packs::shipped().sla, facts, at(day))
    }

    #[test]
    fn the_worked_example_of_the_model() {
        let facts = secret("2026-01-31T23:30:00-05:00");
        let rotation = on(&facts, "2026-05-02");
        assert_eq!(iso_date(rotation.due_day.unwrap() * DAY_MS), "2026-05-02", "04:30Z on 1 February plus 90 days");
        for (day, status) in [
            ("2026-04-17", RotationStatus::Ok),
            ("2026-04-18", RotationStatus::DueSoon),
            ("2026-05-01", RotationStatus::DueSoon),
            ("2026-05-02", RotationStatus::Due),
            ("2026-05-03", RotationStatus::InGrace),
            ("2026-05-09", RotationStatus::InGrace),
            ("2026-05-10", RotationStatus::Overdue),
        ] {
            assert_eq!(on(&facts, day).status, status, "{day}");
        }
        let late = on(&facts, "2026-05-10");
        assert_eq!((late.days_over, late.age_days, late.ratio), (8, Some(98), Some(1088)));
    }

    #[test]
    fn defaults_by_kind_and_the_stricter_term_of_third_parties() {
        let max = |facts: RotationFacts| on(&facts, "2026-05-10").max_age_days;
        let base = secret("2026-05-01");
        assert_eq!(max(base), Some(90));
        assert_eq!(max(RotationFacts { kind: CredentialKind::Certificate, ..base }), Some(365));
        assert_eq!(max(RotationFacts { kind: CredentialKind::WebhookSecret, ..base }), Some(180));
        let outside = RotationFacts { holder: Holder::ThirdParty, sensitivity: Some(Sensitivity::Regulated), ..base };
        let rotation = on(&outside, "2026-05-10");
        assert_eq!((rotation.max_age_days, rotation.policy.as_deref()), (Some(30), Some("sla-secret-third-party-restricted")));
        assert_eq!(rotation.losers, ["sla-secret"], "losers are shown");
        assert_eq!(max(RotationFacts { sensitivity: Some(Sensitivity::Confidential), ..outside }), Some(90));
        assert_eq!(max(RotationFacts { sensitivity: None, ..outside }), Some(90));
    }

    #[test]
    fn every_kind_has_terms() {
        for kind in CredentialKind::ALL {
            assert!(Packs::shipped().sla.terms_of(*kind).is_some(), "{kind} has no rotation terms");
        }
    }

    #[test]
    fn what_nobody_here_can_rotate_is_not_applicable() {
        let base = secret("2020-01-01");
        for facts in [
            RotationFacts { kind: CredentialKind::Managed, ..base },
            RotationFacts { kind: CredentialKind::Federated, ..base },
            RotationFacts { holder: Holder::Platform, ..base },
        ] {
            assert_eq!(on(&facts, "2026-05-10").status, RotationStatus::NotApplicable);
        }
    }

    #[test]
    fn expired_credentials_leave_the_population() {
        let expired = RotationFacts { expires: Expiry::At(at("2026-05-01T00:00:00Z")), ..secret("2024-01-01") };
        let status = on(&expired, "2026-05-10").status;
        assert_eq!((status, status.in_population()), (RotationStatus::Ended, false));
        let soon = RotationFacts { expires: Expiry::At(at("2026-05-20T00:00:00Z")), ..secret("2026-05-01") };
        let rotation = on(&soon, "2026-05-10");
        assert_eq!(iso_date(rotation.action_day.unwrap() * DAY_MS), "2026-05-20", "the expiry comes before the due day");
        assert_eq!(rotation.status, RotationStatus::Ok, "and changes nothing about compliance");
    }

    #[test]
    fn a_first_sighting_is_a_lower_bound() {
        let seen = RotationFacts { anchor_known: false, ..secret("2026-05-01") };
        let young = on(&seen, "2026-05-10");
        assert_eq!((young.status, young.at_least), (RotationStatus::Unknown, true), "in time is not certain");
        assert_eq!(on(&seen, "2026-12-31").status, RotationStatus::Overdue, "late is");
        assert_eq!(on(&RotationFacts { anchor: None, ..seen }, "2026-05-10").status, RotationStatus::Unknown);
    }

    #[test]
    fn a_persons_terms_by_credential_and_by_kind() {
        let terms = SlaTerms::parse("10/2", 7, 14).unwrap();
        let assigned = RotationFacts { assigned: Some(terms), ..secret("2026-05-01") };
        let rotation = on(&assigned, "2026-05-14");
        assert_eq!((rotation.status, rotation.policy.as_deref()), (RotationStatus::Overdue, Some("assigned")));
        assert_eq!(rotation.losers, ["sla-secret"]);
        let own = Packs::shipped().sla.clone().with_kind(CredentialKind::ClientSecret, SlaTerms::parse("200", 7, 14).unwrap());
        let own = own.with_kind(CredentialKind::ClientSecret, SlaTerms::parse("180", 7, 14).unwrap());
        assert_eq!(rotation_status(&own, &secret("2026-01-01"), at("2026-05-10")).max_age_days, Some(180), "the last statement holds");
        assert_eq!(own.terms_of(CredentialKind::ApiKey).unwrap().id, "sla-secret", "other kinds keep theirs");
    }

    #[test]
    fn terms_are_read_strictly() {
        let read = |text| SlaTerms::parse(text, 7, 14).ok().map(|t| (t.max_age_days, t.grace_days, t.warn_days));
        assert_eq!(read("90"), Some((Some(90), 7, 14)));
        assert_eq!(read(" 60 / 5 / 10 "), Some((Some(60), 5, 10)));
        assert_eq!(read("None"), Some((None, 0, 0)));
        for wrong in ["", "0", "-1", "abc", "90/7/14/2", "90/-1", "9999", "90/", "9e1", "99999999999999999999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ages_fall_into_their_buckets() {
        let name = |age| AGE_BUCKETS[age_bucket(age)].name;
        for (age, bucket) in [
            (0, "0-30"),
            (30, "0-30"),
            (31, "31-60"),
            (90, "61-90"),
            (91, "91-180"),
            (365, "181-365"),
            (366, "366-730"),
            (730, "366-730"),
            (731, "over 730"),
        ] {
            assert_eq!(name(Some(age)), bucket, "{age}");
        }
        assert_eq!((name(Some(-3)), name(None)), ("0-30", "unknown"));
    }
}
