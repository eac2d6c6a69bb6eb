//! Identifiers in the API's style: a prefix, `01`, and 22 base-58 characters that grow with time.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const TIME_DIGITS: usize = 9;
const CHANCE_DIGITS: usize = 13;

/// A small reproducible random source (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below `limit`, which must not be 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A fraction in `[0, 1)`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of the choices, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.next() % choices.len() as u64) as usize]
    }
}

/// Makes identifiers. With a fixed start they depend only on the seed and on the order of the calls.
#[derive(Clone, Debug)]
pub(crate) struct Mint {
    tick: u64,
    follows_clock: bool,
    rng: Rng,
}

impl Mint {
    /// `follows_clock`: take the time digits from the clock; otherwise count up from `start`.
    pub(crate) fn new(seed: u64, start: u64, follows_clock: bool) -> Self {
        Self {
            tick: start,
            follows_clock,
            rng: Rng::new(seed),
        }
    }

    /// The next identifier, e.g. `sevt_01MC137VLA6btymh3fSVipgi`.
    pub(crate) fn id(&mut self, prefix: &str, now_micros: u64) -> String {
        self.tick = if self.follows_clock {
            now_micros.max(self.tick + 1)
        } else {
            self.tick + 1
        };
        let mut digits = [0_u8; TIME_DIGITS + CHANCE_DIGITS];
        let mut rest = self.tick;
        for slot in digits[..TIME_DIGITS].iter_mut().rev() {
            *slot = ALPHABET[(rest % 58) as usize];
            rest /= 58;
        }
        let mut chance = 0;
        for (n, slot) in digits[TIME_DIGITS..].iter_mut().enumerate() {
            if n % 8 == 0 {
                chance = self.rng.next();
            }
            *slot = ALPHABET[(chance % 58) as usize];
            chance /= 58;
        }
        let mut id = String::with_capacity(prefix.len() + 3 + digits.len());
        id.push_str(prefix);
        id.push_str("_01");
        id.extend(digits.iter().map(|b| char::from(*b)));
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_have_the_documented_form() {
        let mut mint = Mint::new(7, 1_700_000_000_000_000, false);
        let ids: Vec<String> = (0..1000).map(|_| mint.id("sevt", 0)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            ids.iter()
                .all(|id| id.len() == "sevt_".len() + 24 && id.starts_with("sevt_01"))
        );
    }

    #[test]
    fn a_seed_decides_the_ids() {
        let ids = |seed| {
            let mut mint = Mint::new(seed, 1_700_000_000_000_000, false);
            [mint.id("sesn", 1), mint.id("sesn", 99)]
        };
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
    }
}
