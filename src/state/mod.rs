//! What the screens share: configuration, connection, settings and the open session.

pub mod app_state;
pub mod config;
pub mod connection;
pub mod drafts;
pub mod open_session;
pub mod theme;
