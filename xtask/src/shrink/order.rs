//! An order of functions in which those that look alike stand beside each other: what was said shortly before is named in few
//! bits by every compression.

/// What a function is made of: sets of its parts of two, three and five bytes, by their hashes.
struct Parts {
    sets: [[u64; WORDS]; LENGTHS.len()],
    /// The square root of the size of each set.
    lengths: [f32; LENGTHS.len()],
}

const LENGTHS: [usize; 3] = [2, 3, 5];
const WORDS: usize = 64;
/// The bits of a hash that choose one of a set's bits.
const BITS: u32 = (WORDS * 64).ilog2();

/// The indices of the functions in their new order, beginning with the first. Each is followed by the one that is most like
/// it of those that are left, by the cosines of their sets.
pub(super) fn by_likeness(functions: &[&[u8]]) -> Vec<usize> {
    let parts = functions.iter().map(|function| Parts::of(function));
    let mut left: Vec<(usize, Parts)> = parts.enumerate().collect();
    let mut order = Vec::with_capacity(left.len());
    let mut next = 0;
    while !left.is_empty() {
        let (index, last) = left.remove(next);
        order.push(index);
        let mut best = -1.0;
        for (at, (_, parts)) in left.iter().enumerate() {
            let likeness = last.likeness(parts);
            if likeness > best {
                (best, next) = (likeness, at);
            }
        }
    }
    order
}

impl Parts {
    fn of(function: &[u8]) -> Self {
        let mut sets = [[0; WORDS]; LENGTHS.len()];
        for (set, length) in sets.iter_mut().zip(LENGTHS) {
            for part in function.windows(length) {
                let number = part
                    .iter()
                    .fold(0_u32, |number, byte| number.wrapping_mul(257) ^ u32::from(*byte));
                // Multiplication by an odd number near the golden ratio mixes the bits; the upper ones are the best.
                let hash = number.wrapping_mul(0x9E37_79B1) >> (u32::BITS - BITS);
                set[(hash >> 6) as usize] |= 1 << (hash & 63);
            }
        }
        let size = |set: &[u64; WORDS]| set.iter().map(|word| word.count_ones()).sum::<u32>();
        let lengths = sets.each_ref().map(|set| (size(set).max(1) as f32).sqrt());
        Self { sets, lengths }
    }

    fn likeness(&self, other: &Self) -> f32 {
        let mut likeness = 0.0;
        for set in 0..LENGTHS.len() {
            let pairs = self.sets[set].iter().zip(&other.sets[set]);
            let common: u32 = pairs.map(|(a, b)| (a & b).count_ones()).sum();
            likeness += common as f32 / (self.lengths[set] * other.lengths[set]);
        }
        likeness
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_look_alike_stand_beside_each_other() {
        let functions: [&[u8]; 6] = [
            b"abcdefgh",
            b"01234567",
            b"abcdefgx",
            b"0123456y",
            b"",
            b"abcdefxx",
        ];
        assert_eq!(by_likeness(&functions), [0, 2, 5, 1, 3, 4]);
        assert!(by_likeness(&[]).is_empty());
    }
}
