//! How much and how long a client may send.

use std::time::Duration;

/// What a request may cost the server before it is handled.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes in a body. The API's limit for JSON is 32 MB.
    pub body_bytes: usize,
    /// How long a body may take.
    pub body_time: Duration,
    /// How long a connection may take to send the head of its next request, idleness between requests included.
    pub head_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 32 * 1024 * 1024,
            body_time: Duration::from_secs(30),
            head_time: Duration::from_secs(60),
        }
    }
}
