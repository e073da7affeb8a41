//! Ways that people state (domain.md 2.2 ReachEdge): the text form that assertions hold, `declared; subject=repo:shop/*` about the start,
//! under the attribute `edge:<kind>:<public id of the end>`. Pure.

use crate::model::kinds::{Evidence, ReachEdgeKind};

use super::enforcement::{Unreadable, plain};

/// Attribute prefix of a way.
const EDGE: &str = "edge:";

/// A declared or observed way as a person states it; the start is the subject of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeRecord {
    /// How it is known; people state declared or observed ways, never inferred ones.
    pub evidence: Evidence,
    /// Subject pattern of a federation.
    pub subject: Option<String>,
}

impl EdgeRecord {
    /// Reads `declared`, or `observed; subject=repo:shop/*`.
    ///
    /// # Errors
    /// Another word, or another part than subject.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let (word, rest) = text.split_once(';').map_or((text, None), |(word, rest)| (word, Some(rest.trim())));
        let evidence = Evidence::parse(word.trim())
            .filter(|evidence| *evidence != Evidence::Inferred)
            .ok_or_else(|| Unreadable("a way is declared or observed".to_owned()))?;
        let subject = match rest.filter(|rest| !rest.is_empty()) {
            None => None,
            Some(rest) => {
                let subject = rest.strip_prefix("subject=").map(str::trim).filter(|subject| plain(subject));
                Some(subject.ok_or_else(|| Unreadable("after declared or observed stands subject=pattern".to_owned()))?.to_owned())
            }
        };
        Ok(Self { evidence, subject })
    }
}

impl std::fmt::Display for EdgeRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.evidence.as_str())?;
        self.subject.as_ref().map_or(Ok(()), |subject| write!(f, "; subject={subject}"))
    }
}

/// Kinds of way that people may declare; replay follows from checks, so nobody states it.
pub const STATED_EDGES: &[ReachEdgeKind] = &[
    ReachEdgeKind::Obo,
    ReachEdgeKind::Passthrough,
    ReachEdgeKind::Harvest,
    ReachEdgeKind::OwnerControl,
    ReachEdgeKind::Federation,
    ReachEdgeKind::Shared,
];

/// Whether a way of this kind starts at an audience (else at a client).
pub const fn starts_at_audience(kind: ReachEdgeKind) -> bool {
    matches!(kind, ReachEdgeKind::Obo | ReachEdgeKind::Passthrough | ReachEdgeKind::Harvest)
}

/// The attribute of a way to a thing with this public id.
pub fn edge_attribute(kind: ReachEdgeKind, end: &str) -> String {
    format!("{EDGE}{kind}:{end}")
}

/// Kind and public id of the end in an attribute `edge:<kind>:<id>`.
pub fn parse_edge_attribute(attribute: &str) -> Option<(ReachEdgeKind, &str)> {
    let (kind, end) = attribute.strip_prefix(EDGE)?.split_once(':')?;
    let kind = ReachEdgeKind::parse(kind).filter(|kind| STATED_EDGES.contains(kind))?;
    (!end.is_empty()).then_some((kind, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_read_as_written() {
        for text in ["declared", "observed; subject=repo:shop/*"] {
            assert_eq!(EdgeRecord::parse(text).expect("reads").to_string(), text);
        }
        assert!(EdgeRecord::parse("inferred").is_err(), "an inferred way never scores, so nobody states one");
        assert!(EdgeRecord::parse("declared; pattern=x").is_err());
        assert_eq!(parse_edge_attribute("edge:harvest:ab12"), Some((ReachEdgeKind::Harvest, "ab12")));
        assert_eq!(parse_edge_attribute("edge:replay:ab12"), None, "replay follows from checks");
    }
}
