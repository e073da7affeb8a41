//! Generic CSV with mapping profiles.
