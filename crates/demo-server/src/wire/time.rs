//! Instants as microseconds since the Unix epoch, and their RFC 3339 form on the wire.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

const SECOND: u64 = 1_000_000;
const DAY: u64 = 86_400 * SECOND;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Micros(pub(crate) u64);

impl Micros {
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }

    pub(crate) fn plus_ms(self, ms: u64) -> Self {
        Self(self.0 + ms * 1000)
    }

    pub(crate) fn seconds_since(self, earlier: Self) -> f64 {
        let micros = self.0.saturating_sub(earlier.0);
        (micros / 1000) as f64 / 1000.0
    }

    /// Reads `2026-11-18T09:14:02.41Z`, with any offset and any number of fractional digits (cut to six).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<u64> {
            let part = text.get(from..to)?;
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            part.parse().ok()
        };
        let punctuation = [(4, b"-"), (7, b"-"), (13, b":"), (16, b":")];
        if punctuation.iter().any(|(at, c)| bytes.get(*at) != Some(&c[0])) {
            return None;
        }
        if !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let (fraction, zone) = match text.get(19..)?.strip_prefix('.') {
            Some(rest) => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                if digits == 0 {
                    return None;
                }
                let six: String = rest[..digits].chars().chain("000000".chars()).take(6).collect();
                (six.parse::<u64>().ok()?, &rest[digits..])
            }
            None => (0, text.get(19..)?),
        };
        let offset_minutes: i64 = match zone {
            "Z" | "z" => 0,
            _ => {
                let sign = match zone.as_bytes().first()? {
                    b'+' => 1,
                    b'-' => -1,
                    _ => return None,
                };
                let (hours, minutes) = zone[1..].split_once(':')?;
                if hours.len() != 2 || minutes.len() != 2 {
                    return None;
                }
                sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
            }
        };
        let local = days_from_civil(year, month, day) * DAY
            + (hour * 3600 + minute * 60 + second) * SECOND
            + fraction;
        local
            .checked_add_signed(-offset_minutes * 60 * SECOND as i64)
            .map(Self)
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0 / DAY);
        let seconds = self.0 % DAY / SECOND;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        let fraction = self.0 % SECOND;
        if fraction > 0 {
            let digits = format!("{fraction:06}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// Days since the epoch of a proleptic Gregorian date; the year is counted from March so that the leap day is last.
fn days_from_civil(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_zeros_are_trimmed() {
        let at = |micros: u64| Micros(1_763_457_242_000_000 + micros).to_string();
        assert_eq!(at(418_534), "2025-11-18T09:14:02.418534Z");
        assert_eq!(at(418_500), "2025-11-18T09:14:02.4185Z");
        assert_eq!(at(0), "2025-11-18T09:14:02Z");
    }

    #[test]
    fn reading_undoes_writing_over_four_centuries() {
        let mut at = 0_u64;
        while at < 400 * 366 * DAY {
            assert_eq!(Micros::parse(&Micros(at).to_string()), Some(Micros(at)));
            at += 13 * DAY + 7 * 3600 * SECOND + 1_234_567;
        }
    }

    #[test]
    fn offsets_are_applied_and_nonsense_is_refused() {
        assert_eq!(
            Micros::parse("2026-03-01T01:00:00+02:00"),
            Micros::parse("2026-02-28T23:00:00Z")
        );
        assert_eq!(
            Micros::parse("2026-02-28T23:00:00.1234567Z"),
            Micros::parse("2026-02-28T23:00:00.123456Z")
        );
        for bad in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
        ] {
            assert_eq!(Micros::parse(bad), None, "{bad}");
        }
    }
}
