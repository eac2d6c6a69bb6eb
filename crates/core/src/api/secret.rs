//! Texts that leave nothing behind in memory.

use std::fmt;
use std::hint::black_box;
use std::ops::Deref;

/// A text that is overwritten when it is dropped, and that cannot be printed by accident.
///
/// Only this copy is: what was made of it elsewhere, by the browser for example, lives on.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Deref for Secret {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        overwrite(&mut bytes);
    }
}

/// Writes zeros over a buffer, also over what it no longer uses.
fn overwrite(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.capacity(), 0);
    bytes.fill(0);
    // Nobody reads the zeros; without this the compiler may leave them out.
    black_box(&bytes[..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_buffer() {
        let mut bytes = b"sk-ant-api03-secret".to_vec();
        bytes.truncate(3);
        overwrite(&mut bytes);
        assert!(bytes.len() >= 19 && bytes.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn it_cannot_be_printed() {
        assert_eq!(format!("{:?}", Secret::from("k-secret")), "<redacted>");
    }
}
