//! All integration tests in one binary; one module per area.

mod auth0;
mod aws;
mod csv_profile;
mod demo;
mod demo_inventory;
mod drift_words;
mod fixture_sets;
mod governance;
mod graph;
mod graph_export;
mod how_to_export;
mod import;
mod keycloak;
mod made_up;
mod numbers;
mod okta;
mod pack;
mod pipeline;
mod policy;
mod reach;
mod recorder;
mod rows_since;
mod store;
mod tidy;
mod what_if;
