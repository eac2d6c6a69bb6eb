//! The windowed list against a model of the browser: rows with true heights, an element that clamps its scroll position.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::Range;

use playground_core::virtual_list::{Adjust, Align, Settings, VirtualList};
use proptest::prelude::*;

const VIEWPORT: f64 = 300.0;

/// What a view does with the store, on an element that behaves like a browser's.
struct Screen {
    list: VirtualList,
    /// Identity and true height of each row.
    rows: Vec<(usize, f64)>,
    next_id: usize,
    viewport: f64,
    scroll_top: f64,
    /// Whether an end of the list was in the way since this was last reset.
    was_clamped: bool,
}

impl Screen {
    fn new(settings: Settings) -> Self {
        let mut list = VirtualList::new(settings);
        assert_eq!(list.on_viewport(VIEWPORT), Adjust::Keep);
        Self {
            list,
            rows: Vec::new(),
            next_id: 0,
            viewport: VIEWPORT,
            scroll_top: 0.0,
            was_clamped: false,
        }
    }

    fn with_rows(settings: Settings, heights: &[f64]) -> Self {
        let mut screen = Self::new(settings);
        screen.insert(0, heights);
        screen
    }

    fn apply(&mut self, adjust: Adjust) {
        let wanted = match adjust {
            Adjust::Keep => self.scroll_top,
            Adjust::By(px) => self.scroll_top + px,
            Adjust::To(px) => px,
        };
        let max = (self.list.window().extent - self.viewport).max(0.0);
        self.scroll_top = wanted.clamp(0.0, max);
        let end = self.list.total() - self.viewport;
        self.was_clamped |= self.list.position() <= 0.0 || self.list.position() >= end;
    }

    /// Draws, measures what was drawn, and again until nothing new is drawn, as a view does within one frame.
    fn render(&mut self) {
        for _ in 0..50 {
            let drawn = self.drawn();
            let measured: Vec<_> = drawn.clone().map(|index| (index, self.rows[index].1)).collect();
            let was_known = measured
                .iter()
                .all(|&(index, px)| self.list.height_of(index) == px);
            // A row that is as high as it was estimated is told like any other.
            let adjust = self.list.measured(&measured);
            self.apply(adjust);
            if was_known && self.drawn() == drawn {
                return;
            }
        }
        panic!("the window does not come to rest");
    }

    fn insert(&mut self, index: usize, heights: &[f64]) {
        let new: Vec<_> = heights
            .iter()
            .zip(self.next_id..)
            .map(|(px, id)| (id, *px))
            .collect();
        self.next_id += heights.len();
        self.rows.splice(index..index, new);
        let adjust = self.list.inserted(index, heights.len());
        self.apply(adjust);
        self.render();
    }

    fn remove(&mut self, range: Range<usize>) {
        let adjust = self.list.removed(range.start, range.len());
        self.rows.drain(range);
        self.apply(adjust);
        self.render();
    }

    fn resize(&mut self, index: usize, px: f64) {
        self.rows[index].1 = px;
        self.render();
    }

    fn scroll(&mut self, to: f64) {
        let max = (self.list.window().extent - self.viewport).max(0.0);
        self.scroll_top = to.clamp(0.0, max);
        self.list.on_scroll(self.scroll_top);
        self.render();
    }

    fn rest(&mut self) {
        self.list.on_rest();
        self.render();
    }

    fn resize_viewport(&mut self, px: f64) {
        self.viewport = px;
        let adjust = self.list.on_viewport(px);
        self.apply(adjust);
        self.render();
    }

    fn drawn(&self) -> Range<usize> {
        let window = self.list.window();
        window.start..window.end
    }

    /// Top of a drawn row in the viewport, from the true heights of the rows drawn before it.
    fn top_of(&self, index: usize) -> f64 {
        let window = self.list.window();
        let above: f64 = self.rows[window.start..index].iter().map(|row| row.1).sum();
        window.pad_top + above - self.scroll_top
    }

    /// The row at the top of the viewport: its identity and where its top is.
    fn anchor(&self) -> Option<(usize, f64)> {
        let index = self
            .drawn()
            .find(|&index| self.rows[index].1 > 0.0 && self.top_of(index) + self.rows[index].1 > 0.001)?;
        Some((self.rows[index].0, self.top_of(index)))
    }

    fn index_of(&self, id: usize) -> Option<usize> {
        self.rows.iter().position(|row| row.0 == id)
    }

    fn check(&self) {
        assert_eq!(self.list.len(), self.rows.len());
        let window = self.list.window();
        let drawn: f64 = self.rows[window.start..window.end].iter().map(|row| row.1).sum();
        if self.rows.is_empty() {
            assert_eq!((window.end, window.extent), (0, 0.0));
            return;
        }
        let top = window.pad_top - self.scroll_top;
        assert!(window.start == 0 || top <= 0.01, "blank above: {top} {window:?}");
        let bottom = top + drawn;
        let end = window.end == self.rows.len();
        assert!(
            end || bottom >= self.viewport - 0.01,
            "blank below: {bottom} {window:?}"
        );
        assert!(window.start > 0 || (top + self.list.position()).abs() < 1.0);
        if (window.extent - self.list.total()).abs() < 0.01 {
            let extent = window.pad_top + drawn + window.pad_bottom;
            assert!((extent - window.extent).abs() < 0.01, "{extent} {window:?}");
        }
    }
}

fn settings(follow_end: bool) -> Settings {
    Settings {
        estimate: 40.0,
        overscan: 100.0,
        follow_end,
        ..Settings::default()
    }
}

/// Rows of 50 px are estimated right.
fn even_settings(follow_end: bool) -> Settings {
    Settings {
        estimate: 50.0,
        ..settings(follow_end)
    }
}

#[derive(Clone, Debug)]
enum Action {
    Insert(prop::sample::Index, Vec<f64>),
    Append(Vec<f64>),
    Prepend(Vec<f64>),
    Remove(prop::sample::Index, usize),
    Resize(prop::sample::Index, f64),
    Scroll(f64),
    Rest,
    Viewport(f64),
}

fn height() -> impl Strategy<Value = f64> {
    prop_oneof![8 => (64_u32..8000).prop_map(|px| f64::from(px) / 64.0), 1 => Just(0.0), 1 => Just(900.5)]
}

fn heights() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(height(), 0..30)
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        2 => (any::<prop::sample::Index>(), heights()).prop_map(|(at, new)| Action::Insert(at, new)),
        3 => heights().prop_map(Action::Append),
        2 => heights().prop_map(Action::Prepend),
        2 => (any::<prop::sample::Index>(), 0..12_usize).prop_map(|(at, count)| Action::Remove(at, count)),
        3 => (any::<prop::sample::Index>(), height()).prop_map(|(at, px)| Action::Resize(at, px)),
        4 => (0.0..1.0).prop_map(Action::Scroll),
        2 => Just(Action::Rest),
        1 => (50.0..700.0).prop_map(Action::Viewport),
    ]
}

/// Applies the action; `None` when it is one after which nothing has to stay where it was.
fn act(screen: &mut Screen, action: &Action) -> Option<()> {
    let len = screen.rows.len();
    match action {
        Action::Insert(at, new) => screen.insert(at.index(len + 1), new),
        Action::Append(new) => screen.insert(len, new),
        Action::Prepend(new) => screen.insert(0, new),
        Action::Remove(at, count) => {
            let start = at.index(len + 1);
            screen.remove(start..(start + count).min(len));
        }
        Action::Resize(at, px) => {
            if len > 0 {
                screen.resize(at.index(len), *px);
            }
        }
        Action::Scroll(fraction) => {
            screen.scroll(fraction * (screen.list.window().extent - screen.viewport));
            return None;
        }
        Action::Rest => screen.rest(),
        Action::Viewport(px) => screen.resize_viewport(*px),
    }
    Some(())
}

fn simulate(settings: Settings, actions: &[Action], slack: f64) {
    let mut screen = Screen::new(settings);
    for action in actions {
        let following = settings.follow_end && screen.list.is_at_end();
        let anchor = screen.anchor();
        let shown = |screen: &Screen, id| screen.index_of(id).map(|index| screen.rows[index].1);
        let total = screen.list.total();
        let height = anchor.and_then(|(id, _)| shown(&screen, id));
        screen.was_clamped = false;
        let stays = act(&mut screen, action).is_some();
        screen.check();
        if !stays {
            continue;
        }
        if following {
            assert!(screen.list.is_at_end());
            let window = screen.list.window();
            let bottom = window.extent - screen.scroll_top;
            assert_eq!(window.end, screen.rows.len());
            let unchanged = total == screen.list.total();
            let short = window.extent <= screen.viewport;
            assert!(
                (bottom - screen.viewport).abs() <= 1.0 || short || unchanged,
                "{bottom}"
            );
            continue;
        }
        let Some((id, top)) = anchor else { continue };
        if top != 0.0 && (top.abs() < 0.1 || top + height.unwrap_or_default() < 0.1) {
            // Within the tolerance of a boundary either row may be the anchor.
            continue;
        }
        let Some(index) = screen.index_of(id) else {
            continue;
        };
        let shrunk_out_of_view = screen.rows[index].1 + top <= 0.0 && height != Some(screen.rows[index].1);
        if screen.was_clamped || screen.rows[index].1 == 0.0 {
            continue;
        }
        assert!(screen.drawn().contains(&index), "the anchor row is not drawn");
        let expected = if shrunk_out_of_view { 0.0 } else { top };
        let moved = screen.top_of(index) - expected;
        assert!(moved.abs() < slack, "{action:?} moved the anchor row by {moved}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_anchor_row_stays_where_it_is(actions in prop::collection::vec(any_action(), 1..25)) {
        simulate(settings(false), &actions, 0.1);
    }

    #[test]
    fn the_end_is_followed_only_from_the_end(actions in prop::collection::vec(any_action(), 1..25)) {
        simulate(settings(true), &actions, 0.1);
    }

    #[test]
    fn the_same_holds_above_the_cap_on_element_heights(actions in prop::collection::vec(any_action(), 1..25)) {
        let capped = Settings { max_extent: 2_000.0, ..settings(true) };
        simulate(capped, &actions, 0.1);
    }

    #[test]
    fn scroll_positions_map_back(rows in 1..100_000_usize, viewport in 1.0..2000.0, fraction in 0.0..1.0) {
        let mut list = VirtualList::new(Settings { estimate: 700.0, ..Settings::default() });
        let _ = list.on_viewport(viewport);
        let _ = list.appended(rows);
        let last = (list.total() - viewport).max(0.0);
        let offset = last * fraction;
        prop_assert!((list.to_offset(list.to_scroll(offset)) - offset).abs() < 1e-3);
        prop_assert!(list.to_scroll(last) <= Settings::default().max_extent - viewport + 1e-3 || last == 0.0);
    }
}

#[test]
fn a_row_that_comes_in_from_above_keeps_its_lower_part_still() {
    let mut screen = Screen::with_rows(
        Settings {
            overscan: 0.0,
            ..settings(false)
        },
        &[100.0; 50],
    );
    screen.list.scroll_to_end();
    let mut list = screen.list.clone();
    list.on_scroll(1010.0);
    let row = list.index_at(list.position());
    let bottom = list.offset_of(row + 1) - list.position();
    let _ = list.measured(&[(row, 73.0)]);
    assert!((list.offset_of(row + 1) - list.position() - bottom).abs() < 1e-9);
}

#[test]
fn a_row_that_grows_while_it_is_read_grows_downwards() {
    let mut screen = Screen::with_rows(settings(false), &[100.0; 50]);
    screen.scroll(1010.0);
    let (id, top) = screen.anchor().unwrap();
    screen.resize(id, 400.0);
    assert_eq!(screen.anchor(), Some((id, top)));
    screen.scroll(screen.scroll_top + 250.0);
    screen.resize(id, 30.0);
    assert_eq!(screen.anchor(), Some((id, 0.0)), "what was closed is in view");
}

#[test]
fn following_stops_when_the_user_scrolls_up_and_resumes_at_the_end() {
    let mut screen = Screen::with_rows(even_settings(true), &[50.0; 100]);
    assert!(screen.list.is_at_end());
    let end = screen.scroll_top;
    screen.scroll(end - 20.0);
    assert!(!screen.list.is_at_end(), "a small step up is enough");
    screen.insert(100, &[50.0; 10]);
    assert_eq!(screen.scroll_top, end - 20.0);
    screen.scroll(screen.scroll_top + 100.0);
    assert!(!screen.list.is_at_end());
    screen.scroll(f64::MAX);
    assert!(screen.list.is_at_end());
    screen.insert(110, &[50.0]);
    assert_eq!(screen.scroll_top, 111.0 * 50.0 - VIEWPORT);
}

#[test]
fn scrolling_away_slowly_stops_following_too() {
    let mut screen = Screen::with_rows(even_settings(true), &[50.0; 100]);
    let end = screen.scroll_top;
    for step in 1..=20 {
        screen.scroll(end - f64::from(step) * 0.5);
    }
    assert!(!screen.list.is_at_end());
    screen.scroll(end);
    assert!(screen.list.is_at_end(), "back where it was put last");
}

#[test]
fn the_echo_of_an_adjustment_changes_nothing() {
    let mut screen = Screen::with_rows(even_settings(true), &[50.25; 100]);
    let before = screen.list.window();
    screen.list.on_scroll(screen.scroll_top.floor());
    assert!(screen.list.is_at_end());
    assert_eq!(screen.list.window(), before);
}

#[test]
fn little_is_drawn_around_the_viewport_while_the_user_scrolls_by_leaps() {
    let mut screen = Screen::with_rows(even_settings(false), &[50.0; 1_000]);
    let rows = |px: f64| (px / 50.0).ceil() as usize + 1;
    let all = rows(VIEWPORT + 200.0);
    for leap in 1..=3 {
        screen.scroll(f64::from(leap) * 3.0 * VIEWPORT + 10.0);
        assert!(screen.list.leaps());
        assert!(
            screen.drawn().len() <= rows(VIEWPORT + 25.0),
            "{:?}",
            screen.drawn()
        );
        screen.check();
    }
    screen.rest();
    assert!(!screen.list.leaps());
    assert!(screen.drawn().len() >= all, "{:?}", screen.drawn());

    screen.scroll(0.0);
    assert!(screen.list.leaps());
    screen.scroll(VIEWPORT / 2.0);
    assert!(!screen.list.leaps(), "a wheel goes on where a key has led");
    assert!(screen.drawn().len() >= all - 1, "{:?}", screen.drawn());
}

#[test]
fn elastic_scrolling_beyond_the_ends_asks_for_no_correction() {
    let mut screen = Screen::with_rows(even_settings(false), &[50.0; 100]);
    screen.list.on_scroll(500.0);
    screen.list.on_scroll(-80.0);
    assert_eq!(screen.list.position(), 0.0);
    assert_eq!(screen.list.on_viewport(VIEWPORT), Adjust::Keep);
}

#[test]
fn a_row_is_scrolled_to_and_stays_there_while_others_are_measured() {
    for (align, expected) in [(Align::Start, 0.0), (Align::Center, 140.0), (Align::End, 280.0)] {
        let heights: Vec<f64> = (0..1000)
            .map(|index| if index == 500 { 20.0 } else { 13.0 })
            .collect();
        let mut screen = Screen::with_rows(settings(true), &heights);
        screen.scroll_top = screen.list.scroll_to_index(500, align);
        screen.render();
        assert!((screen.top_of(500) - expected).abs() < 0.1, "{align:?}");
        screen.insert(1000, &[50.0]);
        screen.insert(0, &[50.0; 3]);
        screen.remove(1..2);
        assert!(
            (screen.top_of(502) - expected).abs() < 0.1,
            "{align:?} after changes around it"
        );
    }
}

#[test]
fn nearest_moves_only_what_is_out_of_view() {
    let mut screen = Screen::with_rows(even_settings(true), &[50.0; 100]);
    // A browser measures what it draws, also where the estimate was right.
    let drawn: Vec<_> = screen.drawn().map(|index| (index, 50.0)).collect();
    assert_eq!(screen.list.measured(&drawn), Adjust::Keep);
    let end = screen.scroll_top;
    assert_eq!(screen.list.scroll_to_index(97, Align::Nearest), end);
    assert!(
        screen.list.is_at_end(),
        "choosing a row in view does not stop following"
    );
    assert_eq!(screen.list.scroll_to_index(90, Align::Nearest), 90.0 * 50.0);
    assert_eq!(screen.list.scroll_to_index(99, Align::Nearest), end);
    assert_eq!(screen.list.scroll_to_index(5_000, Align::Start), end);
}

#[test]
fn a_row_that_is_in_view_only_by_its_estimate_is_kept_in_view() {
    let mut screen = Screen::new(settings(true));
    screen.rows = (0..12).map(|id| (id, 90.0)).collect();
    let appended = screen.list.appended(12);
    screen.apply(appended);
    let by_estimate = screen.list.position() <= screen.list.offset_of(6);
    assert!(by_estimate, "it counts as in view");
    let top = screen.list.scroll_to_index(6, Align::Nearest);
    screen.apply(Adjust::To(top));
    screen.render();
    let (top, bottom) = (screen.list.offset_of(6), screen.list.offset_of(7));
    let view = screen.scroll_top..=screen.scroll_top + VIEWPORT;
    assert!(
        view.contains(&top) && view.contains(&bottom),
        "{top} to {bottom} in {view:?}"
    );
}

#[test]
fn replacing_all_rows_starts_over_or_stays_at_the_end() {
    let mut list = VirtualList::new(settings(true));
    let _ = list.on_viewport(VIEWPORT);
    let _ = list.appended(100);
    assert_eq!(list.replaced(50), Adjust::To(50.0 * 40.0 - VIEWPORT));
    list.on_scroll(500.0);
    assert_eq!(list.replaced(60), Adjust::By(-500.0));
    assert_eq!((list.len(), list.position()), (60, 0.0));
}

#[test]
fn measurements_that_make_no_sense_are_ignored() {
    let mut list = VirtualList::new(settings(false));
    let _ = list.appended(3);
    assert_eq!(
        list.measured(&[(0, f64::NAN), (1, -1.0), (2, f64::INFINITY), (9, 10.0)]),
        Adjust::Keep
    );
    assert_eq!(list.total(), 120.0);
    list.on_scroll(f64::NAN);
    assert_eq!(list.position(), 0.0);
    assert_eq!(VirtualList::new(settings(false)).window().end, 0);
}

/// A million rows are taller than any browser draws; both ends and the middle can still be reached.
#[test]
fn a_million_rows_fit_under_the_cap() {
    let mut screen = Screen::new(Settings {
        estimate: 28.0,
        ..settings(false)
    });
    screen.insert(0, &vec![28.0; 1_000_000]);
    let extent = screen.list.window().extent;
    assert_eq!(extent, Settings::default().max_extent);
    screen.scroll(extent);
    screen.check();
    assert_eq!(screen.list.window().end, 1_000_000);
    screen.scroll((extent - VIEWPORT) / 2.0);
    screen.check();
    assert!(screen.drawn().contains(&500_000));
    screen.scroll(0.0);
    screen.check();
    assert_eq!(screen.list.window().start, 0);
}

/// A hundred thousand single appends to a million rows, each with a measurement and a window. Nothing is measured here:
/// if each of them looked at every row, this would take hours.
#[test]
fn the_cost_of_one_more_row_does_not_depend_on_how_many_there_are() {
    let mut list = VirtualList::new(settings(true));
    let _ = list.on_viewport(VIEWPORT);
    let _ = list.appended(1_000_000);
    for _ in 0..100_000 {
        let _ = list.appended(1);
        let _ = list.measured(&[(list.len() - 1, 33.0)]);
        assert!(list.window().end == list.len());
    }
    assert_eq!(list.len(), 1_100_000);
}
