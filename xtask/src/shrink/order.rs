//! An order of functions in which those that look alike stand beside each other: what was said shortly before is named in few
//! bits by every compression.

/// A set of the pairs of bytes in a function, by their hashes.
type Pairs = [u64; WORDS];

const WORDS: usize = 16;

/// The indices of the functions in their new order, beginning with the first. Each is followed by the one that is most like
/// it of those that are left, by the cosine of their sets of pairs.
pub(super) fn by_likeness(functions: &[&[u8]]) -> Vec<usize> {
    let mut left: Vec<(usize, Pairs, f32)> = Vec::with_capacity(functions.len());
    for (index, function) in functions.iter().enumerate() {
        let pairs = pairs(function);
        left.push((index, pairs, count(&pairs).max(1) as f32));
    }
    let mut order = Vec::with_capacity(functions.len());
    let mut next = 0;
    while !left.is_empty() {
        let (index, last, _) = left.remove(next);
        order.push(index);
        let mut best = -1.0;
        next = 0;
        for (at, (_, pairs, count)) in left.iter().enumerate() {
            let common = common(&last, pairs) as f32;
            // The size of the last one is the same in all comparisons.
            let likeness = common * common / count;
            if likeness > best {
                (best, next) = (likeness, at);
            }
        }
    }
    order
}

fn pairs(function: &[u8]) -> Pairs {
    let mut pairs = [0; WORDS];
    for pair in function.windows(2) {
        // Multiplication by an odd number near the golden ratio mixes the bits; the upper ones are the best.
        let hash = (u32::from(pair[0]) << 8 | u32::from(pair[1])).wrapping_mul(0x9E37_79B1) >> 22;
        pairs[(hash >> 6) as usize] |= 1 << (hash & 63);
    }
    pairs
}

fn count(pairs: &Pairs) -> u32 {
    pairs.iter().map(|word| word.count_ones()).sum()
}

/// The innermost loop: it runs millions of times, also in a build without optimisation.
fn common(a: &Pairs, b: &Pairs) -> u32 {
    let (mut at, mut common) = (0, 0);
    while at < WORDS {
        common += (a[at] & b[at]).count_ones();
        at += 1;
    }
    common
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
