//! Characters that could disguise text, made visible.
//!
//! There are two doors. Prose ([`visible_controls`]) shows what acts against the reader and leaves what belongs to ordinary
//! writing. What somebody decides by, or compares character by character (names and inputs of tools, what tools print), is
//! shown exactly ([`visible_exactly`], [`visible_name`]): nothing in it is invisible, and no stretch of blanks pushes the
//! rest out of sight. Where such text is drawn, the style `exact` keeps its characters in the order in which they stand.

use std::borrow::Cow;
use std::fmt::Write;

/// Shows control characters instead of letting them act, for prose from agents and tools.
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
        if eye.is_hidden(char, rest.as_str()) {
            push_shown(&mut out, char);
        } else {
            out.push(char);
        }
    }
    Cow::Owned(out)
}

/// Shows every character of a text that cannot be seen, or that reorders or joins others.
///
/// Besides what [`visible_controls`] shows: every character that Unicode calls Default_Ignorable or Bidi_Control, white
/// space other than ASCII's, and the few others that are drawn as nothing become `⟨U+200B⟩`. A long stretch of blanks
/// becomes `⟨3,000 × U+00A0⟩`, so that what follows stays in sight.
#[must_use]
pub fn visible_exactly(text: &str) -> Cow<'_, str> {
    if !hides(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find(is_blank) {
        out.push_str(&rest[..start]);
        let length = rest[start..].find(|char| !is_blank(char));
        let (stretch, behind) = rest[start..].split_at(length.unwrap_or(rest.len() - start));
        push_stretch(&mut out, stretch);
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The name of a tool, a server or a field, exactly. Letters of other scripts can look like ASCII's, so a name that is not
/// ASCII says which characters it has: `bаsh ⟨not ASCII: U+0430⟩`.
#[must_use]
pub fn visible_name(name: &str) -> Cow<'_, str> {
    const NAMED: usize = 6;
    let shown = visible_exactly(name);
    let mut foreign: Vec<char> = Vec::new();
    for char in name.chars().filter(|char| !char.is_ascii() && !is_unseen(*char)) {
        if !foreign.contains(&char) && foreign.len() <= NAMED {
            foreign.push(char);
        }
    }
    if foreign.is_empty() {
        return shown;
    }
    let mut out = shown.into_owned();
    out.push_str(" ⟨not ASCII:");
    for char in foreign.iter().take(NAMED) {
        let _ = write!(out, " U+{:04X}", u32::from(*char));
    }
    out.push_str(if foreign.len() > NAMED { " …⟩" } else { "⟩" });
    Cow::Owned(out)
}

/// Shows one character that cannot be seen by itself.
fn push_shown(out: &mut String, char: char) {
    match u32::from(char) {
        0x7F => out.push('\u{2421}'),
        code @ 0..0x20 => out.extend(char::from_u32(0x2400 + code)),
        code => {
            // Writing to a string cannot fail.
            let _ = write!(out, "⟨U+{code:04X}⟩");
        }
    }
}

/// Shows a stretch of blanks: as it is where that is ordinary, character by character, or by its length.
fn push_stretch(out: &mut String, stretch: &str) {
    if !is_long(stretch) {
        let mut chars = stretch.chars().peekable();
        while let Some(char) = chars.next() {
            let ends_line = char == '\r' && chars.peek() == Some(&'\n');
            if is_unseen(char) && !matches!(char, ' ' | '\t' | '\n') && !ends_line {
                push_shown(out, char);
            } else {
                out.push(char);
            }
        }
        return;
    }
    let first = stretch.chars().next().unwrap_or_default();
    let count = grouped(stretch.chars().count());
    let _ = if stretch.chars().all(|char| char == first) {
        write!(out, "⟨{count} × U+{:04X}⟩", u32::from(first))
    } else {
        write!(out, "⟨{count} blank characters⟩")
    };
    if stretch.contains('\n') {
        out.push('\n');
    }
}

/// Whether a stretch of blanks takes more room than any ordinary text needs.
fn is_long(stretch: &str) -> bool {
    const CHARS: usize = 120;
    const UNUSUAL: usize = 8;
    const LINES: usize = 5;
    let mut counts = (0, 0, 0);
    for char in stretch.chars() {
        counts.0 += 1;
        counts.1 += usize::from(!is_layout(char));
        counts.2 += usize::from(char == '\n');
    }
    counts.0 > CHARS || counts.1 > UNUSUAL || counts.2 > LINES
}

/// Whether anything in a text has to be shown in another form.
fn hides(text: &str) -> bool {
    text.contains(|char| is_unseen(char) && !is_layout(char))
        || text.split('\r').skip(1).any(|behind| !behind.starts_with('\n'))
        || text.split(|char| !is_blank(char)).any(is_long)
}

/// What a stretch of blanks is made of: everything that is drawn as nothing or as room.
fn is_blank(char: char) -> bool {
    char == ' ' || is_unseen(char)
}

/// Blanks that lay text out in every kind of file.
fn is_layout(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

/// Characters that are not seen: they are drawn as nothing or as room, or act on others. The ASCII space is not meant.
fn is_unseen(char: char) -> bool {
    char.is_control() || is_default_ignorable(char) || is_foreign_space(char)
}

/// White space other than ASCII's, and characters without that property that are drawn as nothing.
fn is_foreign_space(char: char) -> bool {
    matches!(
        char,
        '\u{A0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200A}'
            | '\u{2028}'..='\u{2029}'
            | '\u{202F}'
            | '\u{205F}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{1D159}'
    )
}

/// Default_Ignorable_Code_Point, which contains Bidi_Control. The tests compare it with the data of Unicode.
fn is_default_ignorable(char: char) -> bool {
    matches!(
        char,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// A number with its thousands set apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
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
    use icu_properties::CodePointSetData;
    use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, WhiteSpace};
    use proptest::prelude::*;

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

    #[test]
    fn text_that_hides_nothing_is_shown_as_it_is() {
        let deep = format!("if x:\n{}y\n\n\nz\r\n", " ".repeat(80));
        for text in [
            "",
            "shopctl migrate --target staging",
            "naïve 🦀 文字 עברית",
            "\ttab\r\n",
            deep.as_str(),
        ] {
            assert!(
                matches!(visible_exactly(text), Cow::Borrowed(same) if same == text),
                "{text:?}"
            );
        }
    }

    #[test]
    fn marks_that_turn_brackets_round_are_shown_exactly() {
        for (text, shown) in [
            ("live \u{61C}<\u{61C} dump.sql", "live ⟨U+061C⟩<⟨U+061C⟩ dump.sql"),
            ("live \u{200F}< dump.sql", "live ⟨U+200F⟩< dump.sql"),
            ("ba\u{AD}sh", "ba⟨U+00AD⟩sh"),
            ("rm\u{A0}-rf", "rm⟨U+00A0⟩-rf"),
            ("a\u{FE0F}b\u{E0100}", "a⟨U+FE0F⟩b⟨U+E0100⟩"),
            ("a\u{3164}\u{2800}b", "a⟨U+3164⟩⟨U+2800⟩b"),
            ("\u{1B}[2K", "␛[2K"),
            ("over\rwritten\r\n", "over␍written\r\n"),
        ] {
            assert_eq!(visible_exactly(text), shown);
        }
    }

    #[test]
    fn a_stretch_of_blanks_is_told_by_its_length() {
        let pad = |filler: &str, count: usize| format!("ls{}; rm -rf /srv/live", filler.repeat(count));
        for (text, shown) in [
            (pad("\u{A0}", 3_000), "ls⟨3,000 × U+00A0⟩; rm -rf /srv/live"),
            (pad("\u{3164}", 2_000), "ls⟨2,000 × U+3164⟩; rm -rf /srv/live"),
            (pad("\n", 1_234_567), "ls⟨1,234,567 × U+000A⟩\n; rm -rf /srv/live"),
            (pad(" ", 121), "ls⟨121 × U+0020⟩; rm -rf /srv/live"),
            (
                pad("\n \t", 400),
                "ls⟨1,200 blank characters⟩\n; rm -rf /srv/live",
            ),
            (pad("\0", 9), "ls⟨9 × U+0000⟩; rm -rf /srv/live"),
        ] {
            assert_eq!(visible_exactly(&text), shown);
        }
    }

    #[test]
    fn a_name_says_which_of_its_characters_are_not_ascii() {
        for (name, shown) in [
            ("bash", "bash"),
            ("b\u{430}sh", "b\u{430}sh ⟨not ASCII: U+0430⟩"),
            ("ba\u{200B}sh", "ba⟨U+200B⟩sh"),
            ("für\u{200B}für", "für⟨U+200B⟩für ⟨not ASCII: U+00FC⟩"),
            (
                "一二三四五六七",
                "一二三四五六七 ⟨not ASCII: U+4E00 U+4E8C U+4E09 U+56DB U+4E94 U+516D …⟩",
            ),
        ] {
            assert_eq!(visible_name(name), shown);
        }
    }

    #[test]
    fn the_properties_are_those_of_unicode() {
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        let bidi = CodePointSetData::new::<BidiControl>();
        let space = CodePointSetData::new::<WhiteSpace>();
        for char in '\0'..=char::MAX {
            assert_eq!(is_default_ignorable(char), ignorable.contains(char), "{char:?}");
            let must_show = ignorable.contains(char)
                || bidi.contains(char)
                || (space.contains(char) && !char.is_ascii())
                || (char.is_control() && !is_layout(char));
            if must_show {
                let text = format!("a{char}b");
                let shown = visible_exactly(&text);
                assert!(!shown.contains(char), "{char:?}");
                assert_eq!(shown.chars().filter(|c| "ab".contains(*c)).count(), 2, "{shown}");
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_unseen_is_left_and_nothing_seen_is_lost(text in "[a-z<>é \u{A0}\u{200B}-\u{200F}\u{3164}\u{FE0F}\u{0}-\u{1F}]{0,60}") {
            let shown = visible_exactly(&text);
            prop_assert!(shown.chars().all(|c| c == '\r' || is_layout(c) || !is_unseen(c)));
            let seen = |text: &str| -> String { text.chars().filter(|c| c.is_ascii_lowercase() || "<>é".contains(*c)).collect() };
            let kept = shown.replace("blank characters", "");
            prop_assert_eq!(seen(&kept), seen(&text));
            prop_assert_eq!(visible_exactly(&shown), shown.as_ref(), "shown once more it stays");
        }
    }
}
