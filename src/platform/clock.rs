//! Time and chance.

use playground_core::protocol::Timestamp;
use playground_core::stream::Now;

use super::{optional, window};

/// Monotonic milliseconds and a fresh random fraction, for state machines.
#[must_use]
pub fn now() -> Now {
    Now {
        ms: now_ms(),
        random: js_sys::Math::random(),
        wall: wall(),
    }
}

/// Monotonic milliseconds since the page was opened.
#[must_use]
pub fn now_ms() -> f64 {
    optional::get(&window(), "performance")
        .and_then(|performance| optional::call(&performance, "now", &[]))
        .and_then(|now| now.as_f64())
        .unwrap_or_else(js_sys::Date::now)
}

/// Wall clock.
#[must_use]
pub fn wall() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any date fit")]
    Timestamp::from_micros((js_sys::Date::now() * 1_000.0) as i64)
}

/// Milliseconds from now until an HTTP date.
#[must_use]
pub fn until_http_date(date: &str) -> Option<f64> {
    let at = js_sys::Date::parse(date);
    at.is_finite().then(|| at - js_sys::Date::now())
}
