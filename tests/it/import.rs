//! Import sets end to end: equation, order, re-import, kills.
