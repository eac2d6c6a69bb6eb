//! The body of a refused request, and of an `error` frame on a stream.

use serde::{Deserialize, Serialize};

use super::RawJson;
use super::open_enum::open_enum;

/// The error envelope (Managed Agents API reference, errors).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "error")]
pub struct ErrorEnvelope {
    /// What went wrong.
    pub error: ErrorObject,
    /// Id of the request, for support.
    #[serde(default)]
    pub request_id: Option<String>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// Kind of the error.
    #[serde(rename = "type")]
    pub error_type: ErrorType,
    /// Message for people; its wording is not stable.
    #[serde(default)]
    pub message: String,
    /// More, by kind; `error_code` in it is stable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<RawJson>,
}

impl ErrorObject {
    /// The stable `details.error_code`. Treat an unknown one like none.
    #[must_use]
    pub fn error_code(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Details {
            error_code: Option<String>,
        }
        self.details.as_ref()?.decode::<Details>().ok()?.error_code
    }
}

open_enum! {
    /// Kind of an API error.
    pub enum ErrorType {
        /// 400, sometimes 409.
        InvalidRequest = "invalid_request_error",
        /// 401.
        Authentication = "authentication_error",
        /// 402.
        Billing = "billing_error",
        /// 403.
        Permission = "permission_error",
        /// 404.
        NotFound = "not_found_error",
        /// 409.
        Conflict = "conflict_error",
        /// 409, memory only.
        MemoryPreconditionFailed = "memory_precondition_failed_error",
        /// 409, memory only.
        MemoryPathConflict = "memory_path_conflict_error",
        /// 413.
        RequestTooLarge = "request_too_large",
        /// 429.
        RateLimit = "rate_limit_error",
        /// 500.
        Api = "api_error",
        /// 504.
        Timeout = "timeout_error",
        /// 529.
        Overloaded = "overloaded_error",
    }
}
