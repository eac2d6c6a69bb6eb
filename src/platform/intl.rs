//! Dates and numbers in the reader's language, from the browser's `Intl`.

use std::cell::RefCell;

use js_sys::{Array, Date, Intl, Object};
use playground_core::bounds::within;
use playground_core::protocol::Timestamp;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

/// Options of `Intl.DateTimeFormat` and `Intl.RelativeTimeFormat`; unset ones are left out.
#[derive(Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    #[serde(skip_serializing_if = "Option::is_none")]
    hour: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minute: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hour_cycle: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_style: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_style: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numeric: Option<&'static str>,
}

impl Options {
    fn to_js(self) -> Object {
        serde_wasm_bindgen::to_value(&self).map_or_else(|_| Object::new(), JsCast::unchecked_into)
    }
}

fn format_date(time: Timestamp, options: Options) -> String {
    thread_local! {
        static FORMATS: RefCell<Vec<(Options, Intl::DateTimeFormat)>> = const { RefCell::new(Vec::new()) };
    }
    let format = FORMATS.with_borrow_mut(|known| match known.iter().find(|(o, _)| *o == options) {
        Some((_, format)) => format.clone(),
        None => {
            let format = Intl::DateTimeFormat::new(&Array::new(), &options.to_js());
            known.push((options, format.clone()));
            format
        }
    });
    let date = Date::new(&JsValue::from_f64(millis(time)));
    format
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_else(|| time.to_string())
}

#[expect(clippy::cast_precision_loss, reason = "dates are far below 2^53")]
fn millis(time: Timestamp) -> f64 {
    time.micros() as f64 / 1_000.0
}

/// Time of day with seconds.
#[must_use]
pub fn clock_time(time: Timestamp) -> String {
    let two = Some("2-digit");
    format_date(
        time,
        Options {
            hour: two,
            minute: two,
            second: two,
            hour_cycle: Some("h23"),
            ..Options::default()
        },
    )
}

/// Date and time with the zone, for a tooltip.
#[must_use]
pub fn exact(time: Timestamp) -> String {
    format_date(
        time,
        Options {
            date_style: Some("full"),
            time_style: Some("long"),
            ..Options::default()
        },
    )
}

/// How long ago, in words such as "5 minutes ago".
#[must_use]
pub fn ago(time: Timestamp, now: Timestamp) -> String {
    let seconds = (millis(time) - millis(now)) / 1_000.0;
    let (value, unit) = match seconds.abs() {
        s if s < 45.0 => (seconds, "second"),
        s if s < 45.0 * 60.0 => (seconds / 60.0, "minute"),
        s if s < 22.0 * 3_600.0 => (seconds / 3_600.0, "hour"),
        s if s < 26.0 * 86_400.0 => (seconds / 86_400.0, "day"),
        s if s < 320.0 * 86_400.0 => (seconds / (30.4 * 86_400.0), "month"),
        _ => (seconds / (365.25 * 86_400.0), "year"),
    };
    let options = Options {
        numeric: Some("auto"),
        ..Options::default()
    };
    let format = Intl::RelativeTimeFormat::new(&Array::new(), &options.to_js());
    format.format(value.round(), unit).into()
}

/// A number with the reader's separators.
#[must_use]
pub fn number(value: f64) -> String {
    thread_local! {
        static FORMAT: Intl::NumberFormat = Intl::NumberFormat::new(&Array::new(), &Object::new());
    }
    FORMAT.with(|format| {
        format
            .format()
            .call1(&JsValue::UNDEFINED, &JsValue::from_f64(value))
            .ok()
            .and_then(|text| text.dyn_into::<js_sys::JsString>().ok())
            .map_or_else(String::new, String::from)
    })
}

/// A duration in the largest sensible unit: `340 ms`, `2.4 s`, `3 min 5 s`.
#[must_use]
pub fn duration(ms: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let ms = within(ms, 0.0, 1e15).round() as u64;
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => {
            let tenths = (ms + 50) / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        _ => {
            let seconds = (ms + 500) / 1_000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}
