//! From files to answers through the public door.
