//! The body of a refused request, and of an `error` frame on a stream.

use std::borrow::Cow;

use serde::Serialize;

use super::object::{Fields, object};

use super::RawJson;
use super::open_enum::open_enum;

/// The error envelope (Managed Agents API reference, errors).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "error")]
pub struct ErrorEnvelope {
    /// What went wrong.
    pub error: ErrorObject,
    /// Id of the request, for support.
    pub request_id: Option<String>,
}

object!(ErrorEnvelope { error, request_id });

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorObject {
    /// Kind of the error.
    #[serde(rename = "type")]
    pub error_type: ErrorType,
    /// Message for people; its wording is not stable.
    pub message: String,
    /// More, by kind; `error_code` in it is stable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<RawJson>,
}

object!(ErrorObject { error_type as "type", message or default, details });

impl ErrorObject {
    /// The stable `details.error_code`. Treat an unknown one like none.
    #[must_use]
    pub fn error_code(&self) -> Option<String> {
        let details = Fields::of(self.details.as_ref()?.get()).ok()?;
        details.string("error_code").map(Cow::into_owned)
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
