//! What-if: changes laid over an estate without copying it. Every counterfactual is a full journey under an overlay.

use super::mode::Mode;
use super::trail::Node;
use crate::model::Privilege;
use crate::model::estate::{AudienceIx, ClientIx, EstateScope, ScopeIx};

/// Stands for the token of a token unit where an overlay names clients.
pub const THE_TOKEN: ClientIx = u32::MAX;

/// What some clients lose or may do less with. A cut only ever removes, so no score rises by it (MP2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantCut {
    /// They lose their grants of this scope.
    Scope(ScopeIx),
    /// They lose all grants at this audience.
    Audience(AudienceIx),
    /// Their grants count as no more than this level: at one audience, or everywhere.
    Cap(Option<AudienceIx>, Privilege),
    /// Their grants of this scope count as no more than this level.
    CapScope(ScopeIx, Privilege),
}

/// What nobody reaches any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// Nothing reaches this audience.
    Audience(AudienceIx),
    /// This way is closed.
    Edge(Mode, Node, Node),
    /// This API refuses tokens that were meant for another (R10).
    Replay(AudienceIx),
}

/// A what-if.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    cuts: Vec<Cut>,
    clients: Vec<ClientIx>,
    grants: Vec<GrantCut>,
    /// The clients are revoked: nobody can be one of them any more.
    revoked: bool,
}

impl Overlay {
    /// No change.
    pub const fn none() -> Self {
        Self { cuts: Vec::new(), clients: Vec::new(), grants: Vec::new(), revoked: false }
    }

    /// Takes something away from everyone.
    pub fn cut(cuts: Vec<Cut>) -> Self {
        Self { cuts, ..Self::none() }
    }

    /// Takes grants of some clients away, or narrows them.
    pub fn grants(mut clients: Vec<ClientIx>, grants: Vec<GrantCut>) -> Self {
        clients.sort_unstable();
        clients.dedup();
        Self { clients, grants, ..Self::none() }
    }

    /// Takes something away from everyone as well.
    pub fn and_cut(mut self, cuts: Vec<Cut>) -> Self {
        self.cuts.extend(cuts);
        self
    }

    /// Revokes some clients: disabled, without credentials and consents, so that no way leads in or out of them.
    pub fn revoked(mut clients: Vec<ClientIx>) -> Self {
        clients.sort_unstable();
        clients.dedup();
        Self { clients, revoked: true, ..Self::none() }
    }

    /// Whether this client is revoked.
    pub(crate) fn revokes(&self, client: ClientIx) -> bool {
        self.revoked && self.touches(client)
    }

    /// Whether it changes nothing.
    pub const fn is_empty(&self) -> bool {
        self.cuts.is_empty() && self.clients.is_empty()
    }

    /// Clients whose grants are changed, ascending.
    pub(crate) fn clients(&self) -> &[ClientIx] {
        &self.clients
    }

    /// Whether grants of this client are changed.
    #[inline]
    pub(crate) fn touches(&self, client: ClientIx) -> bool {
        !self.clients.is_empty() && self.clients.binary_search(&client).is_ok()
    }

    /// What a client may do with a scope that it was granted: its level, and whether a method of the scope still works; `None` = nothing.
    pub(crate) fn level(&self, client: ClientIx, ix: ScopeIx, scope: &EstateScope) -> Option<(Privilege, bool)> {
        let mut level = scope.privilege;
        let mut works = true;
        if self.touches(client) {
            for cut in &self.grants {
                match cut {
                    GrantCut::Scope(s) if *s == ix => return None,
                    GrantCut::Audience(a) if *a == scope.audience => return None,
                    GrantCut::Cap(a, most) if a.is_none_or(|a| a == scope.audience) => {
                        works &= *most == Privilege::Escalate;
                        level = level.min(*most);
                    }
                    GrantCut::CapScope(s, most) if *s == ix => {
                        works &= *most == Privilege::Escalate;
                        level = level.min(*most);
                    }
                    _ => {}
                }
            }
        }
        Some((level, works))
    }

    /// Whether atoms of this audience may be counted.
    pub(crate) fn allows_atom(&self, audience: AudienceIx) -> bool {
        !self.cuts.contains(&Cut::Audience(audience))
    }

    /// Whether tokens that were meant for another API are accepted at this one, as far as they are today.
    pub(crate) fn allows_replay(&self, audience: AudienceIx) -> bool {
        !self.cuts.contains(&Cut::Replay(audience))
    }

    /// Whether this way is open.
    pub(crate) fn allows_edge(&self, mode: Option<Mode>, from: Node, to: Node) -> bool {
        if let Node::Client(client) | Node::Secrets(client) = to
            && self.revokes(client)
        {
            return false;
        }
        !self.cuts.iter().any(|cut| match cut {
            Cut::Edge(m, f, t) => mode == Some(*m) && *f == from && *t == to,
            Cut::Audience(a) => to == Node::Read(*a) || to == Node::Inside(*a),
            Cut::Replay(_) => false,
        })
    }
}
