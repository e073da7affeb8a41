//! The command line; everything it does stands in `bulkhead::cli`.

fn main() {}
