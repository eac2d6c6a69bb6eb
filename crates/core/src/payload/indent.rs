//! JSON with line feeds and indentation, made as far as it is needed.

/// A string of base64 that is longer than this is cut, if it may be.
const LONGEST_BASE64: usize = 512;

/// How much of it is shown.
const SHOWN_BASE64: usize = 32;

/// Deep nesting would otherwise cost the square of its depth.
const DEEPEST: usize = 40;

/// Indents JSON without touching its values; numbers and key order stay as they came.
#[derive(Clone, Debug, Default)]
pub struct Indent {
    depth: usize,
    /// Whether an object or list has been opened, and nothing has come of it.
    is_open: bool,
    /// Whether a string has begun.
    in_string: bool,
    cuts_base64: bool,
}

impl Indent {
    /// Everything is shown.
    #[must_use]
    pub fn whole() -> Self {
        Self::default()
    }

    /// Long strings of base64 are replaced by their size: as text they help nobody and stall the page.
    #[must_use]
    pub fn without_base64() -> Self {
        Self {
            cuts_base64: true,
            ..Self::default()
        }
    }

    /// Reads about `most` bytes of what is left of the text and adds them to `out`. Returns how much was read; none only at the
    /// end.
    pub(super) fn push(&mut self, rest: &str, most: usize, out: &mut String) -> usize {
        let mut at = 0;
        while at < most && at < rest.len() {
            at += if self.in_string {
                self.string(&rest[at..], most, out)
            } else {
                self.mark(&rest[at..], out)
            };
        }
        at
    }

    /// Reads on in a string.
    fn string(&mut self, rest: &str, most: usize, out: &mut String) -> usize {
        let mut bytes = rest.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.in_string = false;
                    out.push_str(&rest[..=at]);
                    return at + 1;
                }
                b'\\' => {
                    bytes.next();
                }
                _ if at >= most && rest.is_char_boundary(at) => {
                    out.push_str(&rest[..at]);
                    return at;
                }
                _ => {}
            }
        }
        out.push_str(rest);
        rest.len()
    }

    fn mark(&mut self, rest: &str, out: &mut String) -> usize {
        let Some(char) = rest.chars().next() else { return 0 };
        if char.is_ascii_whitespace() {
            return 1;
        }
        let closes = matches!(char, '}' | ']');
        if std::mem::take(&mut self.is_open) {
            if closes {
                out.push(char);
                return 1;
            }
            self.depth += 1;
            self.line(out);
        }
        match char {
            '"' => {
                if let Some(length) = self.base64(rest, out) {
                    return length;
                }
                self.in_string = true;
                out.push(char);
            }
            '{' | '[' => {
                self.is_open = true;
                out.push(char);
            }
            _ if closes => {
                self.depth = self.depth.saturating_sub(1);
                self.line(out);
                out.push(char);
            }
            ',' => {
                out.push(char);
                self.line(out);
            }
            ':' => out.push_str(": "),
            _ => out.push(char),
        }
        char.len_utf8()
    }

    /// A string of base64 that is too long to be of use, with its size in its place.
    fn base64(&self, rest: &str, out: &mut String) -> Option<usize> {
        let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
        let inner = &rest[1..];
        // Short ones and most others are known by their first bytes.
        let head = inner.as_bytes().get(..LONGEST_BASE64)?;
        if !self.cuts_base64 || !head.iter().all(is_base64) {
            return None;
        }
        let length = inner.bytes().take_while(|b| is_base64(b)).count();
        if length <= LONGEST_BASE64 || !inner[length..].starts_with('"') {
            return None;
        }
        out.push('"');
        out.push_str(&inner[..SHOWN_BASE64]);
        out.push_str(&format!(
            "… ({} kB of base64, copied in full)\"",
            length.div_ceil(1_000)
        ));
        Some(length + 2)
    }

    fn line(&self, out: &mut String) {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', 2 * self.depth.min(DEEPEST)));
    }
}

/// A whole text, indented.
#[must_use]
pub fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 4);
    Indent::whole().push(json, usize::MAX, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indents_without_changing_values() {
        let json = r#"{"b":1.0,"a":["x, {y}: \"z\"",{}, [ ]],"n":12345678901234567890}"#;
        let indented = indented(json);
        assert_eq!(
            indented,
            "{\n  \"b\": 1.0,\n  \"a\": [\n    \"x, {y}: \\\"z\\\"\",\n    {},\n    []\n  ],\n  \"n\": 12345678901234567890\n}"
        );
        assert_eq!(super::indented(&indented), indented);
    }

    #[test]
    fn base64_is_shortened_and_text_is_not() {
        let shown = |json: &str| {
            let mut out = String::new();
            Indent::without_base64().push(json, usize::MAX, &mut out);
            out
        };
        let long = "A".repeat(2_000);
        let json = format!(r#"{{"data": "{long}"}}"#);
        let shortened = shown(&json);
        assert!(
            shortened.len() < 120 && shortened.contains("2 kB of base64"),
            "{shortened}"
        );
        assert!(indented(&json).contains(&long));
        for text in [
            "two words ".repeat(200),
            "A".repeat(512),
            "A".repeat(600) + "!",
            "A".repeat(600) + "\\n",
        ] {
            let json = format!(r#"{{"text": "{text}"}}"#);
            assert_eq!(shown(&json), indented(&json));
        }
        let open = format!("{{\"data\": \"{long}");
        assert_eq!(shown(&open), indented(&open), "a string that does not end");
    }
}
