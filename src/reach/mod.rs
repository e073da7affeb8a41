//! The reach graph (domain.md 3.2): who gets from where to what, with which weight.
//!
//! Knows `model` only: no file, no clock, no score. [`Graph`] is built once per estate; [`View`] lays a what-if
//! ([`Overlay`]) over it; [`Journey`] travels for one unit and leaves the loads of all atoms on its [`Board`].
//!
//! How it travels: weights start at 1000 and are multiplied edge by edge, rounded down, so they never grow and
//! Dijkstra's order gives each node its largest weight. There is no hop limit. One file per way to travel:
//!
//! | file | modes |
//! |---|---|
//! | `direct` | R1 token, R2 some users, R3 all users and application permissions |
//! | `escalation` | R4 whole tenant, R4b all principals |
//! | `bounded` | R4c owned clients |
//! | `shared` | R5 same secret or key |
//! | `downstream` | R6 downstream and on behalf of |
//! | `federated` | R7 federated trust |
//! | `ownership` | R8 owner may add a secret |
//! | `harvest` | R9 data that holds credentials |
//! | `replay` | R10 replay at an API that does not check the audience |
//!
//! What counts as a way is a question of the [`Reading`]: a graph is built for one.
//!
//! Why it is fast: an estate is two-sided and shallow. Most clients only have grants, which are read straight from
//! the estate; what a whole tenant shares and what lies in harvested data is condensed once (`condensed`) and reused.

mod atoms;
mod board;
mod bounded;
mod condensed;
mod direct;
mod downstream;
mod escalation;
mod federated;
mod graph;
mod harvest;
mod journey;
mod mode;
mod overlay;
mod ownership;
mod reading;
mod replay;
mod routes;
mod shared;
mod trail;
mod unit;

pub use atoms::{Atom, AtomIx, Atoms, CONTROL_PLANE};
pub use board::{Board, Cell};
pub use graph::{Graph, View};
pub use journey::Journey;
pub use mode::Mode;
pub use overlay::{Cut, GrantCut, Overlay, THE_TOKEN};
pub use reading::Reading;
pub use routes::{Goal, MOST_ROUTES, Route, RouteStep, Routes};
pub use trail::{Arrival, Cause, Edge, Node, Trail, Winner};
pub use unit::{Token, Unit};
