//! Names of threads.

use crate::markdown::visible_exactly;
use crate::session::Timeline;

/// What a child thread is called: a letter by its age among its siblings, which tells threads of one agent apart, and the
/// name of its agent, as in `B writer`. `told` is the name that another event gives it. A thread that nothing names is
/// "another thread".
#[must_use]
pub fn thread_label(timeline: &Timeline, id: &str, told: Option<&str>) -> String {
    let threads = timeline.threads();
    let known = threads.get(id).and_then(|thread| thread.name());
    let name = known.or(told).unwrap_or_default();
    let name = if name.trim().is_empty() {
        "another thread".into()
    } else {
        visible_exactly(name)
    };
    match threads.number(id) {
        Some(number) => format!("{} {name}", letter(number)),
        None => name.into_owned(),
    }
}

/// A, B, … Z, AA, AB, …
fn letter(number: usize) -> String {
    let last = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letter(more - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn letters_go_on_behind_z() {
        assert_eq!(
            [0, 1, 25, 26, 51, 52, 701, 702].map(letter),
            ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
        );
    }
}
