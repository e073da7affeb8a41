//! R4c, bounded escalation: a client with an escalation method works on the clients that it owns.
//!
//! The way exists for every owned client and counts only while the owner holds a method (any target: a stronger one
//! includes the bounded one). With the shipped weights R8 is always stronger over the same pair; a pack may turn that round.
//! A bounded method whose targets nobody named adds no way (D35); its permission keeps its level.

use super::mode::Mode;
use super::ownership;
use super::reading::Reading;
use super::trail::{Cause, Edge};
use crate::model::estate::{ClientIx, Estate};
use crate::model::weights::Weights;

pub(crate) fn ways(estate: &Estate, weights: &Weights, reading: Reading, out: &mut Vec<(ClientIx, ClientIx, Edge)>) {
    for (from, to, evidence) in ownership::owned(estate, reading) {
        out.push((from, to, Edge { mode: Some(Mode::R4c), multiplier: weights.modes.r4c_bounded, evidence, cause: Cause::Rows }));
    }
}
