//! JSON as it is shown.

/// Indents JSON without touching its values; numbers and key order stay as they came.
pub(crate) fn indent(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 4);
    let mut depth = 0usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut chars = json.chars().peekable();
    let newline = |out: &mut String, depth: usize| {
        out.push('\n');
        // Deep nesting would otherwise cost the square of its depth.
        out.extend(std::iter::repeat_n(' ', 2 * depth.min(40)));
    };
    while let Some(c) = chars.next() {
        if in_string {
            out.push(c);
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while chars.peek().is_some_and(|c| c.is_ascii_whitespace()) {
                    chars.next();
                }
                match chars.peek() {
                    Some('}' | ']') => out.extend(chars.next()),
                    _ => {
                        depth += 1;
                        newline(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                newline(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                newline(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

/// Long base64 strings are replaced by their size: as text they help nobody and stall the page.
pub(crate) fn without_base64(json: &str) -> String {
    const LONGEST: usize = 512;
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    let mut out = String::new();
    for (i, part) in json.split('"').enumerate() {
        if i > 0 {
            out.push('"');
        }
        if part.len() > LONGEST && part.bytes().all(is_base64) {
            out.push_str(&format!(
                "{}… ({} kB of base64, copied in full)",
                &part[..32],
                part.len().div_ceil(1_000)
            ));
        } else {
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{indent, without_base64};

    #[test]
    fn indents_without_changing_values() {
        let json = r#"{"b":1.0,"a":["x, {y}: \"z\"",{}, [ ]],"n":12345678901234567890}"#;
        let indented = indent(json);
        assert_eq!(
            indented,
            "{\n  \"b\": 1.0,\n  \"a\": [\n    \"x, {y}: \\\"z\\\"\",\n    {},\n    []\n  ],\n  \"n\": 12345678901234567890\n}"
        );
        assert_eq!(indent(&indented), indented);
    }

    #[test]
    fn base64_is_shortened_and_text_is_not() {
        let long = "A".repeat(2_000);
        let shortened = without_base64(&format!(r#"{{"data": "{long}"}}"#));
        assert!(
            shortened.len() < 120 && shortened.contains("2 kB of base64"),
            "{shortened}"
        );
        let prose = format!(r#"{{"text": "{}"}}"#, "two words ".repeat(200));
        assert_eq!(without_base64(&prose), prose);
    }
}
