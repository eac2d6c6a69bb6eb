//! One API request before it has an address and credentials.

use std::borrow::Cow;

use super::pager::Cursor;
use super::path::Path;
use crate::percent::encode_into;

/// The HTTP methods that the API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, updates, sends and archives.
    Post,
    /// Deletes.
    Delete,
}

impl Method {
    /// The method as it stands in a request line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// A request by path, query and body; see [`endpoints`](super::endpoints) for the ones that exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRequest {
    /// HTTP method.
    pub method: Method,
    /// Where it goes.
    pub path: Path,
    /// Query pairs, not yet encoded, in order.
    pub query: Vec<(Cow<'static, str>, String)>,
    /// JSON body.
    pub body: Option<String>,
    /// Whether the answer is an event stream.
    pub streams: bool,
}

impl ApiRequest {
    /// A `GET` request.
    #[must_use]
    pub fn get(path: Path) -> Self {
        Self {
            method: Method::Get,
            path,
            query: Vec::new(),
            body: None,
            streams: false,
        }
    }

    /// A `POST` request with a JSON body.
    #[must_use]
    pub fn post(path: Path, body: Option<String>) -> Self {
        Self {
            method: Method::Post,
            path,
            query: Vec::new(),
            body,
            streams: false,
        }
    }

    /// A `DELETE` request.
    #[must_use]
    pub fn delete(path: Path) -> Self {
        Self {
            method: Method::Delete,
            path,
            query: Vec::new(),
            body: None,
            streams: false,
        }
    }

    /// Adds one query pair.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((Cow::Borrowed(name), value.into()));
        self
    }

    /// Adds one query pair if there is a value.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds where a page of a list begins; `None` is the first page.
    #[must_use]
    pub fn with_cursor(self, cursor: Option<&Cursor>) -> Self {
        match cursor {
            None => self,
            Some(Cursor::Page(cursor)) => self.with("page", cursor.as_str()),
            Some(Cursor::AfterId(id)) => self.with("after_id", id.as_str()),
        }
    }

    /// Whether the request may be repeated without changing anything at the server.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.method == Method::Get
    }

    /// Path and encoded query.
    #[must_use]
    pub fn target(&self) -> String {
        let mut target = self.path.to_string();
        for (i, (name, value)) in self.query.iter().enumerate() {
            target.push(if i == 0 { '?' } else { '&' });
            encode_into(&mut target, name);
            target.push('=');
            encode_into(&mut target, value);
        }
        target
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_query_and_segments() {
        let request = ApiRequest::get("/v1/sessions".into())
            .with("statuses[]", "idle")
            .with("created_at[gte]", "2026-11-18T09:14:05.82164Z")
            .with_some("page", None::<String>);
        assert_eq!(
            request.target(),
            "/v1/sessions?statuses%5B%5D=idle&created_at%5Bgte%5D=2026-11-18T09%3A14%3A05.82164Z"
        );
    }
}
