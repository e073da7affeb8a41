//! Packs: build, verify, tamper.
