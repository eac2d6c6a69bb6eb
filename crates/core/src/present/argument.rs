//! What a call is to be run with, as it is shown to whoever decides about it.

use crate::markdown::{visible_exactly, visible_name};
use crate::protocol::object::Fields;
use crate::protocol::scalars::string_of;

use super::json::exact_json;

/// Characters of an argument that are shown at once.
const AT_ONCE: usize = 4_000;
/// Characters of a part from which on a long argument shows it by its beginning and its end.
const PART: usize = 2_000;
const HEAD: usize = 1_200;
const TAIL: usize = 400;
/// Parts that a long argument shows of its beginning and of its end.
const FIRST: usize = 8;
const LAST: usize = 2;

/// The argument of a call, exactly: texts as texts, with their lines; everything else as JSON. All fields in the order in
/// which they came, those that stand there twice as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument(Vec<Part>);

/// One field of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name; absent if the argument is no object.
    pub name: Option<String>,
    /// What it holds.
    pub text: String,
}

/// A part of an argument that is too long to be shown at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortened {
    /// All of one field.
    Whole(Part),
    /// The beginning and the end of one field, and how many characters are left out between them.
    Cut {
        /// Its name.
        name: Option<String>,
        /// Its beginning.
        head: String,
        /// How many characters are left out.
        left_out: usize,
        /// Its end.
        tail: String,
    },
    /// So many fields are left out here.
    Fields(usize),
}

impl Argument {
    /// Reads the `input` of a call.
    #[must_use]
    pub fn of(input: &str) -> Self {
        let Ok(fields) = Fields::of(input) else {
            let text = exact_json(input);
            return Self(vec![Part { name: None, text }]);
        };
        let part = |(name, value): (&str, &serde_json::value::RawValue)| Part {
            name: Some(visible_name(name).into_owned()),
            text: match string_of(value) {
                Some(text) => visible_exactly(&text).into_owned(),
                None => exact_json(value.get()),
            },
        };
        Self(fields.iter().map(part).collect())
    }

    /// All of it.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Characters in all.
    #[must_use]
    pub fn length(&self) -> usize {
        let length = |part: &Part| part.text.chars().count() + part.name.as_deref().map_or(0, str::len);
        self.0.iter().map(length).sum()
    }

    /// The argument with parts left out, its end never; `None` if it is short enough to be shown as a whole.
    #[must_use]
    pub fn shortened(&self) -> Option<Vec<Shortened>> {
        if self.length() <= AT_ONCE {
            return None;
        }
        let left_out = self.0.len().saturating_sub(FIRST + LAST);
        let mut shortened = Vec::new();
        for (index, part) in self.0.iter().enumerate() {
            if left_out > 0 && (FIRST..FIRST + left_out).contains(&index) {
                if index == FIRST {
                    shortened.push(Shortened::Fields(left_out));
                }
                continue;
            }
            shortened.push(cut(part));
        }
        let is_whole = shortened.iter().all(|part| matches!(part, Shortened::Whole(_)));
        (!is_whole).then_some(shortened)
    }
}

fn cut(part: &Part) -> Shortened {
    let count = part.text.chars().count();
    if count <= PART {
        return Shortened::Whole(part.clone());
    }
    let at = |index: usize| {
        part.text
            .char_indices()
            .nth(index)
            .map_or(part.text.len(), |(at, _)| at)
    };
    Shortened::Cut {
        name: part.name.clone(),
        head: part.text[..at(HEAD)].to_owned(),
        left_out: count - HEAD - TAIL,
        tail: part.text[at(count - TAIL)..].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(name: &str, text: &str) -> Part {
        Part {
            name: Some(name.to_owned()),
            text: text.to_owned(),
        }
    }

    #[test]
    fn texts_are_shown_as_texts_and_the_rest_as_json() {
        let argument =
            Argument::of(r#"{"command":"ls\n-la","count":1.50,"list":["a"],"command":"rm\u00a0-rf"}"#);
        assert_eq!(
            argument.parts(),
            [
                part("command", "ls\n-la"),
                part("count", "1.50"),
                part("list", "[\n  \"a\"\n]"),
                part("command", "rm⟨U+00A0⟩-rf"),
            ],
            "a name that stands there twice is shown twice"
        );
        assert_eq!(argument.shortened(), None);
    }

    #[test]
    fn what_is_no_object_is_shown_too() {
        for (input, text) in [
            ("[1]", "[\n  1\n]"),
            ("\"x\"", "\"x\""),
            ("null", "null"),
            ("{", "{"),
        ] {
            let text = text.to_owned();
            assert_eq!(Argument::of(input).parts(), [Part { name: None, text }]);
        }
        assert_eq!(Argument::of("{}").parts(), []);
    }

    #[test]
    fn a_long_argument_always_shows_its_end() {
        let input = json!({"command": format!("echo {}; rm -rf /srv/live", "x".repeat(9_000))}).to_string();
        let shortened = Argument::of(&input).shortened().expect("it is long");
        let [
            Shortened::Cut {
                head, left_out, tail, ..
            },
        ] = &shortened[..]
        else {
            panic!("{shortened:?}")
        };
        assert!(head.starts_with("echo xxx"));
        assert!(tail.ends_with("; rm -rf /srv/live"));
        assert_eq!(
            head.len() + left_out + tail.len(),
            "echo ; rm -rf /srv/live".len() + 9_000
        );
    }

    #[test]
    fn of_many_fields_the_last_are_shown() {
        let fields: Vec<String> = (0..2_000).map(|n| format!("\"k{n}\":\"v\"")).collect();
        let shortened = Argument::of(&format!("{{{}}}", fields.join(",")))
            .shortened()
            .expect("it is long");
        assert_eq!(shortened.len(), FIRST + 1 + LAST);
        assert_eq!(shortened[FIRST], Shortened::Fields(1_990));
        assert_eq!(shortened.last(), Some(&Shortened::Whole(part("k1999", "v"))));
    }

    #[test]
    fn blanks_do_not_make_a_short_argument_long() {
        for filler in ["\u{A0}", "\\u00a0", "\u{3164}", "\\n", " "] {
            let input = format!(
                "{{\"command\":\"ls{}; rm -rf /srv/live\"}}",
                filler.repeat(30_000)
            );
            let argument = Argument::of(&input);
            assert_eq!(argument.shortened(), None, "{filler:?}");
            assert!(argument.parts()[0].text.ends_with("; rm -rf /srv/live"));
            assert!(
                argument.parts()[0].text.starts_with("ls⟨30,000 × U+"),
                "{:?}",
                argument.parts()[0].text
            );
        }
    }
}
