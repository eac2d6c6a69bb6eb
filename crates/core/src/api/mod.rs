//! Requests and failures of the Managed Agents API as plain data.
//!
//! A [`Connection`] turns an [`ApiRequest`] into a URL and headers; the platform layer sends it and hands the answer
//! back as an [`ApiError`] or a body. Nothing here performs I/O.

mod base_url;
mod connection;
mod credential;
pub mod endpoints;
mod error;
mod request;
pub mod retry;

pub use base_url::{BaseUrl, BaseUrlError};
pub use connection::{ANTHROPIC_VERSION, Connection, MANAGED_AGENTS_BETA};
pub use credential::{Credential, CredentialError, redact};
pub use error::{ApiError, Failure, ResponseHead, Step};
pub use request::{ApiRequest, Method};
