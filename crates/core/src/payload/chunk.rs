//! Where a long text is cut.

/// Lines of one piece.
const LINES: usize = 100;

/// Bytes of one piece. A longer line is cut in the middle.
const BYTES: usize = 8 << 10;

/// A long line is cut behind a space if there is one among its last bytes.
const BACK: usize = 200;

/// Bytes of the first piece of a text: some whole lines, or a part of a line that is longer than 8 KiB.
#[must_use]
pub fn chunk_len(text: &str) -> usize {
    let mut most = text.len().min(BYTES);
    while !text.is_char_boundary(most) {
        most += 1;
    }
    let part = &text[..most];
    let is_whole = most == text.len();
    let mut ends = memchr::memchr_iter(b'\n', part.as_bytes()).map(|at| at + 1);
    if let Some(end) = ends.nth(LINES - 1) {
        return end;
    }
    if is_whole {
        return most;
    }
    if let Some(end) = memchr::memrchr(b'\n', part.as_bytes()) {
        return end + 1;
    }
    let space = memchr::memrchr(b' ', part.as_bytes()).map(|at| at + 1);
    space.filter(|end| *end + BACK > most).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_lines_or_parts_of_long_ones() {
        assert_eq!(chunk_len(""), 0);
        assert_eq!(chunk_len("a\nb"), 3);
        assert_eq!(chunk_len(&"a\n".repeat(150)), 200);
        assert_eq!(chunk_len(&"x".repeat(20_000)), BYTES);
        assert_eq!(chunk_len(&("line\n".to_owned() + &"x".repeat(20_000))), 5);
        assert_eq!(chunk_len(&"word ".repeat(5_000)), BYTES / 5 * 5);
        let words = "word ".to_owned() + &"x".repeat(20_000);
        assert_eq!(chunk_len(&words), BYTES, "a space far away is no reason");
        let crabs = "é".repeat(10_000);
        assert!(crabs.is_char_boundary(chunk_len(&crabs)));
        let odd = "x".to_owned() + &crabs;
        assert!(odd.is_char_boundary(chunk_len(&odd)));
    }
}
