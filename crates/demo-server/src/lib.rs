//! A scripted imitation of the Claude Managed Agents API, for demos, development and tests.
//!
//! State lives in memory. Shapes, refusals and the order of events follow the Managed Agents API reference; official SDKs
//! can use the server unchanged. What the agents do is scripted and reacts to what is typed. `README.md` beside this
//! crate lists the agents, the faults that can be set on purpose, and the choices made where the API is undocumented.

mod api;
mod app;
pub mod cli;
mod demo_api;
mod engine;
mod faults;
mod http;
mod limits;
mod outage;
mod pages;
mod scripts;
mod server;
mod sse;
mod stats;
mod wire;
mod world;

pub use limits::Limits;
pub use server::{Options, Server};
