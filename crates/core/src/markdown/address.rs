//! Addresses in running text: `<https://…>`, `https://…`, `www.…`, `somebody@…`, and HTML tags, which are text.

use super::chars::{is_cjk, is_invisible, is_punctuation, is_word};

/// Longest HTML tag in bytes. Quotes within quotes could otherwise make many searches go to the end of the text.
const LONGEST_TAG: usize = 1_000;

/// Longest host in characters.
const LONGEST_HOST: usize = 255;

/// What stands between `<` and `>` at the beginning of a text, if it is an address, and where it leads.
pub(super) fn in_angles(text: &str) -> Option<(&str, String)> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find(|c: char| matches!(c, '<' | '>' | ' ') || c.is_ascii_control())?;
    if !inner[end..].starts_with('>') {
        return None;
    }
    let inner = &inner[..end];
    let scheme = inner.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = (2..=32).contains(&scheme.len())
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
    if is_scheme {
        return Some((inner, inner.to_owned()));
    }
    let (local, domain) = inner.split_once('@')?;
    let is_local = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_mail = !local.is_empty() && local.bytes().all(is_local) && domain.split('.').all(is_label);
    is_mail.then(|| (inner, format!("mailto:{inner}")))
}

/// The length of an HTML tag, comment or instruction at the beginning of a text. `never_ends` remembers which of those that
/// end with marks of their own do not end any more.
pub(super) fn html(text: &str, never_ends: &mut u8) -> Option<usize> {
    let mut within = |bit: u8, from: usize, end: &str| {
        if *never_ends & bit != 0 {
            return None;
        }
        let found = text.get(from..).and_then(|rest| rest.find(end));
        if found.is_none() {
            *never_ends |= bit;
        }
        found.map(|at| from + at + end.len())
    };
    match text.as_bytes().get(1)? {
        b'!' if text.starts_with("<!-->") => Some(5),
        b'!' if text.starts_with("<!--->") => Some(6),
        b'!' if text.starts_with("<!--") => within(1, 4, "-->"),
        b'!' if text.starts_with("<![CDATA[") => within(2, 9, "]]>"),
        b'!' if text.as_bytes().get(2)?.is_ascii_alphabetic() => within(4, 2, ">"),
        b'?' => within(8, 2, "?>"),
        b'/' => {
            let rest = behind_name(&text[2..])?.trim_start_matches(WHITE);
            rest.starts_with('>').then(|| text.len() - rest.len() + 1)
        }
        _ => open_tag(text),
    }
}

const WHITE: [char; 3] = [' ', '\t', '\n'];

fn open_tag(text: &str) -> Option<usize> {
    let mut rest = behind_name(&text[1..])?;
    loop {
        let at = rest.trim_start_matches(WHITE);
        if text.len() - at.len() > LONGEST_TAG {
            return None;
        }
        if let Some(behind) = at.strip_prefix("/>").or_else(|| at.strip_prefix('>')) {
            return Some(text.len() - behind.len());
        }
        let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':');
        if at.len() == rest.len() || !at.starts_with(begins) {
            return None;
        }
        rest =
            at.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-'));
        let Some(value) = rest.trim_start_matches(WHITE).strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start_matches(WHITE);
        rest = match value.chars().next()? {
            quote @ ('"' | '\'') => {
                let mut bound = value.len().min(LONGEST_TAG);
                while !value.is_char_boundary(bound) {
                    bound -= 1;
                }
                let end = value[1..bound.max(1)].find(quote)?;
                &value[end + 2..]
            }
            _ => {
                let ends = |c: char| WHITE.contains(&c) || "\"'=<>`".contains(c);
                let end = value.find(ends).filter(|end| *end > 0)?;
                &value[end..]
            }
        };
    }
}

/// What follows the name of a tag.
fn behind_name(text: &str) -> Option<&str> {
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic());
    is_name.then(|| text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-'))
}

/// The bytes of a bare web address at the beginning of a text, without the `https://` or `www.` before it; `None` if there
/// is no host. `is_short` allows for hosts of one label and for underscores, as names in a private network have them.
///
/// As in GitHub Flavored Markdown, and in addition: it ends at a closing bracket that it did not open, at marks that no address
/// contains, at quotation marks and punctuation of scripts without spaces, and in a Latin host at the first character of such a script.
pub(super) fn web(text: &str, is_short: bool) -> Option<usize> {
    let is_latin = text.starts_with(|c: char| c.is_ascii());
    let is_host = |c: char| is_word(c) && !(is_latin && is_cjk(c)) || matches!(c, '-' | '_' | '.');
    let end = text
        .chars()
        .take(LONGEST_HOST)
        .take_while(|c| is_host(*c))
        .map(char::len_utf8)
        .sum();
    let (host, mut rest) = text.split_at(end);
    if let Some(port) = rest.strip_prefix(':') {
        let behind = port.trim_start_matches(|c: char| c.is_ascii_digit());
        match behind.chars().next() {
            _ if behind.len() < port.len() => rest = behind,
            // What looks like a host may be a name before the real one.
            Some(c) if is_word(c) => return None,
            _ => {}
        }
    }
    let has_path = rest.starts_with(['/', '?', '#']);
    let host = if has_path { host } else { trimmed(host) };
    if rest.starts_with('@') || !has_labels(host, is_short) {
        return None;
    }
    if !has_path {
        let port = text.len() - rest.len();
        return Some(if host.len() == end { port } else { host.len() });
    }
    let mut brackets = 0;
    let path = rest.find(|c: char| {
        match c {
            '[' => brackets += 1,
            ']' => brackets -= 1,
            _ => {}
        }
        brackets < 0 || c.is_whitespace() || c.is_control() || ends_address(c)
    });
    let path = &rest[..path.unwrap_or(rest.len())];
    Some(text.len() - rest.len() + trimmed(path).len())
}

/// What no address contains, quotation marks, punctuation of scripts without spaces, and what is not seen.
fn ends_address(c: char) -> bool {
    matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '|')
        || matches!(c, '\u{2018}'..='\u{201F}' | '«' | '»' | '‹' | '›' | '…')
        || is_invisible(c)
        || (is_cjk(c) && is_punctuation(c))
}

fn has_labels(host: &str, is_short: bool) -> bool {
    let labels = || host.split('.').rev();
    labels().all(|label| !label.is_empty() && !label.starts_with('-'))
        && (is_short || host.contains('.') && labels().take(2).all(|label| !label.contains('_')))
}

/// Without what belongs to the sentence around it.
fn trimmed(text: &str) -> &str {
    // Closing parentheses that nothing opened.
    let count = |mark: char| text.matches(mark).count();
    let mut unopened = count(')').saturating_sub(count('('));
    let mut text = text;
    loop {
        text = text.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"']);
        if unopened > 0
            && let Some(rest) = text.strip_suffix(')')
        {
            unopened -= 1;
            text = rest;
        } else if let Some(rest) = text.strip_suffix(';') {
            let name = rest.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
            text = match name.strip_suffix('&') {
                Some(before) if name.len() < rest.len() => before,
                _ => rest,
            };
        } else {
            return text;
        }
    }
}

/// How many bytes around an `@` are a mail address: those before it, in a text that ends there, and those behind it.
pub(super) fn mail(before: &str, behind: &str) -> Option<(usize, usize)> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let local = before.len() - before.trim_end_matches(is_local).len();
    let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let end = behind.find(|c| !is_domain(c)).unwrap_or(behind.len());
    let domain = behind[..end].trim_end_matches('.');
    let is_mail = local > 0
        && has_labels(domain, false)
        && !domain.ends_with(['-', '_'])
        && !behind[domain.len()..].starts_with('@');
    is_mail.then_some((local, domain.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_address_ends_where_a_reader_would_end_it() {
        for (text, address) in [
            ("example.com", "example.com"),
            ("example.com/a?b=c#d more", "example.com/a?b=c#d"),
            ("example.com.", "example.com"),
            ("example.com/a, and", "example.com/a"),
            ("example.com/a?!…", "example.com/a"),
            ("example.com/a_b_", "example.com/a_b"),
            ("example.com/a**", "example.com/a"),
            ("example.com/\"", "example.com/"),
            ("example.com/a)", "example.com/a"),
            ("example.com/a_(b)", "example.com/a_(b)"),
            ("example.com/a_(b))", "example.com/a_(b)"),
            ("example.com/a_(b)).", "example.com/a_(b)"),
            ("example.com/(a)b)c", "example.com/(a)b)c"),
            ("example.com/[a]/b]", "example.com/[a]/b"),
            ("example.com/a](https://other.example)", "example.com/a"),
            ("example.com/?a&amp;", "example.com/?a"),
            ("example.com/?a;b;", "example.com/?a;b"),
            ("example.com/?a&b;c;", "example.com/?a&b;c"),
            ("example.com<b>", "example.com"),
            ("example.com。次", "example.com"),
            ("example.com/a）と", "example.com/a"),
            ("example.com/日本語/", "example.com/日本語/"),
            ("example.com/a、b", "example.com/a"),
            ("example.comを見て", "example.com"),
            ("example.com:8080/x", "example.com:8080/x"),
            ("例え.jp/x", "例え.jp/x"),
            ("bücher.example", "bücher.example"),
            ("example.com/”", "example.com/"),
            ("example.com/»", "example.com/"),
            ("example.com/\",\"b\":1", "example.com/"),
            ("example.com/\\x|y", "example.com/"),
            ("exam\u{200B}ple.com", "exam"),
            ("example.com/a\u{2060}b", "example.com/a"),
            ("my_service:8080/x", "my_service:8080/x"),
            ("localhost:3000/x", "localhost:3000/x"),
            ("example.com: more", "example.com"),
            ("example.com:80, more", "example.com:80"),
        ] {
            assert_eq!(web(text, true).map(|end| &text[..end]), Some(address), "{text}");
        }
        for text in [
            "",
            "/",
            ".",
            "..",
            "[",
            "]",
            "a..b",
            "a../b",
            "-a",
            "<",
            "?x",
            "。",
            "user@example.com/x",
            "user:word@example.com",
        ] {
            assert_eq!(web(text, true), None, "{text}");
        }
        for text in ["localhost", "a_b.c", "a.b_c/"] {
            assert_eq!(web(text, false), None, "{text}");
        }
    }

    #[test]
    fn a_mail_address_is_taken_around_its_sign() {
        for (before, behind, address) in [
            ("to me", "example.com", Some("me@example.com")),
            ("me+you_2", "example.co.uk, or", Some("me+you_2@example.co.uk")),
            ("(me", "example.com.)", Some("me@example.com")),
            ("me", "example", None),
            ("", "example.com", None),
            ("me", "example.com-", None),
            ("me", "example.com_", None),
            ("me", "example.com@x", None),
            ("é", "example.com", None),
        ] {
            let found = mail(before, behind)
                .map(|(local, domain)| format!("{}@{}", &before[before.len() - local..], &behind[..domain]));
            assert_eq!(found.as_deref(), address, "{before}@{behind}");
        }
    }

    #[test]
    fn tags_are_told_from_other_angles() {
        for tag in [
            "<a>",
            "<a/>",
            "<bab-x2 />",
            "<a  b = 'c>' d=\"e\n>\" f=g h _i:j.k-l />",
            "</a\n>",
            "<!-- a - b -- c -->",
            "<!-->",
            "<!--->",
            "<?php x ?>",
            "<!ELEMENT br EMPTY>",
            "<![CDATA[>&<]]>",
        ] {
            let text = format!("{tag} rest >");
            assert_eq!(html(&text, &mut 0), Some(tag.len()), "{tag}");
        }
        for text in [
            "<",
            "<>",
            "< a>",
            "<33>",
            "<a h*#ref=\"hi\">",
            "<a href=\"hi'> <a href=hi'>",
            "<a b='c'd=e>",
            "</a b>",
            "<a b=>",
            "<!-- a",
            "<!3>",
            "<? a",
            "<a b='",
            "<a b",
            "<é>",
        ] {
            assert_eq!(html(text, &mut 0), None, "{text}");
        }
        let mut never_ends = 0;
        assert_eq!(html("<!-- a", &mut never_ends), None);
        assert_eq!(
            html("<!-- a -->", &mut never_ends),
            None,
            "is not looked for again"
        );
    }
}
