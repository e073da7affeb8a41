//! The command line: the second face of the core (design.md 7).
