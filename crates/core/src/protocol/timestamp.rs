//! Instants as the API writes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::object::{Misfit, Read};
use super::odd_times;
use super::scalars::text_of;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// 2000-01-01T00:00:00Z in microseconds since the epoch.
const YEAR_2000: i64 = 946_684_800 * MICROS_PER_SECOND;
const DAYS_PER_ERA: i64 = 146_097;

/// An instant in microseconds since 1970-01-01T00:00:00Z.
///
/// The API trims trailing zeros of the fraction, so timestamps must be compared as instants: as texts,
/// `…05.899Z` sorts after `…05.899001Z`. Digits finer than a microsecond are cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text is not an RFC 3339 date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampError;

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an RFC 3339 date and time")
    }
}

impl std::error::Error for TimestampError {}

impl Timestamp {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, as a JavaScript `Date` takes them; the fraction keeps the microseconds.
    #[must_use]
    pub fn millis(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// Reads RFC 3339 with 0 to 9 digits of fraction and `Z` or a numeric offset.
    ///
    /// # Errors
    /// Any other text, a date that does not exist, or an hour, minute, second or offset out of range. A leap second
    /// (`:60`) is the first instant of the next minute.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        parse(text.as_bytes()).map(Self).ok_or(TimestampError)
    }

    /// Reads a time that is written as documented, or in another way that can be meant in only one way. One before the year
    /// 2000 is what some languages write where there is none.
    #[must_use]
    pub fn read_loosely(text: &str) -> Option<Self> {
        let read = parse(text.as_bytes()).or_else(|| odd_times::read(text));
        read.filter(|micros| *micros >= YEAR_2000).map(Self)
    }
}

fn parse(text: &[u8]) -> Option<i64> {
    let (head, mut rest) = text.split_at_checked(19)?;
    if !matches!(head[10], b'T' | b't' | b' ') {
        return None;
    }
    let (day, second) = (parse_date(&head[..10])?, parse_clock(&head[11..])?);

    let mut fraction = 0;
    if let Some(after_point) = rest.strip_prefix(b".") {
        let length = after_point.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=9).contains(&length) {
            return None;
        }
        let kept = length.min(6);
        fraction = digits(&after_point[..kept])? * 10_i64.pow(6 - u32::try_from(kept).ok()?);
        rest = &after_point[length..];
    }
    let offset_minutes = match rest {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = hours * 60 + minutes;
            if *sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    Some(instant(day, second - offset_minutes * 60, fraction))
}

/// The day of `2026-11-18`, counted from 1970-01-01.
pub(super) fn parse_date(text: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
        return None;
    };
    let (year, month, day) = (digits(&[y1, y2, y3, y4])?, digits(&[m1, m2])?, digits(&[d1, d2])?);
    let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    exists.then(|| days_since_epoch(year, month, day))
}

/// The second of the day of `09:14:03`.
pub(super) fn parse_clock(text: &[u8]) -> Option<i64> {
    let &[h1, h2, b':', m1, m2, b':', s1, s2] = text else {
        return None;
    };
    let (hour, minute, second) = (digits(&[h1, h2])?, digits(&[m1, m2])?, digits(&[s1, s2])?);
    let exists = hour <= 23 && minute <= 59 && second <= 60;
    exists.then_some(hour * 3_600 + minute * 60 + second)
}

/// Microseconds since the epoch.
pub(super) fn instant(day: i64, second_of_day: i64, micros: i64) -> i64 {
    (day * SECONDS_PER_DAY + second_of_day) * MICROS_PER_SECOND + micros
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0'))
    })
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
///
/// Counts in years that begin in March, so that the leap day is the last day of a year, and in eras of 400 years, after
/// which the calendar repeats.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * month + 2) / 5 + day - 1;
    era * DAYS_PER_ERA + day_of_era - 719_468
}

/// The inverse of [`days_since_epoch`]: year, month, day.
fn date_of(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(DAYS_PER_ERA), shifted.rem_euclid(DAYS_PER_ERA));
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, the fraction without trailing zeros, as the API writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (
            self.0.div_euclid(MICROS_PER_SECOND),
            self.0.rem_euclid(MICROS_PER_SECOND),
        );
        let (year, month, day) = date_of(seconds.div_euclid(SECONDS_PER_DAY));
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if micros != 0 {
            let fraction = format!("{micros:06}");
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::object::deserialize(deserializer)
    }
}

impl Read for Timestamp {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        text_of(raw)
            .and_then(|text| Self::read_loosely(&text))
            .ok_or_else(|| Misfit::new("expected a date and time"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn micros(text: &str) -> i64 {
        Timestamp::parse(text).unwrap().micros()
    }

    #[test]
    fn reads_fractions_and_offsets() {
        assert_eq!(micros("1970-01-01T00:00:00Z"), 0);
        assert_eq!(micros("1969-12-31T23:59:59.999999Z"), -1);
        assert_eq!(micros("2026-11-18T09:14:03.321098Z"), 1_794_993_243_321_098);
        assert_eq!(micros("2026-11-18T10:14:03.321098+01:00"), 1_794_993_243_321_098);
        assert_eq!(micros("2026-11-18t03:44:03.3210989-05:30"), 1_794_993_243_321_098);
        assert_eq!(
            micros("2024-03-01T00:00:00Z") - micros("2024-02-28T00:00:00Z"),
            2 * 86_400_000_000
        );
        assert_eq!(micros("2016-12-31T23:59:60Z"), micros("2017-01-01T00:00:00Z"));
        assert_eq!(micros("0000-03-01T00:00:00Z"), -62_162_035_200_000_000);
        assert_eq!(micros("9999-12-31T23:59:59.999999999Z"), 253_402_300_799_999_999);
    }

    #[test]
    fn refuses_anything_else() {
        for text in [
            "",
            "yesterday",
            "2026-11-18",
            "2026-11-18T09:14:03",
            "2026-11-18T09:14:03.Z",
            "2026-11-18T09:14:03.1234567890Z",
            "2026-11-18T24:00:00Z",
            "2026-11-18T09:60:00Z",
            "2026-11-18T09:14:61Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-11-00T00:00:00Z",
            "2026-11-18T09:14:03+0100",
            "2026-11-18T09:14:03+24:00",
            "2026-11-18T09:14:03Z ",
            "+026-11-18T09:14:03Z",
            "2026-11-18T09:14:0\u{663}Z",
        ] {
            assert_eq!(Timestamp::parse(text), Err(TimestampError), "{text:?}");
        }
    }

    #[test]
    fn trimmed_zeros_do_not_change_the_order() {
        let (earlier, later) = ("2026-11-18T09:14:05.899Z", "2026-11-18T09:14:05.899001Z");
        assert!(earlier > later, "as texts they sort wrongly");
        assert!(micros(earlier) < micros(later));
        assert_eq!(
            micros("2026-11-18T09:14:05.8Z"),
            micros("2026-11-18T09:14:05.800000Z")
        );
    }

    #[test]
    fn writes_the_form_of_the_api() {
        for text in [
            "2026-11-18T09:14:05.82164Z",
            "2026-11-18T09:14:05Z",
            "2000-01-01T00:00:00Z",
            "2000-02-29T12:00:00.000001Z",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
            let json = format!("\"{text}\"");
            let decoded: Timestamp = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&decoded).unwrap(), json);
        }
        assert!(serde_json::from_str::<Timestamp>("\"soon\"").is_err());
        assert_eq!(Timestamp::from_micros(1_500).millis().to_string(), "1.5");
    }

    /// Microseconds from 0000-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z.
    const FOUR_DIGIT_YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        #[test]
        fn what_is_written_is_read_back(micros in FOUR_DIGIT_YEARS) {
            let text = Timestamp::from_micros(micros).to_string();
            prop_assert_eq!(Timestamp::parse(&text), Ok(Timestamp::from_micros(micros)));
        }

        #[test]
        fn order_is_the_order_of_instants(a in FOUR_DIGIT_YEARS, step in 1_i64..2_000_000_000) {
            let b = (a + step).min(*FOUR_DIGIT_YEARS.end());
            let read = |micros: i64| Timestamp::parse(&Timestamp::from_micros(micros).to_string()).unwrap();
            prop_assert_eq!(read(a).cmp(&read(b)), a.cmp(&b));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}", near in "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.Zz+-]{8,24}") {
            let _ = Timestamp::parse(&text);
            if let Ok(time) = Timestamp::parse(&near) {
                prop_assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
            }
        }
    }
}
