//! When a read may be repeated, and after how long (the policy of the official SDKs).
//!
//! Writes are never repeated automatically: the API has no idempotency key.

use crate::bounds::within;

/// Repetitions after the first try.
pub const MAX_RETRIES: u32 = 2;

/// What is known about a failed try.
#[derive(Clone, Copy, Debug, Default)]
pub struct FailedTry {
    /// HTTP status, absent for connection errors and timeouts.
    pub status: Option<u16>,
    /// The `x-should-retry` response header.
    pub should_retry: Option<bool>,
    /// `retry-after-ms` or `retry-after`, in milliseconds.
    pub retry_after_ms: Option<f64>,
}

/// The wait in milliseconds before repetition number `retry` (0 for the first), or `None` to give up.
///
/// `random` is a fraction in `[0, 1)`.
#[must_use]
pub fn wait_before_retry(retry: u32, failed: FailedTry, random: f64) -> Option<f64> {
    let retryable = failed.should_retry.unwrap_or(match failed.status {
        None => true,
        Some(status) => matches!(status, 408 | 409 | 429) || status >= 500,
    });
    if !retryable || retry >= MAX_RETRIES {
        return None;
    }
    match failed.retry_after_ms {
        // Longer waits are shown to the user instead of being spent silently.
        Some(ms) if ms > LONGEST_SILENT_WAIT_MS => None,
        Some(ms) if ms > 0.0 => Some(ms),
        _ => {
            let full = (500.0 * f64::from(1u32 << retry.min(10))).min(8_000.0);
            Some(full * (1.0 - 0.25 * within(random, 0.0, 1.0)))
        }
    }
}

const LONGEST_SILENT_WAIT_MS: f64 = 8_000.0;

/// The delay a response asks for, in milliseconds.
///
/// `retry-after-ms` wins over `retry-after`, which is a number of seconds or an HTTP date; `date_ms` turns a date into
/// milliseconds from now.
#[must_use]
pub fn retry_after_ms(
    retry_after_ms: Option<&str>,
    retry_after: Option<&str>,
    date_ms: impl FnOnce(&str) -> Option<f64>,
) -> Option<f64> {
    let positive = |ms: f64| (ms.is_finite() && ms > 0.0).then_some(ms);
    if let Some(ms) = retry_after_ms.and_then(whole_number).and_then(positive) {
        return Some(ms);
    }
    let text = retry_after?;
    match whole_number(text) {
        Some(seconds) => positive(seconds * 1_000.0),
        None => date_ms(text.trim()).and_then(positive),
    }
}

/// The header's number; a fraction, which the standard does not allow but some servers send, is cut off. The general
/// float parser would cost ten kilobytes of tables for this.
fn whole_number(text: &str) -> Option<f64> {
    let whole = text.trim().split('.').next()?;
    whole.parse::<u32>().ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> FailedTry {
        FailedTry {
            status: Some(status),
            ..FailedTry::default()
        }
    }

    #[test]
    fn repeats_what_the_sdks_repeat() {
        for s in [408, 409, 429, 500, 502, 503, 504, 529] {
            assert!(wait_before_retry(0, status(s), 0.0).is_some(), "{s}");
        }
        for s in [400, 401, 402, 403, 404, 412, 413, 422] {
            assert_eq!(wait_before_retry(0, status(s), 0.0), None, "{s}");
        }
        assert!(
            wait_before_retry(0, FailedTry::default(), 0.0).is_some(),
            "connection error"
        );
    }

    #[test]
    fn the_header_overrides_the_status() {
        let yes = FailedTry {
            should_retry: Some(true),
            ..status(404)
        };
        let no = FailedTry {
            should_retry: Some(false),
            ..status(500)
        };
        assert!(wait_before_retry(0, yes, 0.0).is_some());
        assert_eq!(wait_before_retry(0, no, 0.0), None);
    }

    #[test]
    fn waits_double_lose_up_to_a_quarter_and_end_after_two() {
        assert_eq!(wait_before_retry(0, status(500), 0.0), Some(500.0));
        assert_eq!(wait_before_retry(1, status(500), 0.0), Some(1_000.0));
        assert_eq!(wait_before_retry(1, status(500), 1.0), Some(750.0));
        assert_eq!(wait_before_retry(2, status(500), 0.0), None);
    }

    #[test]
    fn a_named_wait_is_kept_unless_it_is_too_long_to_be_silent() {
        let after = |ms| FailedTry {
            retry_after_ms: Some(ms),
            ..status(429)
        };
        assert_eq!(wait_before_retry(0, after(2_000.0), 0.5), Some(2_000.0));
        assert_eq!(wait_before_retry(0, after(60_000.0), 0.5), None);
    }

    #[test]
    fn reads_all_forms_of_the_header() {
        let date = |text: &str| (text == "Mon, 23 Nov 2026 10:00:00 GMT").then_some(1_500.0);
        assert_eq!(retry_after_ms(Some("250"), Some("9"), date), Some(250.0));
        assert_eq!(retry_after_ms(Some("x"), Some("9"), date), Some(9_000.0));
        assert_eq!(
            retry_after_ms(None, Some("Mon, 23 Nov 2026 10:00:00 GMT"), date),
            Some(1_500.0)
        );
        assert_eq!(retry_after_ms(None, Some("1.5"), date), Some(1_000.0));
        assert_eq!(retry_after_ms(None, Some("0"), date), None);
        assert_eq!(retry_after_ms(None, Some("-3"), date), None);
        assert_eq!(retry_after_ms(None, None, date), None);
    }
}
