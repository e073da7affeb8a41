//! All integration tests in one binary; one module per area.

mod csv_profile;
mod demo;
mod governance;
mod graph;
mod graph_export;
mod how_to_export;
mod import;
mod keycloak;
mod made_up;
mod numbers;
mod pack;
mod pipeline;
mod policy;
mod reach;
mod recorder;
mod store;
mod tidy;
mod what_if;
