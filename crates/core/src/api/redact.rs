//! Keeping keys out of texts that are shown.

use super::credential::Credential;

const MASK: &str = "<redacted>";

/// How the keys of the API begin.
const PREFIX: &[u8] = b"sk-ant-";

/// A stretch of a key of so many letters and digits counts as the key. Shorter ones occur by chance.
const TELLING: usize = 12;

/// A key with fewer letters and digits is found only as it is.
const SHORTEST: usize = 6;

/// Replaces the credential, and anything else that looks like a key, in a text that will be shown.
///
/// Servers and proxies sometimes echo request headers in their error messages, and not always as they came. The credential is
/// found in any case, with anything but letters and digits inside or left out, percent-encoded, as character references or
/// escapes, in Base64 (also as a part of something longer) and in hexadecimal; a stretch of it is enough.
#[must_use]
pub fn redact(text: &str, credential: &Credential) -> String {
    let letters = letters_of(text);
    let mut hidden = vec![false; text.len()];
    let mut hide = |(from, to): (usize, usize)| hidden[from..to].fill(true);
    if let Some(secret) = credential.expose().filter(|secret| !secret.is_empty()) {
        text.match_indices(secret)
            .for_each(|(at, found)| hide((at, at + found.len())));
        Needles::of(secret).find_in(&letters, &mut hide);
    }
    find_foreign_keys(&letters, &mut hide);
    masked(text, &hidden)
}

fn masked(text: &str, hidden: &[bool]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for run in hidden.chunk_by(|a, b| a == b) {
        let end = at + run.len();
        out.push_str(if run[0] { MASK } else { &text[at..end] });
        at = end;
    }
    out
}

/// A character of a text with escapes taken back, and which bytes of the text it stands for.
#[derive(Clone, Copy)]
struct Letter {
    /// In lower case.
    char: u8,
    from: usize,
    to: usize,
}

impl Letter {
    fn is_telling(&self) -> bool {
        self.char.is_ascii_alphanumeric()
    }
}

/// The ASCII characters of a text, with escapes taken back; full-width forms count as what they look like.
fn letters_of(text: &str) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(char) = text[at..].chars().next() {
        let (char, length) = unescaped(&text.as_bytes()[at..])
            .map_or((char, char.len_utf8()), |(byte, length)| {
                (char::from(byte), length)
            });
        let plain = match char {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(char as u32 - 0xFEE0).unwrap_or(char),
            _ => char,
        };
        if plain.is_ascii() {
            letters.push(Letter {
                char: (plain as u8).to_ascii_lowercase(),
                from: at,
                to: at + length,
            });
        }
        at += length;
    }
    letters
}

/// The ASCII character that an escape at the beginning of a text stands for, and the length of the escape.
fn unescaped(text: &[u8]) -> Option<(u8, usize)> {
    let (number, radix, most, end) = match text {
        [b'%', rest @ ..] => {
            // An escape may be escaped again.
            let again = rest.chunks_exact(2).take_while(|pair| *pair == b"25").count();
            let digits = rest.get(2 * again..2 * again + 2)?;
            let value = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            return value.is_ascii().then_some((value, 1 + 2 * again + 2));
        }
        [b'&', b'#', b'x' | b'X', rest @ ..] => (rest, 16, 7, Some(b';')),
        [b'&', b'#', rest @ ..] => (rest, 10, 7, Some(b';')),
        [b'\\', b'u', b'{', rest @ ..] => (rest, 16, 7, Some(b'}')),
        [b'\\', b'u', rest @ ..] => (rest, 16, 4, None),
        [b'\\', b'x', rest @ ..] => (rest, 16, 2, None),
        [b'=', rest @ ..] => (rest, 16, 2, None),
        _ => return None,
    };
    let digits = number
        .iter()
        .take(most)
        .take_while(|digit| char::from(**digit).is_digit(radix));
    let length = digits.count();
    let value = u32::from_str_radix(std::str::from_utf8(&number[..length]).ok()?, radix).ok()?;
    let value = u8::try_from(value).ok().filter(u8::is_ascii)?;
    let before = text.len() - number.len();
    match end {
        None if length == most => Some((value, before + length)),
        Some(end) => Some((
            value,
            before + length + usize::from(number.get(length) == Some(&end)),
        )),
        None => None,
    }
}

/// The forms of a key, letters and digits alone, in lower case.
struct Needles {
    forms: Vec<(Vec<u8>, usize)>,
    in_base64: usize,
}

impl Needles {
    fn of(secret: &str) -> Self {
        let telling = |bytes: &mut dyn Iterator<Item = u8>| -> Vec<u8> {
            let telling = bytes.filter(u8::is_ascii_alphanumeric);
            telling.map(|byte| byte.to_ascii_lowercase()).collect()
        };
        let plain = telling(&mut secret.bytes());
        let least = plain.len().min(TELLING);
        let mut forms = Vec::new();
        if plain.len() >= SHORTEST {
            forms.push((plain, least));
        }
        // What all keys begin with says nothing; the rest of a short one is enough although it is short.
        let rest = secret
            .strip_prefix("sk-ant-")
            .and_then(|rest| rest.split_once('-'));
        if let Some((_, rest)) = rest {
            let rest = telling(&mut rest.bytes());
            if rest.len() >= SHORTEST + 2 {
                let least = rest.len().min(TELLING);
                forms.push((rest, least));
            }
        }
        let hex = secret.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
        let hex: Vec<u8> = hex.map(|digit| b"0123456789abcdef"[usize::from(digit)]).collect();
        let least = hex.len().min(2 * TELLING);
        forms.push((hex, least));
        let in_base64 = forms.len();
        for shift in 0..3 {
            let base64 = telling(&mut base64_inside(secret.as_bytes(), shift));
            let least = base64.len().min(TELLING);
            if least >= SHORTEST {
                forms.push((base64, least));
            }
        }
        Self { forms, in_base64 }
    }

    fn find_in(&self, letters: &[Letter], hide: &mut impl FnMut((usize, usize))) {
        let telling: Vec<Letter> = letters.iter().copied().filter(Letter::is_telling).collect();
        for (number, (form, least)) in self.forms.iter().enumerate() {
            let mut at = 0;
            while at < telling.len() {
                let length = longest_stretch(form, &telling[at..]);
                if length < *least {
                    at += 1;
                    continue;
                }
                let (first, last) = (telling[at], telling[at + length - 1]);
                hide(match number >= self.in_base64 {
                    // What stands around it in the same word holds the rest of it.
                    true => whole_word(letters, first, last),
                    false => (first.from, last.to),
                });
                at += length;
            }
        }
    }
}

/// How many letters at the beginning of a text stand in a form of the key in this order.
fn longest_stretch(form: &[u8], text: &[Letter]) -> usize {
    let same = |from: &[u8]| from.iter().zip(text).take_while(|(a, b)| **a == b.char).count();
    (0..form.len())
        .map(|start| same(&form[start..]))
        .max()
        .unwrap_or(0)
}

fn whole_word(letters: &[Letter], first: Letter, last: Letter) -> (usize, usize) {
    let is_base64 =
        |letter: &&Letter| letter.is_telling() || matches!(letter.char, b'+' | b'/' | b'-' | b'_' | b'=');
    let start = letters.partition_point(|letter| letter.from < first.from);
    let end = letters.partition_point(|letter| letter.from <= last.from);
    let before = letters[..start].iter().rev().take_while(is_base64).last();
    let behind = letters[end..].iter().take_while(is_base64).last();
    (
        before.map_or(first.from, |letter| letter.from),
        behind.map_or(last.to, |letter| letter.to),
    )
}

/// The Base64 of bytes that stand `shift` bytes into a group of three, without the letters that hold bits of what is around
/// them.
fn base64_inside(bytes: &[u8], shift: usize) -> impl Iterator<Item = u8> + '_ {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = move |number: usize| {
        let byte = bytes[number / 8 - shift];
        usize::from(byte >> (7 - number % 8) & 1)
    };
    let (from, to) = (8 * shift, 8 * (shift + bytes.len()));
    (from.div_ceil(6)..to / 6).map(move |letter| {
        let value = (6 * letter..6 * letter + 6).fold(0, |value, number| 2 * value + bit(number));
        ALPHABET[value]
    })
}

/// Whatever begins as a key of the API does.
fn find_foreign_keys(letters: &[Letter], hide: &mut impl FnMut((usize, usize))) {
    let begins = |at: usize| {
        let letters = letters[at..].iter().map(|letter| letter.char);
        PREFIX.iter().copied().eq(letters.take(PREFIX.len()))
    };
    let mut at = 0;
    while at < letters.len() {
        if !begins(at) {
            at += 1;
            continue;
        }
        let mut end = at + PREFIX.len();
        while letters.get(end).is_some_and(|letter| {
            let touches = letter.from == letters[end - 1].to;
            touches && (letter.is_telling() || matches!(letter.char, b'-' | b'_'))
        }) {
            end += 1;
        }
        hide((letters[at].from, letters[end - 1].to));
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-ant-api03-Q7v_2LmX9-aZ08kk3PqRsT5";

    fn hidden(text: &str) -> String {
        redact(text, &Credential::ApiKey(KEY.into()))
    }

    fn base64(bytes: &[u8]) -> String {
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().div_ceil(3) * 3, 0);
        let letters: Vec<u8> = base64_inside(&padded, 0).collect();
        let kept = (8 * bytes.len()).div_ceil(6);
        let text = String::from_utf8(letters[..kept].to_vec()).expect("ASCII");
        text + &"=".repeat((3 - bytes.len() % 3) % 3)
    }

    #[test]
    fn the_rest_of_a_short_key_is_enough() {
        let key = Credential::ApiKey("sk-ant-api03-e2e-7Qv2LmX9".into());
        for text in ["e2e-7Qv2LmX9", "E2E 7QV2LMX9", "e2e%2D7Qv2LmX9"] {
            assert_eq!(
                redact(&format!("invalid key: {text}"), &key),
                format!("invalid key: {MASK}")
            );
        }
        assert_eq!(redact("api03", &key), "api03");
    }

    #[test]
    fn base64_is_base64() {
        assert_eq!(base64(b"light work."), "bGlnaHQgd29yay4=");
        assert_eq!(base64(b"light work"), "bGlnaHQgd29yaw==");
    }

    /// The key in the forms in which an error text may have it.
    fn forms() -> Vec<(&'static str, String)> {
        let each = |form: &dyn Fn(char) -> String| KEY.chars().map(form).collect::<String>();
        let numbered = |text: &str| format!("id {text}, status 401");
        vec![
            ("as it is", numbered(KEY)),
            ("upper case", numbered(&KEY.to_uppercase())),
            ("lower case", numbered(&KEY.to_lowercase())),
            (
                "dashes percent-encoded",
                numbered(&KEY.replace('-', "%2D").replace('_', "%5f")),
            ),
            (
                "all percent-encoded",
                numbered(&each(&|c| format!("%{:02X}", c as u32))),
            ),
            (
                "percent-encoded twice",
                numbered(&each(&|c| format!("%25{:02X}", c as u32))),
            ),
            ("references", numbered(&each(&|c| format!("&#{};", c as u32)))),
            ("hexadecimal references", numbered(&KEY.replace('-', "&#x2D;"))),
            ("escapes", numbered(&each(&|c| format!("\\u{:04x}", c as u32)))),
            ("short escapes", numbered(&KEY.replace('-', "\\x2d"))),
            ("zero-width spaces", numbered(&each(&|c| format!("{c}\u{200B}")))),
            ("soft hyphens", numbered(&each(&|c| format!("{c}\u{AD}")))),
            (
                "line breaks",
                numbered(&format!("{}\r\n  {}", &KEY[..20], &KEY[20..])),
            ),
            ("spaces", numbered(&each(&|c| format!("{c} ")))),
            ("without separators", numbered(&KEY.replace(['-', '_'], ""))),
            (
                "other separators",
                numbered(&KEY.replace('-', "·").replace('_', "-")),
            ),
            (
                "full width",
                numbered(&each(&|c| {
                    char::from_u32(c as u32 + 0xFEE0).expect("a form").to_string()
                })),
            ),
            ("without its prefix", numbered(&KEY[13..])),
            ("cut off", numbered(&KEY[..28])),
            ("Base64", numbered(&base64(KEY.as_bytes()))),
            (
                "Base64 for URLs",
                numbered(&base64(KEY.as_bytes()).replace('+', "-").replace('/', "_")),
            ),
            (
                "Base64 in lines",
                numbered(base64(KEY.as_bytes()).split_at(20).0) + "\n" + &base64(KEY.as_bytes())[20..],
            ),
            (
                "Base64 of a header",
                numbered(&base64(format!("x-api-key: {KEY}").as_bytes())),
            ),
            (
                "Base64 of a pair",
                numbered(&base64(format!("ab:{KEY}").as_bytes())),
            ),
            (
                "Base64 of JSON",
                numbered(&base64(format!(r#"{{"key":"{KEY}"}}"#).as_bytes())),
            ),
            ("hexadecimal", numbered(&each(&|c| format!("{:02x}", c as u32)))),
            (
                "hexadecimal with colons",
                numbered(&each(&|c| format!("{:02X}:", c as u32))),
            ),
        ]
    }

    #[test]
    fn the_key_is_hidden_in_every_form() {
        for (name, text) in forms() {
            let shown = hidden(&text);
            assert!(shown.contains(MASK), "{name}: {shown}");
            assert!(shown.starts_with("id <redacted>"), "{name}: {shown}");
            assert!(shown.len() < 60, "{name}: {shown}");
        }
    }

    #[test]
    fn what_is_no_key_stays() {
        for text in [
            "nothing here",
            "keys begin with sk-ant",
            "a task antenna api03",
            "req_011CSHoEeqs5C35K2UUqR7Fy",
            "100 % of %zz and &#; and \\u12 and &amp; =",
            "sesn_01Q7v2",
        ] {
            assert_eq!(hidden(text), text);
        }
    }

    #[test]
    fn other_keys_are_hidden_too() {
        let own = Credential::ApiKey("custom-key-1".into());
        let text = "bad key custom-key-1, or sk-ant-api03-AbC_9-x; SK-ANT-OAT01-y, sk%2Dant%2Dz, sk-ant-";
        assert_eq!(
            redact(text, &own),
            "bad key <redacted>, or <redacted>; <redacted>, <redacted>, <redacted>"
        );
        assert_eq!(redact("sk-ant-x", &Credential::None), MASK);
    }

    #[test]
    fn a_short_key_is_found_only_as_it_is() {
        let own = Credential::ApiKey("a-1".into());
        assert_eq!(redact("a-1 a1 A-1 data 1", &own), "<redacted> a1 A-1 data 1");
    }

    #[test]
    fn a_token_of_an_identity_provider_is_hidden_part_by_part() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
        let own = Credential::Bearer(token.into());
        for part in token.split('.') {
            assert_eq!(redact(&format!("bad part {part}!"), &own), "bad part <redacted>!");
        }
    }

    #[test]
    fn any_text_is_cleared_without_breaking_a_character() {
        for text in [
            "é%é&#é;\\ué",
            "%",
            "%2",
            "&#x",
            "\\u{",
            "=é",
            "%25%25",
            "😀%F0%9F",
        ] {
            assert_eq!(hidden(text), text);
        }
        let long = "sk-ant-api03-".repeat(2_000);
        assert_eq!(hidden(&long), MASK);
    }
}
