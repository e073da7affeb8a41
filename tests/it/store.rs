//! The inventory file: revisions, log chain, faults at opening.
