//! Lists of more than one page: what to ask for next, how soon, and when to stop.
//!
//! The end of a list is in the server's hands, and a server can be wrong: name pages in a circle, or always another empty
//! one. Each request counts against the key's rate, so every listing has an end of its own.

use std::collections::HashMap;
use std::sync::Arc;

use crate::protocol::Page;
use crate::session::Slot;

/// Pages in a row without anything new that are taken for a list that has no end.
const BARREN_PAGES: u32 = 5;

/// Pages that are asked for without a pause.
const QUICK_PAGES: u32 = 3;

/// The first pause, in milliseconds; each is twice the one before it.
const PAUSE_MS: f64 = 250.0;

/// The longest pause between pages that bring something, in milliseconds, and between others.
const LONGEST_PAUSE_MS: (f64, f64) = (1_000.0, 8_000.0);

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cursor {
    /// `page={next_page}`.
    Page(String),
    /// `after_id={id}`, where a server says `has_more` and names no page.
    AfterId(String),
}

/// Where one listing stands.
#[derive(Clone, Debug)]
pub struct Pager {
    /// Pages that may follow one another before somebody asks for more.
    most: u32,
    left: u32,
    pages: u32,
    barren: u32,
    /// Few: pages are large.
    cursors: Vec<Cursor>,
    // A map like the one of the log, whose compiled code it shares.
    ids: HashMap<Arc<str>, Slot>,
}

/// How a listing goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Ask for the page that begins there, after a pause in milliseconds.
    Page(Cursor, f64),
    /// All was listed.
    Done,
    /// Enough for now: the page that begins there, if somebody wants more.
    Enough(Cursor),
    /// The server goes round in a circle, or says that there is more and does not give it.
    Stuck,
}

impl Pager {
    /// A listing that stops after `most` pages until it is told to go on.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self {
            most,
            left: most,
            pages: 0,
            barren: 0,
            cursors: Vec::new(),
            ids: HashMap::new(),
        }
    }

    /// Takes note of a page: removes what was listed before, and says how to go on. `id` names an element; those without
    /// one are kept.
    pub fn turn<T>(&mut self, page: &mut Page<T>, id: impl Fn(&T) -> Option<&str>) -> Next {
        let next = next_cursor(page, &id);
        page.data
            .retain(|element| id(element).is_none_or(|id| self.ids.insert(id.into(), 0).is_none()));
        // A page of nothing but elements without an id may repeat them for ever.
        let is_news = page.data.iter().any(|element| id(element).is_some());
        self.barren = if is_news { 0 } else { self.barren + 1 };
        self.pages += 1;
        self.left = self.left.saturating_sub(1);
        let Some(cursor) = next else {
            return Next::Done;
        };
        if self.barren >= BARREN_PAGES || self.cursors.contains(&cursor) {
            return Next::Stuck;
        }
        self.cursors.push(cursor.clone());
        if self.left == 0 {
            return Next::Enough(cursor);
        }
        Next::Page(cursor, self.pause())
    }

    /// Somebody wants more than the pages so far.
    pub fn go_on(&mut self) {
        self.left = self.most;
    }

    fn pause(&self) -> f64 {
        let longest = if self.barren == 0 {
            LONGEST_PAUSE_MS.0
        } else {
            LONGEST_PAUSE_MS.1
        };
        let slow = (self.pages + 1).saturating_sub(QUICK_PAGES).max(self.barren);
        match slow {
            0 => 0.0,
            number => (PAUSE_MS * f64::from(1_u32 << (number - 1).min(10))).min(longest),
        }
    }
}

fn next_cursor<T>(page: &Page<T>, id: impl Fn(&T) -> Option<&str>) -> Option<Cursor> {
    if let Some(cursor) = &page.next_page {
        return Some(Cursor::Page(cursor.clone()));
    }
    let last = page.last_id.as_deref().or_else(|| page.data.last().and_then(id));
    last.filter(|_| page.has_more)
        .map(|id| Cursor::AfterId(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[&str], next: Option<&str>) -> Page<String> {
        Page {
            data: ids.iter().map(|id| (*id).to_owned()).collect(),
            next_page: next.map(str::to_owned),
            ..Page::default()
        }
    }

    fn at(cursor: &str) -> Cursor {
        Cursor::Page(cursor.to_owned())
    }

    fn id(element: &String) -> Option<&str> {
        Some(element).filter(|id| !id.is_empty()).map(String::as_str)
    }

    /// Lists from a server that answers a cursor with ids and another cursor; the requests, the pauses in all, how it ended.
    fn list(mut pager: Pager, server: impl Fn(u32) -> (Vec<String>, Option<String>)) -> (u32, f64, Next) {
        let (mut asked, mut paused) = (0, 0.0);
        loop {
            let (ids, next) = server(asked);
            asked += 1;
            let mut page = Page {
                data: ids,
                next_page: next,
                ..Page::default()
            };
            match pager.turn(&mut page, id) {
                Next::Page(_, wait) => paused += wait,
                end => return (asked, paused, end),
            }
            assert!(asked < 10_000, "no end");
        }
    }

    #[test]
    fn a_short_list_is_read_without_a_pause() {
        let (asked, paused, end) = list(Pager::new(50), |n| {
            (vec![format!("agent_{n}")], (n < 2).then(|| format!("page_{n}")))
        });
        assert_eq!((asked, paused, end), (3, 0.0, Next::Done));
    }

    #[test]
    fn pauses_grow_behind_the_first_pages() {
        let mut pager = Pager::new(50);
        let waits: Vec<f64> = (0..7)
            .map(
                |n| match pager.turn(&mut page(&[&n.to_string()], Some(&format!("c{n}"))), id) {
                    Next::Page(_, wait) => wait,
                    end => panic!("{end:?}"),
                },
            )
            .collect();
        assert_eq!(waits, [0.0, 0.0, 250.0, 500.0, 1_000.0, 1_000.0, 1_000.0]);
    }

    #[test]
    fn a_circle_of_any_length_is_noticed() {
        for length in 1..20 {
            let (asked, _, end) = list(Pager::new(50), |n| {
                let at = n % length;
                (vec![format!("agent_{at}")], Some(format!("page_{at}")))
            });
            assert_eq!(end, Next::Stuck);
            assert!(asked <= length + 1, "{asked} requests for a circle of {length}");
        }
    }

    #[test]
    fn empty_pages_with_ever_new_cursors_end_after_a_few() {
        let (asked, paused, end) = list(Pager::new(50), |n| (Vec::new(), Some(format!("page_{n}"))));
        assert_eq!((asked, end), (5, Next::Stuck));
        assert!(paused >= 3_000.0, "{paused}");
    }

    #[test]
    fn the_same_objects_under_ever_new_cursors_end_as_well() {
        for ids in [vec!["a".to_owned()], vec![String::new()]] {
            let (asked, _, end) = list(Pager::new(50), |n| (ids.clone(), Some(format!("page_{n}"))));
            assert_eq!(end, Next::Stuck);
            assert!(asked <= 6);
        }
    }

    #[test]
    fn an_empty_page_is_not_the_end() {
        let mut pager = Pager::new(50);
        assert!(
            matches!(pager.turn(&mut page(&[], Some("b")), id), Next::Page(Cursor::Page(cursor), _) if cursor == "b")
        );
        assert_eq!(pager.turn(&mut page(&["a"], None), id), Next::Done);
    }

    #[test]
    fn what_was_listed_before_is_not_listed_again() {
        let mut pager = Pager::new(50);
        let _ = pager.turn(&mut page(&["a", "b", "a", "", ""], Some("2")), id);
        let mut second = page(&["b", "c", ""], None);
        let _ = pager.turn(&mut second, id);
        assert_eq!(second.data, ["c", ""]);
    }

    #[test]
    fn a_list_that_brings_something_with_each_page_stops_until_somebody_wants_more() {
        let server = |n: u32| (vec![format!("agent_{n}")], Some(format!("page_{n}")));
        let (asked, paused, end) = list(Pager::new(50), server);
        assert_eq!((asked, end), (50, Next::Enough(at("page_49"))));
        assert!(paused >= 40_000.0, "about one request a second: {paused}");

        let mut pager = Pager::new(1);
        assert_eq!(
            pager.turn(&mut page(&["a"], Some("2")), id),
            Next::Enough(at("2"))
        );
        pager.go_on();
        assert_eq!(
            pager.turn(&mut page(&["b"], Some("3")), id),
            Next::Enough(at("3"))
        );
        pager.go_on();
        assert_eq!(pager.turn(&mut page(&["c"], Some("2")), id), Next::Stuck);
    }
    #[test]
    fn a_server_that_pages_by_id_is_followed_and_one_that_only_says_so_is_not() {
        let by_id = |ids: &[&str], more| Page {
            has_more: more,
            ..page(ids, None)
        };
        let after = |id: &str| Next::Page(Cursor::AfterId(id.to_owned()), 0.0);
        let mut pager = Pager::new(50);
        assert_eq!(pager.turn(&mut by_id(&["a", "b"], true), id), after("b"));
        assert_eq!(pager.turn(&mut by_id(&["c"], false), id), Next::Done);

        let mut pager = Pager::new(50);
        assert_eq!(pager.turn(&mut by_id(&["a", "b"], true), id), after("b"));
        let mut again = by_id(&["a", "b"], true);
        assert_eq!(pager.turn(&mut again, id), Next::Stuck);
        assert!(again.data.is_empty());
        assert_eq!(Pager::new(50).turn(&mut by_id(&[], true), id), Next::Done);
    }
}
