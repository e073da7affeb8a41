//! Conventions as tests: import directions, file sizes, places of SQL and Tauri.
