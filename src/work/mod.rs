//! Use cases and jobs: where clock, files, store, packs and engine meet.
