//! What faults do around the handling of a request: waiting, closing, answering something else, and how an answer
//! travels.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use super::body::{Broken, Buffered, Withheld};
use super::{Effect, Hit, Sever};

/// Marks a response that must not be sent: the connection closes instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloseConnection;

/// The response that is never sent.
pub(crate) fn close() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CloseConnection);
    response
}

impl Hit {
    /// Before the request is handled. `false`: it is not, and the connection closes.
    pub(crate) async fn arrive(&self) -> bool {
        if self.effect.delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(self.effect.delay_ms)).await;
        }
        self.effect.drop != Some(Sever::Before)
    }

    /// After the request was handled: the answer's way to the client. `cuts` counts the bodies that were really cut.
    pub(crate) async fn deliver(&self, response: Response, cuts: &Arc<AtomicU64>) -> Response {
        if self.effect.drop == Some(Sever::After) {
            return close();
        }
        let mut response = response;
        if self.effect.buffer_bytes > 0 {
            response = response.map(|body| Buffered::wrap(body, self.effect.buffer_bytes));
        }
        if let Some((bytes, ending)) = self.breaks {
            response = response.map(|body| Broken::wrap(body, bytes, ending, Arc::clone(cuts)));
        }
        if let Some(wait) = self.effect.body_after_ms {
            response = response.map(|body| Withheld::wrap(body, wait));
        }
        if let Some(wait) = self.effect.headers_after_ms {
            wait.pass().await;
        }
        response
    }
}

impl Effect {
    /// The status that the effect asks for.
    pub(crate) fn imposed_status(&self) -> StatusCode {
        self.status.map_or(StatusCode::OK, |status| {
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        })
    }

    /// The answer with the effect's own body, if it has one.
    pub(crate) fn document(&self) -> Option<Response> {
        let document = self.body.as_ref()?;
        let mut response = Response::new(Body::from(document.text.clone()));
        *response.status_mut() = self.imposed_status();
        if let Ok(kind) = HeaderValue::try_from(&document.kind) {
            response.headers_mut().insert(CONTENT_TYPE, kind);
        }
        Some(response)
    }

    /// Adds the effect's headers, or replaces what was there.
    pub(crate) fn put_headers(&self, response: &mut Response) {
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}
