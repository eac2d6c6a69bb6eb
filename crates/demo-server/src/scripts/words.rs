//! Reading what was typed, as far as the scripts understand it.

/// Whether any of the words or phrases occurs, regardless of case.
pub(crate) fn mentions(text: &str, phrases: &[&str]) -> bool {
    let text = text.to_lowercase();
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// The number directly after a word: `number_after("emit 500 at 20", "at")` is 20.
pub(crate) fn number_after(text: &str, word: &str) -> Option<u64> {
    let mut words = text.split_whitespace();
    words.find(|found| found.eq_ignore_ascii_case(word))?;
    let digits: String = words.next()?.chars().filter(|c| *c != '_' && *c != ',').collect();
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// The first word that satisfies a condition, without surrounding punctuation.
pub(crate) fn word_where(text: &str, mut is_it: impl FnMut(&str) -> bool) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| ",.;:!?\"'()`".contains(c)))
        .find(|word| is_it(word))
        .map(str::to_owned)
}

/// The text on one line, cut to a length that suits a quotation.
pub(crate) fn quote(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(120).collect();
    if short.len() < line.len() {
        format!("{short}…")
    } else {
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_their_words() {
        assert_eq!(number_after("please emit 10,000 at 500/s", "emit"), Some(10_000));
        assert_eq!(number_after("please emit 10,000 at 500/s", "at"), Some(500));
        assert_eq!(number_after("emit many", "emit"), None);
        assert_eq!(number_after("emit", "emit"), None);
    }

    #[test]
    fn quotations_are_short_and_on_one_line() {
        assert_eq!(quote("a\n  b"), "a b");
        assert_eq!(quote(&"ä".repeat(200)).chars().count(), 121);
    }
}
