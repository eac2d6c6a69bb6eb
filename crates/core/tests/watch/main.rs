//! A watch against a simulated server: whatever happens on the way, the page ends with what the server has.

mod deeds;
mod driver;
mod line;
mod plan;
mod scenarios;
mod server;
mod weather;
