//! What must hold when somebody decides.

use proptest::prelude::*;

use super::*;
use crate::present::{Fate, InFlight, Kind, Verdict, WaitingCall};

fn call(id: &str) -> WaitingCall {
    WaitingCall {
        id: id.to_owned(),
        kind: Kind::Approval,
        tool: "bash".to_owned(),
        server: None,
        thread: None,
        input: format!("{{\"command\":\"run {id}\"}}"),
        in_flight: None,
    }
}

fn calls(ids: &str) -> Vec<WaitingCall> {
    ids.chars().map(|id| call(&id.to_string())).collect()
}

fn allowed(_: &str) -> Fate {
    Fate::Answered(Verdict::Allowed, None)
}

fn area(ids: &str) -> Area {
    let mut area = Area::new(Pointer::Outside);
    area.sync(0.0, calls(ids), allowed);
    area
}

/// A click at once, as a test driver or a hurried person does it.
fn click(area: &mut Area, now_ms: f64, id: &str, button: Button) -> bool {
    if area.pointer() == Pointer::Outside {
        area.point(now_ms, Pointer::Inside);
    }
    area.pointer_down(now_ms, Some((id, button)));
    area.press(now_ms, id, button, How::Pointer)
}

fn is_live(area: &Area, now_ms: f64, id: &str) -> bool {
    area.place(id)
        .is_some_and(|place| place.button(Button::Allow, now_ms).is_ok())
}

fn stage<'a>(area: &'a Area, id: &str) -> &'a Stage {
    area.place(id).expect("a place").stage()
}

#[test]
fn buttons_that_appear_while_nobody_is_there_are_live_at_once() {
    let mut area = area("ab");
    assert!(is_live(&area, 0.0, "a"));
    assert!(click(&mut area, 0.0, "a", Button::Allow));
}

#[test]
fn buttons_that_appear_while_the_pointer_is_inside_are_dead_for_600_ms() {
    let mut area = area("a");
    area.point(100.0, Pointer::Inside);
    area.sync(1_000.0, calls("ab"), allowed);
    assert!(is_live(&area, 1_000.0, "a"), "it did not move");
    assert_eq!(
        area.place("b").expect("b").button(Button::Deny, 1_599.0),
        Err(Dead::Settling)
    );
    assert!(!click(&mut area, 1_599.0, "b", Button::Allow));
    assert_eq!(area.wakes_at(1_000.0), Some(1_600.0));
    assert!(is_live(&area, 1_600.0, "b"));
}

#[test]
fn buttons_that_move_soon_after_a_press_are_dead_for_600_ms() {
    let mut area = area("ab");
    let at = |y: f64| Spot { x: 10.0, y };
    let still = Spot::default();
    area.placed(0.0, still, [("a", at(100.0)), ("b", at(200.0))]);
    area.key_down(1_000.0);
    area.placed(1_500.0, still, [("a", at(100.4)), ("b", at(150.0))]);
    assert!(is_live(&area, 1_500.0, "a"), "it stands where it stood");
    assert!(!is_live(&area, 2_099.0, "b"));
    assert!(is_live(&area, 2_100.0, "b"));
    area.placed(5_000.0, still, [("b", at(300.0))]);
    assert!(is_live(&area, 5_000.0, "b"), "nobody was there");
}

#[test]
fn what_moves_because_the_reader_scrolls_stays_live() {
    let mut area = area("ab");
    let at = |y: f64| Spot { x: 0.0, y };
    area.placed(0.0, at(0.0), [("a", at(500.0)), ("b", at(600.0))]);
    area.point(10.0, Pointer::Inside);
    area.placed(20.0, at(120.0), [("a", at(380.0)), ("b", at(600.0))]);
    assert!(is_live(&area, 20.0, "a"));
    assert!(is_live(&area, 20.0, "b"), "it sticks to the edge");
    area.placed(30.0, at(0.0), [("a", at(300.0)), ("b", at(600.0))]);
    assert!(!is_live(&area, 30.0, "a"), "this was not the reader");
    area.placed(40.0, at(20.0), [("b", at(500.0))]);
    assert!(!is_live(&area, 40.0, "b"), "this was more than the reader");
}

#[test]
fn a_finger_that_comes_down_on_what_has_just_appeared_or_moved_answers_nothing() {
    // A mouse rests elsewhere, and nobody has pressed anything for long.
    let mut area = area("a");
    area.sync(10_000.0, calls("ab"), allowed);
    area.touched(10_050.0);
    area.pointer_down(10_050.0, Some(("b", Button::Allow)));
    assert!(!area.press(10_060.0, "b", Button::Allow, How::Pointer));
    area.touched(10_600.0);
    assert!(is_live(&area, 10_600.0, "a") && is_live(&area, 10_600.0, "b"));
    let at = |y: f64| Spot { x: 0.0, y };
    area.point(11_000.0, Pointer::Outside);
    area.placed(12_000.0, Spot::default(), [("a", at(100.0))]);
    area.placed(13_000.0, Spot::default(), [("a", at(50.0))]);
    area.touched(13_100.0);
    assert!(!is_live(&area, 13_100.0, "a"));
}

#[test]
fn an_area_that_comes_under_a_resting_pointer_is_dead_for_600_ms() {
    let mut area = area("ab");
    area.came_under_pointer(50.0);
    assert!(!click(&mut area, 649.0, "a", Button::Allow));
    assert!(click(&mut area, 650.0, "b", Button::Deny));
}

#[test]
fn a_press_by_a_pointer_that_was_not_seen_to_come_answers_nothing() {
    let mut area = area("ab");
    area.pointer_down(5_000.0, Some(("a", Button::Allow)));
    assert!(!area.press(5_050.0, "a", Button::Allow, How::Pointer));
    assert!(!click(&mut area, 5_599.0, "a", Button::Allow));
    assert!(click(&mut area, 5_600.0, "a", Button::Allow));
}

#[test]
fn a_double_click_that_began_on_another_screen_is_known_by_its_place_and_time() {
    let at = |x: f64, y: f64| Spot { x, y };
    assert!(is_second_press((at(100.0, 100.0), 0.0), (at(104.0, 97.0), 550.0)));
    assert!(!is_second_press(
        (at(100.0, 100.0), 0.0),
        (at(104.0, 97.0), 600.0)
    ));
    assert!(
        !is_second_press((at(100.0, 100.0), 0.0), (at(100.0, 140.0), 50.0)),
        "somebody has moved there"
    );
}

#[test]
fn on_a_touch_screen_whatever_appears_is_dead_for_600_ms() {
    let mut area = Area::new(Pointer::Unknown);
    area.sync(0.0, calls("a"), allowed);
    assert!(!click(&mut area, 599.0, "a", Button::Allow));
    assert!(click(&mut area, 600.0, "a", Button::Allow));
}

#[test]
fn a_press_counts_only_where_the_pointer_went_down_on_the_same_live_button() {
    let mut area = area("ab");
    area.point(0.0, Pointer::Inside);
    area.pointer_down(0.0, Some(("a", Button::Allow)));
    assert!(!area.press(10.0, "b", Button::Allow, How::Pointer));
    area.pointer_down(20.0, Some(("a", Button::Deny)));
    assert!(!area.press(30.0, "a", Button::Allow, How::Pointer));
    area.pointer_down(40.0, None);
    assert!(!area.press(50.0, "a", Button::Allow, How::Pointer));
    area.sync(60.0, calls("abc"), allowed);
    area.pointer_down(70.0, Some(("c", Button::Allow)));
    assert!(
        !area.press(700.0, "c", Button::Allow, How::Pointer),
        "it was dead when the pointer went down"
    );
    assert!(click(&mut area, 800.0, "c", Button::Allow));
}

#[test]
fn a_decided_call_keeps_its_place_until_pointer_and_focus_have_left_for_2_s() {
    let mut area = area("abc");
    area.point(0.0, Pointer::Inside);
    area.focus(0.0, true);
    assert!(click(&mut area, 0.0, "b", Button::Allow));
    area.sync(80.0, calls("ac"), allowed);
    let order = |area: &Area| -> String {
        area.places()
            .iter()
            .map(|place| place.call().id.clone())
            .collect()
    };
    area.tick(10_000.0);
    assert_eq!(order(&area), "abc");
    area.point(10_000.0, Pointer::Outside);
    area.tick(13_000.0);
    assert_eq!(order(&area), "abc", "the focus is still there");
    area.focus(13_000.0, false);
    assert_eq!(area.wakes_at(13_000.0), Some(15_000.0));
    area.tick(14_999.0);
    assert_eq!(order(&area), "abc");
    area.point(14_999.5, Pointer::Inside);
    area.tick(16_000.0);
    assert_eq!(order(&area), "abc", "the pointer came back");
    area.point(16_000.0, Pointer::Outside);
    area.tick(18_000.0);
    assert_eq!(order(&area), "ac");
}

#[test]
fn new_calls_are_added_at_the_bottom_whatever_their_place_in_the_log() {
    let mut area = area("bd");
    area.sync(1.0, calls("abcd"), allowed);
    let order: Vec<&str> = area.places().iter().map(|place| &*place.call().id).collect();
    assert_eq!(order, ["b", "d", "a", "c"]);
    assert_eq!(area.waiting(), 4);
}

#[test]
fn while_the_request_is_out_both_buttons_are_dead() {
    let mut area = area("a");
    assert!(click(&mut area, 0.0, "a", Button::Deny));
    assert_eq!(*stage(&area, "a"), Stage::Sending);
    for button in [Button::Allow, Button::Deny] {
        assert_eq!(
            area.place("a").expect("a").button(button, 60_000.0),
            Err(Dead::Sending)
        );
    }
    assert!(!area.press(700.0, "a", Button::Deny, How::Keyboard));
}

#[test]
fn an_answer_without_an_answer_is_looked_for_before_it_can_be_given_again() {
    let mut area = area("a");
    assert!(click(&mut area, 0.0, "a", Button::Allow));
    area.point(50.0, Pointer::Outside);
    let with = |in_flight| {
        vec![WaitingCall {
            in_flight,
            ..call("a")
        }]
    };
    area.sync(100.0, with(Some(InFlight::Checking)), allowed);
    area.answered(100.0, "a", false);
    assert_eq!(*stage(&area, "a"), Stage::Checking);
    assert!(!area.press(5_000.0, "a", Button::Allow, How::Keyboard));
    area.sync(6_000.0, with(Some(InFlight::NotFound)), allowed);
    assert_eq!(*stage(&area, "a"), Stage::NotFound);
    assert!(area.press(6_000.0, "a", Button::Allow, How::Keyboard));
    let by = |area: &Area| match stage(area, "a") {
        Stage::Decided(Decision::Answered { by, .. }) => *by,
        other => panic!("{other:?}"),
    };
    area.sync(6_100.0, Vec::new(), allowed);
    assert_eq!(by(&area), By::You);
}

#[test]
fn an_answer_of_an_earlier_page_is_still_looked_for() {
    let mut area = Area::new(Pointer::Outside);
    let unconfirmed = WaitingCall {
        in_flight: Some(InFlight::Checking),
        ..call("a")
    };
    area.sync(0.0, vec![unconfirmed], allowed);
    assert!(!click(&mut area, 10.0, "a", Button::Allow));
}

#[test]
fn an_answer_that_was_taken_and_is_not_in_the_log_is_not_given_twice() {
    let mut area = area("a");
    assert!(click(&mut area, 0.0, "a", Button::Allow));
    area.answered(50.0, "a", true);
    area.sync(60.0, calls("a"), allowed);
    assert_eq!(*stage(&area, "a"), Stage::Checking);
    assert!(!click(&mut area, 10_000.0, "a", Button::Allow));
    assert_eq!(area.wakes_at(10_000.0), Some(50.0 + ACCEPTED_MS));
    area.tick(50.0 + ACCEPTED_MS);
    assert_eq!(*stage(&area, "a"), Stage::Open);
}

#[test]
fn a_refused_answer_gives_dead_buttons_back_and_the_log_says_whose_answer_counted() {
    let mut area = area("a");
    area.point(0.0, Pointer::Inside);
    assert!(click(&mut area, 0.0, "a", Button::Allow));
    area.answered(40.0, "a", false);
    assert_eq!(*stage(&area, "a"), Stage::Open);
    assert!(
        !click(&mut area, 250.0, "a", Button::Allow),
        "the second press of a double click"
    );
    let denied = |_: &str| Fate::Answered(Verdict::Denied(None), None);
    area.sync(300.0, Vec::new(), denied);
    let Stage::Decided(Decision::Answered { verdict, by, .. }) = stage(&area, "a") else {
        panic!("{:?}", stage(&area, "a"))
    };
    assert_eq!((verdict, by), (&Verdict::Denied(None), &By::Elsewhere));
}

#[test]
fn a_typed_reason_disables_allow_alone() {
    let mut area = area("a");
    area.reason_typed("a", true);
    assert_eq!(
        area.place("a").expect("a").button(Button::Allow, 0.0),
        Err(Dead::ReasonTyped)
    );
    assert!(!click(&mut area, 0.0, "a", Button::Allow));
    assert!(click(&mut area, 1.0, "a", Button::Deny));
}

#[test]
fn allow_waits_until_the_end_of_a_long_argument_was_in_sight() {
    let long = WaitingCall {
        input: format!("{{\"command\":\"{}; rm -rf /srv/live\"}}", "x".repeat(9_000)),
        ..call("a")
    };
    let mut area = Area::new(Pointer::Outside);
    area.sync(0.0, vec![long.clone()], allowed);
    assert_eq!(
        area.place("a").expect("a").button(Button::Allow, 0.0),
        Err(Dead::Unseen)
    );
    assert_eq!(area.place("a").expect("a").button(Button::Deny, 0.0), Ok(()));
    area.seen("a");
    assert!(is_live(&area, 0.0, "a"));
    let other = WaitingCall {
        input: long.input.replace("/srv/live", "/srv"),
        ..long
    };
    area.sync(10.0, vec![other], allowed);
    assert_eq!(
        area.place("a").expect("a").button(Button::Allow, 700.0),
        Err(Dead::Unseen),
        "another argument"
    );
}

#[test]
fn a_call_that_becomes_another_one_says_so_and_is_dead_for_600_ms() {
    let mut area = area("a");
    let other = WaitingCall {
        input: "{\"command\":\"rm -rf /\"}".to_owned(),
        ..call("a")
    };
    area.sync(1_000.0, vec![other.clone()], allowed);
    let place = area.place("a").expect("a");
    assert_eq!(place.revision(), 1);
    assert_eq!(
        place.call().input,
        other.input,
        "what is shown is what would be answered"
    );
    assert!(!click(&mut area, 1_599.0, "a", Button::Allow));
    assert!(click(&mut area, 1_600.0, "a", Button::Allow));
    let renamed = WaitingCall {
        thread: Some("B writer".to_owned()),
        ..call("b")
    };
    let mut area = super::tests::area("b");
    area.sync(10.0, vec![renamed], allowed);
    assert!(
        area.place("b").expect("b").revision() == 0,
        "only its thread's name became known"
    );
}

#[test]
fn the_focus_goes_to_the_next_call_that_waits() {
    let mut area = area("abcd");
    area.sync(0.0, calls("acd"), allowed);
    assert_eq!(area.next_waiting("a"), Some("c"));
    assert_eq!(area.next_waiting("b"), Some("c"));
    assert_eq!(area.next_waiting("d"), Some("a"));
    area.sync(0.0, calls("c"), allowed);
    assert_eq!(area.next_waiting("c"), None);
}

#[test]
fn a_call_that_the_session_closes_is_not_said_to_be_answered() {
    let mut area = area("a");
    area.sync(10.0, Vec::new(), |_| Fate::Closed);
    assert_eq!(*stage(&area, "a"), Stage::Decided(Decision::Closed));
    assert!(!click(&mut area, 20.0, "a", Button::Allow));
}

/// Something that happens around two presses.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A call turns up, with this place in the log.
    Appears(u8),
    /// Somebody else answers the nth call that waits.
    AnsweredElsewhere(u8),
    /// The nth place becomes taller by so many pixels, for a message in it, for example.
    Grows(u8, u8),
    /// What stands below the area becomes taller.
    Lifts(u8),
    /// An input changes.
    Changes(u8),
}

fn happenings() -> impl Strategy<Value = Event> {
    prop_oneof![
        any::<u8>().prop_map(Event::Appears),
        any::<u8>().prop_map(Event::AnsweredElsewhere),
        (any::<u8>(), any::<u8>()).prop_map(|(place, by)| Event::Grows(place, by)),
        any::<u8>().prop_map(Event::Lifts),
        any::<u8>().prop_map(Event::Changes),
    ]
}

/// A screen as the page draws it: cards above each other, the lowest at the bottom edge.
struct Screen {
    area: Area,
    is_touch: bool,
    waiting: Vec<WaitingCall>,
    grown: std::collections::HashMap<String, f64>,
    lift: f64,
    sent: Vec<(String, f64)>,
    /// The server's answers that are under way: when they arrive, and for which call.
    answers: Vec<(f64, String)>,
    next: u32,
    /// When the buttons of a call appeared or moved last.
    unsettled: std::collections::HashMap<String, f64>,
    tops: std::collections::HashMap<String, f64>,
}

const CARD: f64 = 100.0;
const BOTTOM: f64 = 900.0;

impl Screen {
    fn new(count: usize, pointer: Pointer, is_touch: bool) -> Self {
        let waiting: Vec<WaitingCall> = (0..count).map(|n| call(&format!("c{n}"))).collect();
        let mut screen = Self {
            area: Area::new(pointer),
            is_touch,
            waiting,
            grown: Default::default(),
            lift: 0.0,
            sent: Vec::new(),
            answers: Vec::new(),
            next: 0,
            unsettled: Default::default(),
            tops: Default::default(),
        };
        screen.frame(-10_000.0);
        screen
    }

    fn height(&self, id: &str) -> f64 {
        CARD + self.grown.get(id).copied().unwrap_or(0.0)
    }

    /// Draws: what waits is told, then where the buttons stand.
    fn frame(&mut self, now: f64) {
        let known: Vec<String> = self
            .area
            .places()
            .iter()
            .map(|place| place.call().id.clone())
            .collect();
        self.area.sync(now, self.waiting.clone(), allowed);
        let mut bottom = BOTTOM - self.lift;
        let mut spots: Vec<(String, Spot)> = Vec::new();
        for place in self.area.places().iter().rev() {
            let id = place.call().id.clone();
            bottom -= self.height(&id);
            let y = bottom + self.height(&id) - 30.0;
            if !known.contains(&id) || self.tops.get(&id).is_some_and(|old| (old - y).abs() > 1.0) {
                self.unsettled.insert(id.clone(), now);
            }
            self.tops.insert(id.clone(), y);
            spots.push((id, Spot { x: 0.0, y }));
        }
        self.area.placed(
            now,
            Spot::default(),
            spots.iter().map(|(id, spot)| (&**id, *spot)),
        );
    }

    /// The Allow button at a height.
    fn at(&self, y: f64) -> Option<String> {
        let hit = |place: &&Place| {
            let button = self.tops.get(&place.call().id).copied().unwrap_or(f64::NAN);
            (button..button + 30.0).contains(&y) && !matches!(place.stage(), Stage::Decided(_))
        };
        self.area
            .places()
            .iter()
            .find(hit)
            .map(|place| place.call().id.clone())
    }

    fn press(&mut self, now: f64, y: f64) {
        let on = self.at(y);
        if self.is_touch {
            self.area.touched(now);
        }
        self.area
            .pointer_down(now, on.as_deref().map(|id| (id, Button::Allow)));
        let Some(id) = on else { return };
        if self.area.press(now, &id, Button::Allow, How::Pointer) {
            self.sent.push((id.clone(), now));
            self.answers.push((now + 40.0, id));
        }
    }

    fn happens(&mut self, now: f64, event: Event) {
        match event {
            Event::Appears(place) => {
                self.next += 1;
                let new = call(&format!("n{}", self.next));
                self.waiting
                    .insert(usize::from(place) % (self.waiting.len() + 1), new);
            }
            Event::AnsweredElsewhere(n) if !self.waiting.is_empty() => {
                self.waiting.remove(usize::from(n) % self.waiting.len());
            }
            Event::Grows(n, by) => {
                let places = self.area.places();
                if !places.is_empty() {
                    let id = places[usize::from(n) % places.len()].call().id.clone();
                    self.grown.insert(id, f64::from(by));
                }
            }
            Event::Lifts(by) => self.lift = f64::from(by),
            Event::Changes(n) if !self.waiting.is_empty() => {
                let n = usize::from(n) % self.waiting.len();
                self.waiting[n].input.push(' ');
                self.unsettled.insert(self.waiting[n].id.clone(), now);
            }
            _ => {}
        }
        self.frame(now);
    }

    fn arrive(&mut self, until: f64) {
        while let Some(at) = self.answers.iter().position(|(at, _)| *at <= until) {
            let (at, id) = self.answers.remove(at);
            self.waiting.retain(|call| call.id != id);
            self.frame(at);
            self.area.answered(at, &id, true);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Two presses at the same point, whatever happens before, between and after them: at most one answer leaves, and the
    /// call that it answers had stood under the pointer for as long as a press takes.
    #[test]
    fn two_presses_at_one_point_give_at_most_one_answer(
        count in 2_usize..7,
        y in 200.0..900.0,
        gap in 50.0..550.0,
        is_touch in any::<bool>(),
        events in prop::collection::vec((-300.0..700.0, happenings()), 0..6),
    ) {
        let mut screen = Screen::new(count, Pointer::Outside, is_touch);
        if !is_touch {
            screen.area.point(-5_000.0, Pointer::Inside);
        }
        let mut steps: Vec<(f64, Option<Event>)> = events.into_iter().map(|(at, event)| (at, Some(event))).collect();
        steps.extend([(0.0, None), (gap, None)]);
        steps.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (now, step) in steps {
            screen.arrive(now);
            screen.area.tick(now);
            match step {
                Some(event) => screen.happens(now, event),
                None => screen.press(now, y),
            }
        }
        prop_assert!(screen.sent.len() <= 1, "{:?}", screen.sent);
        for (id, at) in &screen.sent {
            let since = screen.unsettled.get(id).copied().filter(|since| since < at).unwrap_or(f64::NEG_INFINITY);
            prop_assert!(at - since >= SETTLE_MS, "{id} had stood there for {} ms", at - since);
        }
    }
}
