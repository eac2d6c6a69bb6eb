//! The browser-free core of the playground.
//!
//! Everything here is a pure function or a state machine over plain data: no DOM, no async runtime, no clock and no
//! randomness of its own. The app in `src/` and the demo server share it.

pub mod api;
pub mod bounds;
pub mod config;
pub mod decide;
pub mod lookups;
pub mod markdown;
pub mod pace;
pub mod payload;
mod percent;
pub mod present;
pub mod protocol;
pub mod route;
pub mod session;
pub mod speech;
pub mod sse;
pub mod stream;
pub mod terminal;
pub mod virtual_list;
pub mod watch;
