//! Bytes to records: encodings, JSON containers, CSV dialects, dates. Knows no system, no entity and no file name; bounds come before parsing.
