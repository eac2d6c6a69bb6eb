//! Link reference definitions and who asks for them.

use std::collections::HashMap;
use std::sync::Arc;

use super::entities::unescaped;
use super::target::{behind_white, destination, label, title};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Definition {
    pub(super) destination: Arc<str>,
    pub(super) title: Arc<str>,
}

/// Numbers for labels, in a map like the one of the event log, whose compiled code it shares.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels(HashMap<Arc<str>, u32>);

impl Labels {
    pub(super) fn get(&self, label: &str) -> Option<usize> {
        self.0.get(label).map(|number| *number as usize)
    }

    /// The number of a label; the first one gets 0, the next 1.
    pub(super) fn number(&mut self, label: &Arc<str>) -> usize {
        self.get(label).unwrap_or_else(|| {
            let next = self.0.len();
            self.0.insert(Arc::clone(label), next as u32);
            next
        })
    }
}

/// Definitions by label; of several for one label the first counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions {
    labels: Labels,
    list: Vec<(Arc<str>, Definition)>,
}

impl Definitions {
    pub(super) fn add(&mut self, label: &Arc<str>, definition: &Definition) {
        if self.labels.number(label) == self.list.len() {
            self.list.push((Arc::clone(label), definition.clone()));
        }
    }

    pub(super) fn get(&self, label: &str) -> Option<&Definition> {
        self.labels.get(label).map(|number| &self.list[number].1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(Arc<str>, Definition)> {
        self.list.iter()
    }
}

/// The definitions that a text may refer to, and the labels that it has asked for, whether they are defined or not.
pub(super) struct Links<'a> {
    first: &'a Definitions,
    then: &'a Definitions,
    pub(super) asked: Vec<Arc<str>>,
}

impl<'a> Links<'a> {
    /// Those of `first` count before those of `then`.
    pub(super) fn new(first: &'a Definitions, then: &'a Definitions) -> Self {
        Self {
            first,
            then,
            asked: Vec::new(),
        }
    }

    /// Looks a label up as it was written.
    pub(super) fn find(&mut self, label: &str) -> Option<Definition> {
        let label = normalized(label)?;
        let found = self.first.get(&label).or_else(|| self.then.get(&label)).cloned();
        self.asked.push(label);
        found
    }
}

/// A definition at the beginning of a paragraph: its label, and the text behind it.
pub(super) fn definition(text: &str) -> Option<(Arc<str>, Definition, &str)> {
    let (label, rest) = label(text)?;
    let label = normalized(label)?;
    let at = behind_white(rest.strip_prefix(':')?);
    let (destination, rest) =
        destination(at).filter(|(found, _)| !found.is_empty() || at.starts_with('<'))?;
    let made = |title: &str| Definition {
        destination: unescaped(destination).into(),
        title: unescaped(title).into(),
    };
    let behind = behind_white(rest);
    if behind.len() < rest.len()
        && let Some((title, rest)) = title(behind)
        && let Some(rest) = line_end(rest)
    {
        return Some((label, made(title), rest));
    }
    // What looked like a title may be a line of its own.
    Some((label, made(""), line_end(rest)?))
}

/// The text behind the line, if nothing more stands on it.
fn line_end(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\t']);
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('\n')
}

/// A label without case and with one space for all white space; `None` if nothing is left.
fn normalized(label: &str) -> Option<Arc<str>> {
    let mut folded = String::with_capacity(label.len());
    for word in label.split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        for char in word.chars() {
            match char {
                'ß' | 'ẞ' => folded.push_str("ss"),
                _ => folded.push(small(char)),
            }
        }
    }
    (!folded.is_empty()).then(|| folded.into())
}

/// The small letter of a capital one, in Latin, Greek, Cyrillic and Armenian. The tables of Unicode for all scripts would
/// take more of the page than the rest of this module.
fn small(char: char) -> char {
    let code = u32::from(char);
    let code = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3AB | 0x410..=0x42F => code + 32,
        0x100..=0x137 | 0x14A..=0x177 | 0x1E00..=0x1EFF => code | 1,
        0x139..=0x148 | 0x179..=0x17E => code + code % 2,
        0x178 => 0xFF,
        0x3C2 => 0x3C3,
        0x400..=0x40F => code + 80,
        0x531..=0x556 => code + 48,
        _ => code,
    };
    char::from_u32(code).unwrap_or(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_compared_without_case_and_white_space() {
        for (one, other) in [
            ("Foo  Bar", "foo\n\tbar"),
            (" A ", "a"),
            ("ÀÉÞ×", "àéþ×"),
            ("ĀŁŸŽ", "āłÿž"),
            ("ΑΓΩΣ", "αγως"),
            ("ЀЖЯ", "ѐжя"),
            ("Ա", "ա"),
            ("STRASSE ẞ", "straße ss"),
            ("TIẾNG VIỆT", "tiếng việt"),
            ("中文", "中文"),
        ] {
            assert_eq!(normalized(one), normalized(other), "{one}");
        }
        assert_ne!(normalized("a b"), normalized("ab"));
        assert_eq!(normalized(" \n\t"), None);
        for code in 0..0x590 {
            let char = char::from_u32(code).unwrap();
            let lower: String = char.to_lowercase().collect();
            let is_known = !(0x180..0x391).contains(&code) && !(0x3CF..0x400).contains(&code) && code < 0x460
                || code > 0x530;
            if is_known && !['ß', 'ς', 'İ', '\u{3A2}'].contains(&char) {
                assert_eq!(small(char).to_string(), lower, "{code:x}");
            }
        }
    }
}
