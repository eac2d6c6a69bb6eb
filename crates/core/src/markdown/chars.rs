//! Kinds of characters that decide whether marks open or close something.

use super::punctuation::PUNCTUATION;

/// Whether the specification calls it a Unicode punctuation character.
pub(super) fn is_punctuation(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_punctuation();
    }
    let mut bytes = PUNCTUATION.iter();
    let mut number = || {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = u32::from(*bytes.next()?);
            value |= (byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                return Some(value);
            }
        }
    };
    let mut end = 0x80;
    while let (Some(gap), Some(length)) = (number(), number()) {
        let start = end + gap;
        end = start + length;
        if u32::from(char) < end {
            return u32::from(char) >= start;
        }
    }
    false
}

/// Whether it may stand in a word or a name.
pub(super) fn is_word(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_alphanumeric();
    }
    !char.is_whitespace() && !char.is_control() && !is_punctuation(char) && !is_invisible(char)
}

/// Characters without a shape of their own, by which two addresses that look alike could differ.
pub(super) fn is_invisible(char: char) -> bool {
    matches!(char, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether it belongs to a script that is written without spaces between words, or to its punctuation.
pub(super) fn is_cjk(char: char) -> bool {
    matches!(u32::from(char),
        0x1100..=0x11FF | 0x2E80..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F
        | 0xFF00..=0xFFEF | 0x1B000..=0x1B16F | 0x20000..=0x3FFFF)
}

/// Whether a run of marks may open, and whether it may close.
///
/// As in the specification, but for one thing: a character of a script without spaces beside the marks counts like a space
/// where one is asked for, and its punctuation like a letter. Otherwise `**"word"**` before a syllable of Korean and
/// `**word。**` before a word of Chinese would not be strong.
pub(super) fn flanking(mark: u8, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let is_white = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_mark = |c: Option<char>| c.is_some_and(is_punctuation);
    let is_cjk = |c: Option<char>| c.is_some_and(is_cjk);
    let is_free = |c| is_white(c) || is_mark(c) || is_cjk(c);
    let left = !is_white(after) && (!is_mark(after) || is_cjk(after) || is_free(before));
    let right = !is_white(before) && (!is_mark(before) || is_cjk(before) || is_free(after));
    if mark == b'_' {
        (
            left && (!right || is_mark(before)),
            right && (!left || is_mark(after)),
        )
    } else {
        (left, right)
    }
}

#[cfg(test)]
mod tests {
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

    use super::*;

    #[test]
    fn punctuation_is_that_of_unicode() {
        let is_mark = |c: char| {
            matches!(
                c.general_category_group(),
                GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol
            )
        };
        let mut table = Vec::new();
        let (mut end, mut start) = (0x80, None);
        for code in 0x80..=0x11_0000 {
            let here = char::from_u32(code).is_some_and(is_mark);
            match start {
                None if here => start = Some(code),
                Some(from) if !here => {
                    for mut number in [from - end, code - from] {
                        while number >= 0x80 {
                            table.push(0x80 | u8::try_from(number & 0x7F).unwrap());
                            number >>= 7;
                        }
                        table.push(u8::try_from(number).unwrap());
                    }
                    (end, start) = (code, None);
                }
                _ => {}
            }
        }
        assert!(
            table == PUNCTUATION,
            "it has to be {} bytes: {table:?}",
            table.len()
        );
        let wrong = ('\0'..='\u{FFFF}').find(|c| is_punctuation(*c) != is_mark(*c));
        assert_eq!(wrong, None);
    }

    #[test]
    fn marks_beside_words_without_spaces_count() {
        for (before, after, expected) in [
            ('"', '는', (true, true)),
            ('。', '中', (true, true)),
            ('는', '"', (true, true)),
            ('"', 'a', (true, false)),
            ('a', '"', (false, true)),
            ('a', 'b', (true, true)),
            ('a', ' ', (false, true)),
            ('\u{a0}', 'a', (true, false)),
            ('£', 'a', (true, false)),
        ] {
            assert_eq!(
                flanking(b'*', Some(before), Some(after)),
                expected,
                "{before}**{after}"
            );
        }
        assert_eq!(flanking(b'_', Some('a'), Some('b')), (false, false));
        assert_eq!(flanking(b'*', None, None), (false, false));
    }
}
