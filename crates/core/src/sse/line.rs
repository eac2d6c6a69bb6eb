//! One line of an event stream, split into field name and value.

/// What a non-empty line says. Values are raw bytes without the one optional space after the colon.
pub(super) enum Line<'a> {
    Comment,
    Data(&'a [u8]),
    Event(&'a [u8]),
    Id(&'a [u8]),
    Retry(&'a [u8]),
    /// A field that the standard does not know.
    Ignored,
}

impl<'a> Line<'a> {
    pub(super) fn read(line: &'a [u8]) -> Self {
        if let Some(value) = value_of(line, b"data") {
            Self::Data(value)
        } else if let Some(value) = value_of(line, b"event") {
            Self::Event(value)
        } else if line.first() == Some(&b':') {
            Self::Comment
        } else if let Some(value) = value_of(line, b"id") {
            Self::Id(value)
        } else if let Some(value) = value_of(line, b"retry") {
            Self::Retry(value)
        } else {
            Self::Ignored
        }
    }
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    match line.strip_prefix(name)? {
        [] => Some(&[]),
        [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
        _ => None,
    }
}

/// The reconnection time of a `retry` field in milliseconds; `None` unless the value is ASCII digits only.
pub(super) fn milliseconds(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
    })
}
