//! Components, by screen; what several screens use is in [`kit`].

#![expect(
    unreachable_pub,
    reason = "the component macro makes the props of private components public"
)]

pub mod connect;
mod first_words;
pub mod kit;
pub mod new_session;
pub mod session;
pub mod sessions;
