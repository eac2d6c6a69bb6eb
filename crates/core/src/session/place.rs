//! Where events without a time stand.
//!
//! Only input that a client sent can wait to be processed. Every other event has happened, and so has input that the server
//! lists before something that has happened. Such an event stands behind what came before it: its key has the time of the
//! nearest event with a time before it, also in a log that is not in the order of its times, and its place among the events of that time is that of the listing. What came before it is known
//! from these sources, of which a better one is never replaced by a worse one:
//!
//! 1. It came on the stream, or in a part of a listing without any time: it stands behind the newest event that is known.
//! 2. It is listed behind all events with a time. It may be the last event, or the server lists what has no time at the end:
//!    the first listing counts, so that the event does not sink below what follows.
//! 3. It is listed before all events with a time, on the first page of the log or on a page that begins with it.
//! 4. It is listed between events with a time. Of 3 and 4 the newest listing counts.
//!
//! Input waits unless it is listed before something that has happened. Once it is over it does not wait again.
//!
//! # Why the order of delivery does not matter
//!
//! After a complete listing of a log every event in it has a place by a listing. In a log that does not change, an event has
//! the same neighbours in every listing that shows them. So sources 4 of different listings agree. A complete listing has
//! source 3 only for the first events of a log and source 2 only for the last ones; what they say is true in every listing
//! of a part of the log, too, as far as that part has what is beside them. Sources that do not agree are those of parts that
//! begin or end with the event, and they are worse than what the complete listing says, or say the same time. The keys of one
//! time are put into the order of the listing by [`EventLog::keep_listed_order`](super::EventLog::keep_listed_order).
//!
//! Events without an id are told apart by their text and by how many of that text a listing has shown. Which of them is which
//! depends on where a listing begins, so for them the newest listing counts in any case.

/// How well it is known where an event without a time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// It came when the newest event was of this time.
    Arrival,
    /// It is listed behind all events with a time.
    Last,
    /// It is listed before all events with a time.
    First,
    /// It is listed between events with a time.
    Between,
}

/// Where an event without a time of its own stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It waits to be processed.
    Tail,
    /// At a time, in microseconds.
    At(i64, Evidence),
}

impl Place {
    /// Whether this replaces what is known. `is_named` tells events with an id.
    pub(super) fn replaces(self, known: Self, is_named: bool) -> bool {
        use Evidence::{Arrival, Last};
        match (self, known) {
            (Self::At(_, Arrival), Self::At(..)) => false,
            (Self::At(..), Self::Tail) => true,
            (Self::Tail, _) => !is_named,
            (Self::At(_, new), Self::At(_, known)) => {
                !is_named || new > known || (new == known && new != Last)
            }
        }
    }
}

/// What the places in a listing depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// When the event happened, in microseconds.
    pub(super) time: Option<i64>,
    /// Whether it could wait to be processed.
    pub(super) is_input: bool,
}

/// What is known of the rest of a listing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Around {
    /// The nearest time before these items.
    pub(super) before: Option<i64>,
    /// The nearest time behind them.
    pub(super) behind: Option<i64>,
    /// Something behind them has happened.
    pub(super) has_followers: bool,
}

impl Around {
    /// Notes items that the listing has passed, in its order.
    pub(super) fn pass(&mut self, items: &[Item], newest_first: bool) {
        let nearest = items.iter().rev().find_map(|item| item.time);
        if newest_first {
            self.behind = nearest.or(self.behind);
            self.has_followers |= items.iter().any(|item| item.time.is_some() || !item.is_input);
        } else {
            self.before = nearest.or(self.before);
        }
    }
}

/// The places of items in the order of a listing, oldest first; `None` for those that have a time. `newest` is the time that
/// something stands at of which nothing is known.
pub(super) fn places(items: &[Item], around: Around, newest: i64) -> Vec<Option<Place>> {
    let mut places = vec![None; items.len()];
    let mut has_time_behind = around.behind.is_some();
    let mut is_followed = around.has_followers;
    for (item, place) in items.iter().zip(&mut places).rev() {
        if item.time.is_some() {
            has_time_behind = true;
        } else if item.is_input && !is_followed && !has_time_behind {
            *place = Some(Place::Tail);
            continue;
        } else {
            let evidence = match has_time_behind {
                true => Evidence::Between,
                false => Evidence::Last,
            };
            *place = Some(Place::At(newest, evidence));
        }
        is_followed = true;
    }
    let first = items.iter().find_map(|item| item.time).or(around.behind);
    let mut nearest = around.before;
    for (item, place) in items.iter().zip(&mut places) {
        nearest = item.time.or(nearest);
        if let Some(Place::At(time, evidence)) = place {
            (*time, *evidence) = match (nearest, first) {
                (Some(nearest), _) => (nearest, *evidence),
                (None, Some(first)) => (first, Evidence::First),
                (None, None) => (newest, Evidence::Arrival),
            };
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `5` an event of that time, `e` one without, `i` input without a time.
    fn items(listed: &str) -> Vec<Item> {
        let item = |char: char| Item {
            time: char.to_digit(10).map(i64::from),
            is_input: char == 'i',
        };
        listed.chars().map(item).collect()
    }

    fn of(listed: &str, around: Around) -> String {
        let word = |place: Option<Place>| match place {
            None => "-".to_owned(),
            Some(Place::Tail) => "waits".to_owned(),
            Some(Place::At(time, evidence)) => format!("{time} {evidence:?}"),
        };
        let places = places(&items(listed), around, 99);
        places.into_iter().map(word).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_has_no_time_stands_behind_what_came_before_it() {
        let alone = Around::default();
        for (listed, expected) in [
            ("1e2", "-, 1 Between, -"),
            ("1ee2e", "-, 1 Between, 1 Between, -, 2 Last"),
            ("e1", "1 First, -"),
            ("e", "99 Arrival"),
            ("1i", "-, waits"),
            ("1i2i", "-, 1 Between, -, waits"),
            ("1ie", "-, 1 Last, 1 Last"),
            ("1ei", "-, 1 Last, waits"),
            ("iei", "99 Arrival, 99 Arrival, waits"),
            ("i1", "1 First, -"),
            ("3e1e", "-, 3 Between, -, 1 Last"),
        ] {
            assert_eq!(of(listed, alone), expected, "{listed}");
        }
        let below = Around {
            behind: Some(7),
            has_followers: true,
            ..alone
        };
        assert_eq!(of("1e", below), "-, 1 Between");
        assert_eq!(of("ei", below), "7 First, 7 First");
        let above = Around {
            before: Some(3),
            ..alone
        };
        assert_eq!(of("ei", above), "3 Last, waits");
        let only_followers = Around {
            has_followers: true,
            ..alone
        };
        assert_eq!(of("i", only_followers), "99 Arrival");
    }

    #[test]
    fn a_worse_source_never_replaces_a_better_one() {
        use Evidence::*;
        let all = [Arrival, Last, First, Between];
        for (rank, known) in all.into_iter().enumerate() {
            for (new_rank, new) in all.into_iter().enumerate() {
                let replaces = Place::At(1, new).replaces(Place::At(2, known), true);
                let expected = new_rank > rank || (new_rank == rank && matches!(new, First | Between));
                assert_eq!(replaces, expected, "{new:?} for {known:?}");
                assert_eq!(
                    Place::At(1, new).replaces(Place::At(2, known), false),
                    new != Arrival
                );
            }
            assert!(Place::At(1, known).replaces(Place::Tail, true), "over");
            assert!(
                !Place::Tail.replaces(Place::At(1, known), true),
                "and does not wait again"
            );
        }
    }
}
