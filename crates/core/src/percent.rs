//! Percent-encoding of URL parts (RFC 3986, section 2.1).

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Appends one path segment or query part, percent-encoded; the unreserved characters of RFC 3986 stay. Dots are among
/// them, and no encoding would take their meaning from a URL: see [`crate::api::Path`].
pub(crate) fn encode_into(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            push_escape(out, byte);
        }
    }
}

/// Appends `%XX`.
pub(crate) fn push_escape(out: &mut String, byte: u8) {
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

/// Decodes `%XX` sequences. A malformed sequence stays as it is, invalid UTF-8 becomes U+FFFD.
#[must_use]
pub(crate) fn decode(text: &str) -> String {
    decode_bytes(text.bytes())
}

/// Decodes a name or value of `application/x-www-form-urlencoded`: as [`decode`], and `+` is a space.
#[must_use]
pub(crate) fn decode_form(text: &str) -> String {
    decode_bytes(text.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }))
}

fn decode_bytes(mut bytes: impl Iterator<Item = u8> + Clone) -> String {
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        let escaped = (byte == b'%').then(|| escaped_byte(bytes.clone())).flatten();
        if escaped.is_some() {
            bytes.nth(1);
        }
        out.push(escaped.unwrap_or(byte));
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn escaped_byte(mut digits: impl Iterator<Item = u8>) -> Option<u8> {
    let mut digit = || char::from(digits.next()?).to_digit(16);
    u8::try_from(digit()? * 16 + digit()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_is_well_formed_and_keeps_the_rest() {
        assert_eq!(decode("a%20b%C3%BC%2f"), "a bü/");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%4"), "%4");
        assert_eq!(decode("%zz%%41"), "%zz%A");
        assert_eq!(decode("%FF"), "\u{FFFD}");
        assert_eq!(decode("a+b"), "a+b");
        assert_eq!(decode_form("a+b%2B"), "a b+");
    }

    #[test]
    fn encodes_everything_but_unreserved_characters() {
        let encode = |text| {
            let mut out = String::new();
            encode_into(&mut out, text);
            out
        };
        assert_eq!(encode("../x?y#ü"), "..%2Fx%3Fy%23%C3%BC");
        assert_eq!(encode("AZaz09-._~"), "AZaz09-._~");
    }
}
