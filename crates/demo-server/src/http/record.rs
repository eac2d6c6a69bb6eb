//! The requests that came in, for tests that want to see what a client really sends. Credentials are not kept.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use hyper::{HeaderMap, Method};
use serde_json::{Map, Value, json};

use super::admission::Credential;

const KEPT: usize = 20_000;
const KEPT_BODY: usize = 256 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Requests {
    log: Mutex<VecDeque<Value>>,
}

impl Requests {
    pub(crate) fn add(&self, method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) {
        let mut shown = Map::new();
        for (name, value) in headers {
            let value = match name.as_str() {
                "x-api-key" | "authorization" | "cookie" => "<redacted>",
                _ => value.to_str().unwrap_or("<binary>"),
            };
            shown.insert(name.as_str().to_owned(), json!(value));
        }
        let body = match body.len() {
            0 => Value::Null,
            1..=KEPT_BODY => serde_json::from_slice(body)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned())),
            length => Value::String(format!("<{length} bytes>")),
        };
        let entry = json!({
            "method": method.as_str(),
            "path": path,
            "headers": shown,
            "credential": Credential::of(headers).kind(),
            "body": body,
        });
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == KEPT {
            log.pop_front();
        }
        log.push_back(entry);
    }

    pub(crate) fn list(&self) -> Value {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        json!({"data": log.iter().collect::<Vec<_>>()})
    }

    pub(crate) fn clear(&self) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
