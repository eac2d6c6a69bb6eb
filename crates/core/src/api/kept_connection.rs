//! A connection as it is kept for a reload of the page.

use serde::Serialize;

use super::base_url::BaseUrl;
use super::connection::Connection;
use super::credential::Credential;
use super::secret::Secret;
use super::workspace_id::WorkspaceId;
use crate::protocol::object::Fields;

/// A connection with what the reader chose for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptConnection {
    /// Address and credential.
    pub connection: Connection,
    /// The name of the way to stream.
    pub streaming: String,
    /// Whether it is the demo.
    pub is_demo: bool,
}

#[derive(Serialize)]
struct Record<'a> {
    base_url: &'a str,
    /// The origin that the key was typed for.
    origin: &'a str,
    key: &'a str,
    workspace_id: &'a str,
    streaming: &'a str,
    demo: bool,
}

impl KeptConnection {
    /// The record, which contains the key.
    #[must_use]
    pub fn record(&self) -> Secret {
        let connection = &self.connection;
        let base_url = connection.base().to_string();
        let record = Record {
            base_url: &base_url,
            origin: connection.base().origin(),
            key: connection.credential().expose().unwrap_or_default(),
            workspace_id: connection.workspace_id().unwrap_or_default(),
            streaming: &self.streaming,
            demo: self.is_demo,
        };
        serde_json::to_string(&record).unwrap_or_default().into()
    }

    /// Reads a record; `None` if it is none, or if its address is not of the origin that the key was typed for.
    #[must_use]
    pub fn of_record(record: &str) -> Option<Self> {
        let fields = Fields::of(record).ok()?;
        let text = |name: &str| fields.string(name).unwrap_or_default();
        let key = Secret::from(text("key").into_owned());
        let base = BaseUrl::parse(&text("base_url")).ok()?;
        if base.origin() != text("origin") {
            return None;
        }
        let credential = Credential::parse(&key).ok()?;
        let workspace_id = WorkspaceId::parse(&text("workspace_id")).ok()?;
        Some(Self {
            connection: Connection::new(base, credential, workspace_id),
            streaming: text("streaming").into_owned(),
            is_demo: fields.get("demo").is_some_and(|demo| demo.get() == "true"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(key: &str) -> KeptConnection {
        KeptConnection {
            connection: Connection::new(
                BaseUrl::parse("https://api.example.com/base").unwrap(),
                Credential::parse(&Secret::from(key.to_owned())).unwrap(),
                WorkspaceId::parse("wrkspc_1").unwrap(),
            ),
            streaming: "fetch".to_owned(),
            is_demo: true,
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_kept() {
        for key in ["", "sk-ant-api03-abcdefghij", "key-with-\"quotes\"-and-\\"] {
            let kept = kept(key);
            assert_eq!(KeptConnection::of_record(&kept.record()), Some(kept));
        }
    }

    #[test]
    fn a_key_is_not_used_for_another_origin() {
        let record = kept("sk-ant-api03-abcdefghij")
            .record()
            .replacen("api.example.com", "evil.example", 1);
        assert_eq!(KeptConnection::of_record(&record), None);
    }

    #[test]
    fn what_is_no_record_is_none() {
        for text in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"base_url":"https://api.example.com"}"#,
        ] {
            assert_eq!(KeptConnection::of_record(text), None, "{text}");
        }
    }
}
