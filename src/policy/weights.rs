//! Weight packs under the roof of policy; the struct stands in `model`, because reach and blast use it and know no policy.

pub use crate::model::weights::*;
