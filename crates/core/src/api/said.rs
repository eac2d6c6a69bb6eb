//! What the body of an answer says went wrong, in whatever form.

use serde_json::value::RawValue;

use crate::protocol::ErrorEnvelope;
use crate::protocol::object::Fields;
use crate::protocol::plain_words::{excerpt, said_by, text_inside};

/// Longer words are not for people.
const LONGEST: usize = 4_000;

/// What an answer says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) error_type: Option<String>,
    pub(super) error_code: Option<String>,
    /// The server's own words, or that there are none.
    pub(super) message: String,
    pub(super) request_id: Option<String>,
    /// The answer has the documented form, so the API itself gave it.
    pub(super) is_api: bool,
    /// The words name what is missing or wrong, and not only that there is nothing at this address.
    pub(super) is_specific: bool,
}

impl Said {
    /// Reads a body that should be an error envelope.
    pub(super) fn of(body: &str) -> Self {
        let body = body.trim();
        if let Ok(ErrorEnvelope { error, request_id }) = serde_json::from_str(body) {
            return Self {
                error_code: error.error_code(),
                error_type: Some(error.error_type.as_str().to_owned()),
                message: cut(error.message),
                request_id,
                is_api: true,
                is_specific: true,
            };
        }
        let Ok(json) = serde_json::from_str::<&RawValue>(body) else {
            return Self::plain(body);
        };
        let fields = Fields::of(body).ok();
        let text = |name: &str| fields.as_ref()?.string(name).map(String::from);
        let message = said_by(json);
        Self {
            is_specific: message.as_deref().is_some_and(is_specific),
            // A code beside a message says which kind of error it is.
            error_type: text("error")
                .filter(|error| message.as_ref().is_some_and(|message| message != error)),
            error_code: text("error_code").or_else(|| text("code")),
            message: cut(message.unwrap_or_else(|| text_inside(body))),
            request_id: text("request_id"),
            is_api: false,
        }
    }

    /// An answer that leads elsewhere. Browsers do not say where.
    pub(super) fn of_redirect() -> Self {
        Self {
            message: "The server redirects the request, and the page does not follow. To sign in anew, reload the page.".to_owned(),
            ..Self::default()
        }
    }

    /// A body that is no JSON: enough to recognise a proxy's page, never a whole page.
    fn plain(body: &str) -> Self {
        let is_page = body.starts_with('<');
        Self {
            is_specific: !is_page && is_specific(body),
            message: match body {
                _ if is_page => WEB_PAGE.to_owned(),
                _ => excerpt(body),
            },
            ..Self::default()
        }
    }
}

/// What the body of a successful answer is instead of what was asked for.
pub(super) fn instead_of_an_answer(body: &str) -> String {
    let body = body.trim();
    match body.as_bytes() {
        [] => "The answer is empty.".to_owned(),
        [b'<', ..] => WEB_PAGE.to_owned(),
        _ => match serde_json::from_str::<&RawValue>(body) {
            Ok(_) => Said::of(body).message,
            Err(_) => format!("The answer is no JSON. It begins: {}", excerpt(body)),
        },
    }
}

pub(super) const WEB_PAGE: &str = "The server answered with a web page instead of JSON.";

fn cut(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(LONGEST) {
        message.truncate(end);
        message.push('…');
    }
    message
}

/// What servers and their frameworks say of addresses that they do not know is no word about what was asked for.
fn is_specific(message: &str) -> bool {
    let letters = message.bytes().filter(u8::is_ascii_alphabetic);
    let letters: Vec<u8> = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let generic: [&[u8]; 9] = [
        b"",
        b"notfound",
        b"pagenotfound",
        b"routenotfound",
        b"endpointnotfound",
        b"methodnotallowed",
        b"notimplemented",
        b"norouteforthispath",
        b"error",
    ];
    !generic.contains(&&*letters) && !letters.starts_with(b"cannot")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_words_are_found_in_any_form() {
        for body in [
            r#"{"error":"Session not found"}"#,
            r#"{"message":"Session not found"}"#,
            r#"{"detail":"Session not found"}"#,
            r#"{"detail":[{"loc":["path"],"msg":"Session not found"}]}"#,
            r#"{"error":{"message":"Session not found"}}"#,
            r#"{"errors":[{"message":"Session not found"}]}"#,
            r#"{"error":"not_found","message":"Session not found"}"#,
            r#"{"error":"not_found","error_description":"Session not found"}"#,
            r#"{"type":"about:blank","title":"Not Found","detail":"Session not found"}"#,
            r#""Session not found""#,
            r#"["Session not found"]"#,
            "Session not found\n",
        ] {
            let said = Said::of(body);
            assert_eq!(said.message, "Session not found", "{body}");
            assert!(said.is_specific && !said.is_api, "{body}");
        }
        let coded =
            Said::of(r#"{"error":"not_found","message":"No such session","request_id":"req_1","code":"x"}"#);
        assert_eq!(coded.error_type.as_deref(), Some("not_found"));
        assert_eq!(
            (coded.error_code.as_deref(), coded.request_id.as_deref()),
            (Some("x"), Some("req_1"))
        );
    }

    #[test]
    fn what_names_nothing_is_told_apart() {
        for body in [
            "",
            "{}",
            "404 page not found",
            "Not Found",
            r#"{"detail":"Not Found"}"#,
            r#"{"message":"Not Found"}"#,
            r#"{"detail":"Method Not Allowed"}"#,
            "<!doctype html><title>Session not found</title>",
            "Cannot GET /v1/sessions",
        ] {
            assert!(!Said::of(body).is_specific, "{body}");
        }
        assert_eq!(Said::of("<html>").message, WEB_PAGE);
    }

    #[test]
    fn what_came_instead_of_an_answer_is_said_without_the_readers_words() {
        for (body, said) in [
            ("", "The answer is empty."),
            (" \n<!DOCTYPE html>", WEB_PAGE),
            (r#"{"error":"Session not found"}"#, "Session not found"),
            (
                r#"{"data":[{"id":"#,
                r#"The answer is no JSON. It begins: {"data":[{"id":"#,
            ),
            ("[1,2]", "[1,2]"),
        ] {
            assert_eq!(instead_of_an_answer(body), said, "{body}");
        }
    }

    #[test]
    fn long_words_are_cut() {
        let body = format!(r#"{{"message":"{}"}}"#, "é".repeat(10_000));
        assert_eq!(Said::of(&body).message.chars().count(), LONGEST + 1);
    }
}
