//! A tool call as a script describes it: what is called, how long it takes, what comes back.

use serde_json::{Value, json};

use crate::world::session::CallKind;

#[derive(Clone, Debug)]
pub(crate) struct Tool {
    pub(crate) kind: CallKind,
    /// Only for MCP calls.
    pub(crate) server: &'static str,
    pub(crate) name: &'static str,
    pub(crate) input: Value,
    pub(crate) takes_ms: u64,
    pub(crate) output: String,
    pub(crate) is_error: bool,
    /// What the judge says under an `auto` policy.
    pub(crate) risk: Option<(&'static str, &'static str)>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Settled {
    Ran,
    /// By the client, perhaps with a reason.
    Denied(Option<String>),
    /// By the server.
    Blocked,
    /// The client's result of a custom tool.
    Returned {
        text: String,
        is_error: bool,
    },
}

impl Tool {
    fn new(kind: CallKind, server: &'static str, name: &'static str, input: Value) -> Self {
        Self {
            kind,
            server,
            name,
            input,
            takes_ms: 300,
            output: String::new(),
            is_error: false,
            risk: None,
        }
    }

    pub(crate) fn built_in(name: &'static str, input: Value) -> Self {
        Self::new(CallKind::BuiltIn, "", name, input)
    }

    pub(crate) fn bash(command: &str) -> Self {
        Self::built_in("bash", json!({"command": command}))
    }

    pub(crate) fn read(path: &str) -> Self {
        Self::built_in("read", json!({"file_path": path}))
    }

    pub(crate) fn mcp(server: &'static str, name: &'static str, input: Value) -> Self {
        Self::new(CallKind::Mcp, server, name, input)
    }

    pub(crate) fn custom(name: &'static str, input: Value) -> Self {
        Self::new(CallKind::Custom, "", name, input)
    }

    pub(crate) fn takes(mut self, ms: u64) -> Self {
        self.takes_ms = ms;
        self
    }

    pub(crate) fn gives(mut self, output: impl Into<String>) -> Self {
        self.output = output.into();
        self
    }

    pub(crate) fn fails(mut self, output: impl Into<String>) -> Self {
        self.is_error = true;
        self.gives(output)
    }

    pub(crate) fn risky(mut self, permission: &'static str, reason_code: &'static str) -> Self {
        self.risk = Some((permission, reason_code));
        self
    }
}
