//! The workspace that requests name.

use std::fmt;

/// A workspace id that can stand in a request header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceId(String);

/// The text has characters that no request header may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceIdError;

impl fmt::Display for WorkspaceIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "The workspace ID contains spaces or characters that an ID cannot have. Copy it again from the Console: it \
             looks like wrkspc_….",
        )
    }
}

impl std::error::Error for WorkspaceIdError {}

impl WorkspaceId {
    /// Reads what was typed; an empty text means none.
    ///
    /// # Errors
    /// [`WorkspaceIdError`] if the text could not be sent in a header.
    pub fn parse(text: &str) -> Result<Option<Self>, WorkspaceIdError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let fits = text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Some(Self(text.to_owned()))).ok_or(WorkspaceIdError)
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_into_a_header_is_taken() {
        let read = |text| WorkspaceId::parse(text).map(|id| id.map(|id| id.0));
        assert_eq!(read("  "), Ok(None));
        assert_eq!(read(" wrkspc_01\n"), Ok(Some("wrkspc_01".into())));
        for text in [
            "wrkspc_ї",
            "wrkspc_\u{0}",
            "a\r\nx: y",
            "a b",
            "ü",
            "\u{FF21}",
            "a\u{7f}",
        ] {
            assert_eq!(read(text), Err(WorkspaceIdError), "{text:?}");
        }
    }
}
