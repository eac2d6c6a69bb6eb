//! JSON as it is shown.

use std::borrow::Cow;

use crate::markdown::visible_exactly;
use crate::payload::indented;

/// Indents JSON and makes its strings exact, whether they hold a character that cannot be seen itself or an escape of it.
#[must_use]
pub fn exact_json(json: &str) -> String {
    indented(&exact_strings(json))
}

/// Replaces each string literal by one that shows what it holds; everything else stays.
fn exact_strings(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        out.push_str(&rest[..start]);
        let length = literal_length(&rest[start..]);
        let (literal, behind) = rest[start..].split_at(length);
        match serde_json::from_str::<Cow<'_, str>>(literal) {
            Ok(text) => {
                out.push('"');
                for c in visible_exactly(&text).chars() {
                    match c {
                        '"' => out.push_str("\\\""),
                        '\\' => out.push_str("\\\\"),
                        '\n' => out.push_str("\\n"),
                        '\r' => out.push_str("\\r"),
                        '\t' => out.push_str("\\t"),
                        c => out.push(c),
                    }
                }
                out.push('"');
            }
            // Half a surrogate pair, for example: shown as it is written.
            Err(_) => out.push_str(&visible_exactly(literal)),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Bytes from an opening quote to behind the closing one.
fn literal_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_escape_hides_is_shown_like_the_character_itself() {
        let itself = "[\"a\u{200F}<\u{200F}b\",\"c\u{A0}d\"]";
        let escaped = r#"["a\u200f<\u200Fb","c\u00a0d"]"#;
        let shown = "[\n  \"a⟨U+200F⟩<⟨U+200F⟩b\",\n  \"c⟨U+00A0⟩d\"\n]";
        assert_eq!(exact_json(itself), shown);
        assert_eq!(exact_json(escaped), shown);
        // A tag, which takes two escapes.
        assert_eq!(exact_json(r#""\udb40\udc72""#), "\"⟨U+E0072⟩\"");
    }

    #[test]
    fn strings_keep_their_quotes_and_lines() {
        assert_eq!(exact_json(r#""say \"hi\"\n\tC:\\x""#), r#""say \"hi\"\n\tC:\\x""#);
        assert_eq!(exact_json(r#""\ud800 alone""#), r#""\ud800 alone""#);
        assert_eq!(exact_json("\"open"), "\"open");
        let lines = format!("\"{}end\"", "\\n".repeat(500));
        assert_eq!(exact_json(&lines), "\"⟨500 × U+000A⟩\\nend\"");
    }
}
