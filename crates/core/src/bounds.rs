//! Numbers within bounds.

/// The value, or the bound that it is beyond. Like [`f64::clamp`], which however panics with the bounds in words when they
/// are in the wrong order; the code that writes floating-point numbers out would be 5 kB of the page.
#[must_use]
pub fn within(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn stays_or_goes_to_the_bound() {
        let bounded = [-1.0, 0.0, 0.5, 1.0, 2.0].map(|value| within(value, 0.0, 1.0));
        assert_eq!(bounded, [0.0, 0.0, 0.5, 1.0, 1.0]);
    }
}
