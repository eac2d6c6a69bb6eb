//! Requests and failures of the Managed Agents API as plain data.
//!
//! A [`Connection`] turns an [`ApiRequest`] into a URL and headers; the platform layer sends it and hands the answer
//! back as an [`ApiError`] or a body. Nothing here performs I/O.

mod base_url;
mod connection;
mod credential;
pub mod endpoints;
mod error;
mod kept_connection;
mod pager;
mod path;
mod reach;
mod redact;
mod request;
pub mod retry;
mod said;
mod secret;
mod session_filter;
mod workspace_id;

pub use base_url::{BaseUrl, BaseUrlError};
pub use connection::{ANTHROPIC_VERSION, Connection, MANAGED_AGENTS_BETA};
pub use credential::{Credential, CredentialError};
pub use error::{ApiError, Failure, ResponseHead, Step, words_of_error};
pub use kept_connection::KeptConnection;
pub use pager::{Cursor, Next, Pager};
pub use path::{Path, is_addressable};
pub use reach::Reach;
pub use redact::redact;
pub use request::{ApiRequest, Method};
pub use secret::Secret;
pub use workspace_id::{WorkspaceId, WorkspaceIdError};
