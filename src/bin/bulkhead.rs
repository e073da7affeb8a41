//! The command line; everything it does stands in `bulkhead::cli`.

fn main() {
    std::process::exit(bulkhead::cli::run());
}
