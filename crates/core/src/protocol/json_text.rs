//! Strings of a JSON text.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// A string of a JSON text as it stands there, without its quotation marks.
pub(crate) struct Spelled<'j> {
    pub(crate) text: &'j [u8],
    pub(crate) is_escaped: bool,
}

/// Takes the text up to the end of the next string.
pub(crate) fn next_string<'j>(rest: &mut &'j [u8]) -> Option<Spelled<'j>> {
    let start = memchr(b'"', rest)? + 1;
    let (end, is_escaped) = end_of_string(&rest[start..])?;
    let text = &rest[start..start + end];
    *rest = &rest[start + end + 1..];
    Some(Spelled { text, is_escaped })
}

/// Where the quotation mark stands that ends a string, and whether there is a backslash before it.
pub(crate) fn end_of_string(text: &[u8]) -> Option<(usize, bool)> {
    let mut at = 0;
    let mut is_escaped = false;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some((at, is_escaped));
        }
        is_escaped = true;
        at += 2;
    }
}

/// The content of a string from between its quotation marks, and whether all of its escapes are characters.
///
/// Halves of surrogate pairs that stand alone, which some servers make by cutting a text, become U+FFFD, as does an escape
/// that is cut off.
pub(crate) fn unescaped(text: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(text.len());
    let mut is_exact = true;
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let escape = rest.get(at + 1).copied().unwrap_or(b'\\');
        rest = rest.get(at + 2..).unwrap_or_default();
        out.push(match escape {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let mut utf8 = [0; 4];
                let char = unicode(&mut rest);
                is_exact &= char.is_some();
                let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(char.encode_utf8(&mut utf8).as_bytes());
                continue;
            }
            other => other,
        });
    }
    out.extend_from_slice(rest);
    (out, is_exact)
}

/// The content of a JSON string and whether it is exact; `None` if the text is no string.
pub(crate) fn string_in(json: &str) -> Option<(Cow<'_, str>, bool)> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some((Cow::Borrowed(inner), true));
    }
    let (bytes, is_exact) = unescaped(inner.as_bytes());
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Some((Cow::Owned(text), is_exact))
}

/// The character after `\u`, with the second half of its pair if it has one.
fn unicode(rest: &mut &[u8]) -> Option<char> {
    let first = unit(rest)?;
    if !(0xD800..0xDC00).contains(&first) {
        return char::from_u32(first);
    }
    let mut behind = rest.strip_prefix(b"\\u")?;
    let second = unit(&mut behind).filter(|unit| (0xDC00..0xE000).contains(unit))?;
    *rest = behind;
    char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
}

fn unit(rest: &mut &[u8]) -> Option<u32> {
    let (digits, behind) = rest.split_at_checked(4)?;
    *rest = behind;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_half_of_a_pair_is_shown_as_missing_and_said_to_be() {
        let read = |json| string_in(json).map(|(text, is_exact)| (text.into_owned(), is_exact));
        assert_eq!(read(r#""a b""#), Some(("a b".into(), true)));
        assert_eq!(
            read(r#""\u0061\"\\\/ü\ud83d\ude00""#),
            Some(("a\"\\/ü😀".into(), true))
        );
        for (json, text) in [
            (r#""x\ud800y""#, "x\u{FFFD}y"),
            (r#""\ude00""#, "\u{FFFD}"),
            (r#""\ud83d\u0041""#, "\u{FFFD}A"),
            (r#""\u12""#, "\u{FFFD}12"),
        ] {
            assert_eq!(read(json), Some((text.into(), false)), "{json}");
        }
        for other in ["", "\"", "null", "1", "[\"a\"]"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_serde_reads_is_read_alike(text in any::<String>()) {
            let json = serde_json::to_string(&text).expect("a string");
            prop_assert_eq!(string_in(&json), Some((Cow::Owned(text), true)));
        }

        #[test]
        fn any_inside_of_a_string_is_read(text in "\\PC{0,20}|(\\\\[a-z\"u0-9]{0,6}){0,6}") {
            let json = format!("\"{text}\"");
            let read = string_in(&json).expect("a string");
            if let Ok(exact) = serde_json::from_str::<String>(&json) {
                prop_assert_eq!(read, (Cow::Owned(exact), true));
            }
        }
    }
}
