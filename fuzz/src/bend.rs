//! Bent objects, as the native tests make them, by what the fuzzer draws.

#[path = "../../crates/core/tests/odd_servers/bend.rs"]
mod objects;

pub(crate) use objects::Bend;
use objects::Chance;

/// Numbers from the bytes of an input; zeros behind its end.
pub(crate) struct Drawn<'a>(std::slice::Iter<'a, u8>);

impl<'a> Drawn<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    pub(crate) fn next(&mut self, end: usize) -> usize {
        self.below(end)
    }
}

impl Chance for Drawn<'_> {
    fn below(&mut self, end: usize) -> usize {
        let end = end.max(1);
        // Nothing is bent behind the end of the input.
        self.0.next().map_or(end - 1, |byte| usize::from(*byte) % end)
    }
}

impl Bend {
    pub(crate) fn drawn(chance: &mut Drawn<'_>) -> Self {
        Self {
            one_of: 2 + chance.next(16),
            is_json: chance.next(2) == 0,
            is_object: chance.next(4) > 0,
        }
    }
}
