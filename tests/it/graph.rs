//! Microsoft Graph fixtures.
