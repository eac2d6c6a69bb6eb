//! How fast screens follow one another.

/// Two changes within this time are followed at once, in milliseconds: the page's own after it has connected, and the click
/// of somebody who is quick. More than two are a burst.
const BURST_MS: f64 = 1_000.0;

/// How long a place must stand within a burst before it is gone to, in milliseconds.
const STANDING_MS: f64 = 200.0;

/// Follows changes of the route: those of a burst only when they stand. Whatever changes the address a hundred
/// times a second, a page around this one for example, does not make as many requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// When the last two changes were.
    last_ms: [Option<f64>; 2],
}

impl Pace {
    /// How long to wait before the screen of a change is opened, in milliseconds; a later change takes its place.
    pub fn wait_for_change(&mut self, now_ms: f64) -> f64 {
        let [before, last] = self.last_ms;
        let is_burst = before.is_some_and(|before| now_ms - before < BURST_MS);
        self.last_ms = [last, Some(now_ms)];
        if is_burst { STANDING_MS } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which changes are followed, by their times.
    fn followed(changes: &[f64]) -> Vec<f64> {
        let mut pace = Pace::default();
        let waits: Vec<f64> = changes.iter().map(|at| pace.wait_for_change(*at)).collect();
        let stands = |number: usize| {
            let next = changes.get(number + 1).copied().unwrap_or(f64::INFINITY);
            waits[number] == 0.0 || changes[number] + waits[number] < next
        };
        (0..changes.len())
            .filter(|n| stands(*n))
            .map(|n| changes[n])
            .collect()
    }

    #[test]
    fn two_changes_in_a_second_are_followed_at_once() {
        let mut pace = Pace::default();
        for second in 0..5 {
            for within in [0.0, 100.0] {
                assert_eq!(pace.wait_for_change(f64::from(second) * 1_101.0 + within), 0.0);
            }
        }
    }

    #[test]
    fn of_a_burst_the_first_two_and_the_last_are_followed() {
        let changes: Vec<f64> = (0..300).map(|n| f64::from(n) * 10.0).collect();
        assert_eq!(followed(&changes), [0.0, 10.0, 2_990.0]);
    }

    #[test]
    fn however_fast_the_changes_are_the_screens_are_five_a_second() {
        for step in [1.0, 10.0, 50.0, 199.0, 201.0, 400.0, 999.0] {
            let changes: Vec<f64> = (0..200).map(|n| f64::from(n) * step).collect();
            let seconds = changes[199] / 1_000.0;
            assert!(
                followed(&changes).len() as f64 <= seconds * 5.0 + 3.0,
                "one change each {step} ms"
            );
        }
    }
}
