//! The inventory file: the only SQL of the project. Revisions, versioned rows, hash-chained log.
