//! Dates and numbers in the reader's language, from the browser's `Intl`.

use std::cell::RefCell;

use js_sys::{Date, Object};
use playground_core::bounds::within;
use playground_core::protocol::Timestamp;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use super::optional;

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

/// A formatter by its class and options. `None` if the browser has none; one that refuses the options gets none of them.
fn formatter(class: &str, options: Options) -> Option<Object> {
    thread_local! {
        static MADE: RefCell<Vec<(String, Options, Option<Object>)>> = const { RefCell::new(Vec::new()) };
    }
    MADE.with_borrow_mut(|made| {
        if let Some((.., formatter)) = made.iter().find(|(c, o, _)| c == class && *o == options) {
            return formatter.clone();
        }
        let intl = optional::global_named("Intl");
        let formatter = intl.and_then(|intl| {
            let options = [JsValue::UNDEFINED, options.to_js().into()];
            optional::make(&intl, class, &options).or_else(|| optional::make(&intl, class, &[]))
        });
        made.push((class.to_owned(), options, formatter.clone()));
        formatter
    })
}

fn format(formatter: &Object, arguments: &[JsValue]) -> Option<String> {
    optional::call(formatter, "format", arguments)?.as_string()
}

fn format_date(time: Timestamp, options: Options) -> String {
    let date = Date::new(&JsValue::from_f64(millis(time)));
    formatter("DateTimeFormat", options)
        .and_then(|formatter| format(&formatter, &[date.into()]))
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
    formatter("RelativeTimeFormat", options)
        .and_then(|formatter| format(&formatter, &[value.round().into(), unit.into()]))
        .unwrap_or_else(|| exact(time))
}

/// A number with the reader's separators.
#[must_use]
pub fn number(value: f64) -> String {
    formatter("NumberFormat", Options::default())
        .and_then(|formatter| format(&formatter, &[value.into()]))
        // Rust would write fractions out, which takes code that nothing else needs.
        .unwrap_or_else(|| {
            #[expect(clippy::cast_possible_truncation, reason = "clamped")]
            let whole = within(value, -9e15, 9e15).round() as i64;
            whole.to_string()
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
