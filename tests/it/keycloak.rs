//! Keycloak fixtures.
