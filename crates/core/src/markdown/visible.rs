//! Control characters that could disguise text, made visible.

use std::borrow::Cow;
use std::fmt::Write;

/// Shows control characters instead of letting them act, for text from agents and tools.
///
/// C0 controls, the escape of ANSI sequences among them, become their pictures (U+2400 to U+241F), DEL U+2421; C1,
/// bidirectional embedding, override and isolate controls, and tags outside of flags become `⟨U+202E⟩`. Tab, line feed
/// and CR LF stay.
#[must_use]
pub fn visible_controls(text: &str) -> Cow<'_, str> {
    let mut eye = Eye::default();
    let hidden = |&(index, char): &(usize, char)| eye.is_hidden(char, &text[index + char.len_utf8()..]);
    let Some((first, _)) = text.char_indices().find(hidden) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    let mut eye = Eye::default();
    let mut rest = text[first..].chars();
    while let Some(char) = rest.next() {
        if !eye.is_hidden(char, rest.as_str()) {
            out.push(char);
            continue;
        }
        match u32::from(char) {
            0x7F => out.push('\u{2421}'),
            code @ 0..0x20 => out.extend(char::from_u32(0x2400 + code)),
            code => {
                // Writing to a string cannot fail.
                let _ = write!(out, "⟨U+{code:04X}⟩");
            }
        }
    }
    Cow::Owned(out)
}

/// Reads a text from its start and tells what a reader would not see.
#[derive(Default)]
struct Eye {
    /// How many tags may still follow a black flag. Tags are invisible copies of ASCII, with which whole sentences can be
    /// hidden from people and told to models; the flags of England, Scotland and Wales are made of a few.
    tags_of_flag: u8,
}

impl Eye {
    fn is_hidden(&mut self, char: char, rest: &str) -> bool {
        let is_tag = matches!(char, '\u{E0000}'..='\u{E007F}');
        let of_flag = is_tag && self.tags_of_flag > 0;
        self.tags_of_flag = match char {
            '\u{1F3F4}' => 6,
            _ if of_flag => self.tags_of_flag - 1,
            _ => 0,
        };
        match char {
            '\n' | '\t' => false,
            '\r' => !rest.starts_with('\n'),
            _ => char.is_control() || is_bidi_control(char) || (is_tag && !of_flag),
        }
    }
}

/// Controls that reorder what follows. The marks U+200E, U+200F and U+061C belong to ordinary text and are not meant.
pub(super) fn is_bidi_control(char: char) -> bool {
    matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_not_copied() {
        for text in [
            "",
            "plain",
            "tab\tand\nlines\r\n",
            "עברית \u{200F}עם סימן",
            "naïve 🦀 文字",
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} Alba",
        ] {
            assert!(
                matches!(visible_controls(text), Cow::Borrowed(same) if same == text),
                "{text:?}"
            );
        }
    }

    #[test]
    fn controls_are_shown() {
        for (text, shown) in [
            ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"),
            ("a\0b\u{7}\u{8}c\u{1F}\u{7F}", "a␀b␇␈c␟␡"),
            ("over\rwritten\r\n", "over␍written\r\n"),
            ("\u{9B}31m", "⟨U+009B⟩31m"),
            ("user\u{202E}txt.exe\u{202C}", "user⟨U+202E⟩txt.exe⟨U+202C⟩"),
            ("\u{2066}isolated\u{2069}", "⟨U+2066⟩isolated⟨U+2069⟩"),
            ("hi\u{E0072}\u{E006D}", "hi⟨U+E0072⟩⟨U+E006D⟩"),
            ("\u{1F3F4}x\u{E0072}", "\u{1F3F4}x⟨U+E0072⟩"),
        ] {
            assert_eq!(visible_controls(text), shown);
        }
    }
}
