//! The machine.

use super::place::{Button, Place, Stage};
use super::{ACCEPTED_MS, LINGER_MS, SETTLE_MS};
use crate::present::{Argument, Fate, WaitingCall};

/// Where the pointer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// Somewhere else.
    Outside,
    /// Over the area.
    Inside,
    /// Nobody can know: a finger is nowhere before it touches.
    Unknown,
}

/// How a button is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By a pointer, which went down before.
    Pointer,
    /// By the keyboard or by a program that helps the reader.
    Keyboard,
}

/// Where the buttons of a place stand, or how far something went, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// The calls that wait for a person, each in its place.
#[derive(Clone, Debug)]
pub struct Area {
    places: Vec<Place>,
    pointer: Pointer,
    has_focus: bool,
    /// When the pointer, the focus and the keys were last here.
    last_here_ms: f64,
    last_press_ms: f64,
    /// The live button that a pointer went down on.
    aimed: Option<(String, Button)>,
}

impl Area {
    /// An area in which nothing waits.
    #[must_use]
    pub fn new(pointer: Pointer) -> Self {
        Self {
            places: Vec::new(),
            pointer,
            has_focus: false,
            last_here_ms: f64::NEG_INFINITY,
            last_press_ms: f64::NEG_INFINITY,
            aimed: None,
        }
    }

    /// Where the pointer is.
    #[must_use]
    pub fn pointer(&self) -> Pointer {
        self.pointer
    }

    /// The places, from the top.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// A place by the event id of its call.
    #[must_use]
    pub fn place(&self, call: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.call.id == call)
    }

    /// How many calls wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.places.iter().filter(|place| !place.is_decided()).count()
    }

    /// The number of a call among those that wait, from 1, and how many do; nothing if it does not.
    #[must_use]
    pub fn position(&self, call: &str) -> Option<(usize, usize)> {
        let mut waiting = self.places.iter().filter(|place| !place.is_decided());
        let at = waiting.position(|place| place.call.id == call)?;
        Some((at + 1, self.waiting()))
    }

    /// The next call that waits, behind a place or from the top.
    #[must_use]
    pub fn next_waiting(&self, behind: &str) -> Option<&str> {
        let at = self
            .places
            .iter()
            .position(|place| place.call.id == behind)
            .unwrap_or(0);
        let (before, rest) = self.places.split_at(at);
        let mut candidates = rest
            .iter()
            .chain(before)
            .filter(|place| !place.is_decided() && place.call.id != behind);
        candidates.next().map(|place| &*place.call.id)
    }

    /// Tells which calls wait now. `fate` says of a call that does not what became of it.
    pub fn sync(&mut self, now_ms: f64, waiting: Vec<WaitingCall>, fate: impl Fn(&str) -> Fate) {
        let is_hot = self.is_hot(now_ms);
        for place in &mut self.places {
            let is_waiting = waiting.iter().any(|call| call.id == place.call.id);
            if !is_waiting && !place.is_decided() {
                place.decide(now_ms, fate(&place.call.id));
            }
        }
        for call in waiting {
            let Some(place) = self.places.iter_mut().find(|place| place.call.id == call.id) else {
                let mut place = Place::new(call);
                place.is_mine = place.call.in_flight.is_some();
                place.stage = place.waiting_stage();
                place.appeared(now_ms, is_hot);
                self.places.push(place);
                continue;
            };
            place.is_mine |= call.in_flight.is_some();
            let is_another = !place.call.asks_the_same(&call);
            place.call = call;
            if is_another {
                // What was read is not what would be answered.
                place.revision += 1;
                place.is_unseen = Argument::of(&place.call.input).shortened().is_some();
                place.appeared(now_ms, true);
            }
            place.restage(now_ms, is_hot);
        }
        self.tidy(now_ms);
    }

    /// Tells where the pointer is. Touching tells nothing that lasts, so a finger leaves it unknown.
    pub fn point(&mut self, now_ms: f64, pointer: Pointer) {
        if self.pointer == Pointer::Inside && pointer != Pointer::Inside {
            self.last_here_ms = now_ms;
        }
        self.pointer = pointer;
    }

    /// A finger or a pen came down. Nothing told of it before, so it may have been on its way to what stood there before.
    pub fn touched(&mut self, now_ms: f64) {
        self.point(now_ms, Pointer::Unknown);
        for place in &mut self.places {
            place.dead_until_ms = place.dead_until_ms.max(place.appeared_ms + SETTLE_MS);
        }
    }

    /// The area has come under a pointer that rests: what stands there now was not aimed at.
    pub fn came_under_pointer(&mut self, now_ms: f64) {
        self.pointer = Pointer::Inside;
        for place in &mut self.places {
            place.dead_until_ms = now_ms + SETTLE_MS;
        }
    }

    /// Tells whether the focus is in the area.
    pub fn focus(&mut self, now_ms: f64, is_inside: bool) {
        if self.has_focus && !is_inside {
            self.last_here_ms = now_ms;
        }
        self.has_focus = is_inside;
    }

    /// A pointer went down in the area, perhaps on a button. One that was not seen to come has rested there since before what
    /// it is on now was drawn.
    pub fn pointer_down(&mut self, now_ms: f64, on: Option<(&str, Button)>) {
        if self.pointer == Pointer::Outside {
            self.came_under_pointer(now_ms);
        }
        self.aimed = on
            .filter(|(call, button)| self.is_live(now_ms, call, *button))
            .map(|(call, button)| (call.to_owned(), button));
        self.pressed(now_ms);
    }

    /// A key went down in the area.
    pub fn key_down(&mut self, now_ms: f64) {
        self.pressed(now_ms);
    }

    fn pressed(&mut self, now_ms: f64) {
        self.last_press_ms = now_ms;
        self.last_here_ms = now_ms;
    }

    /// A button is pressed. Returns whether that counts; the answer is on its way then, and the caller sends it.
    #[must_use]
    pub fn press(&mut self, now_ms: f64, call: &str, button: Button, how: How) -> bool {
        let aimed = self.aimed.take();
        let is_aimed = match how {
            How::Pointer => aimed.is_some_and(|(id, aimed)| id == call && aimed == button),
            How::Keyboard => true,
        };
        if !is_aimed || !self.is_live(now_ms, call, button) {
            return false;
        }
        if let Some(place) = self.place_mut(call) {
            place.is_given = true;
            place.is_mine = true;
            place.stage = Stage::Sending;
        }
        true
    }

    /// The request with an answer is done. `is_taken` says that the server stored it; the log, which is told first, may not
    /// show it all the same.
    pub fn answered(&mut self, now_ms: f64, call: &str, is_taken: bool) {
        let is_hot = self.is_hot(now_ms);
        if let Some(place) = self.place_mut(call) {
            place.is_given = false;
            place.accepted_until_ms = is_taken.then_some(now_ms + ACCEPTED_MS);
            place.is_mine = is_taken || place.call.in_flight.is_some();
            if !place.is_decided() {
                place.restage(now_ms, is_hot);
            }
        }
    }

    /// Tells whether a reason for a denial is typed.
    pub fn reason_typed(&mut self, call: &str, is_typed: bool) {
        if let Some(place) = self.place_mut(call) {
            place.has_reason = is_typed;
        }
    }

    /// All of an argument, its end included, has been in sight.
    pub fn seen(&mut self, call: &str) {
        if let Some(place) = self.place_mut(call) {
            place.is_unseen = false;
        }
    }

    /// Tells where the buttons stand, those of the places that are named. Buttons that stand elsewhere than before have moved.
    ///
    /// `scrolled` is how far the reader has scrolled since the last telling: what moved with that, or stayed behind because it
    /// sticks to an edge, moved under no pointer unawares.
    pub fn placed<'a>(
        &mut self,
        now_ms: f64,
        scrolled: Spot,
        spots: impl IntoIterator<Item = (&'a str, Spot)>,
    ) {
        let is_hot = self.is_hot(now_ms);
        for (call, spot) in spots {
            let Some(place) = self.place_mut(call) else {
                continue;
            };
            let has_moved = |old: Spot| {
                !is_explained(old.x, spot.x, scrolled.x) || !is_explained(old.y, spot.y, scrolled.y)
            };
            if place.spot.replace(spot).is_some_and(has_moved) {
                place.appeared(now_ms, is_hot);
            }
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: f64) {
        let is_hot = self.is_hot(now_ms);
        for place in &mut self.places {
            if place.accepted_until_ms.is_some_and(|until| until <= now_ms) {
                place.accepted_until_ms = None;
                if !place.is_decided() {
                    place.restage(now_ms, is_hot);
                }
            }
        }
        self.tidy(now_ms);
    }

    /// When something changes by itself: the next time at which [`tick`](Self::tick) is wanted.
    #[must_use]
    pub fn wakes_at(&self, now_ms: f64) -> Option<f64> {
        let settles = self.places.iter().map(|place| place.dead_until_ms);
        let accepted = self.places.iter().filter_map(|place| place.accepted_until_ms);
        let leaves = self
            .is_left()
            .then(|| self.decided().map(|place| self.leaves_at(place)));
        settles
            .chain(accepted)
            .chain(leaves.into_iter().flatten())
            .filter(|at| *at > now_ms)
            .min_by(f64::total_cmp)
    }

    fn is_live(&self, now_ms: f64, call: &str, button: Button) -> bool {
        self.place(call)
            .is_some_and(|place| place.button(button, now_ms).is_ok())
    }

    /// Whether somebody may be about to press: what appears or moves now could come under a pointer or a key.
    fn is_hot(&self, now_ms: f64) -> bool {
        self.pointer != Pointer::Outside || now_ms - self.last_press_ms < SETTLE_MS
    }

    fn is_left(&self) -> bool {
        self.pointer != Pointer::Inside && !self.has_focus
    }

    fn decided(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.is_decided())
    }

    /// When a decided place may go, if nobody comes back before.
    fn leaves_at(&self, place: &Place) -> f64 {
        place.decided_ms.max(self.last_here_ms) + LINGER_MS
    }

    /// Takes decided places out once nobody is there. All at once: each that goes moves those below it.
    fn tidy(&mut self, now_ms: f64) {
        let is_over = self.is_left() && self.decided().all(|place| self.leaves_at(place) <= now_ms);
        if is_over {
            self.places.retain(|place| !place.is_decided());
        }
    }

    fn place_mut(&mut self, call: &str) -> Option<&mut Place> {
        self.places.iter_mut().find(|place| place.call.id == call)
    }
}

/// Whether a press is the second of a double click that began on another screen, which the area has taken the place of.
#[must_use]
pub fn is_second_press(first: (Spot, f64), second: (Spot, f64)) -> bool {
    const APART: f64 = 24.0;
    let ((a, begun_ms), (b, now_ms)) = (first, second);
    now_ms - begun_ms < SETTLE_MS && (a.x - b.x).abs() < APART && (a.y - b.y).abs() < APART
}

/// Whether something stands where it stood, or somewhere on the way that scrolling takes it.
fn is_explained(old: f64, new: f64, scrolled: f64) -> bool {
    const STILL: f64 = 1.0;
    let with_it = old - scrolled;
    old.min(with_it) - STILL <= new && new <= old.max(with_it) + STILL
}

impl Place {
    /// Brings the stage of a call that waits up to date. Buttons that come back have appeared.
    fn restage(&mut self, now_ms: f64, is_hot: bool) {
        let can_answer = |stage: &Stage| matches!(stage, Stage::Open | Stage::NotFound);
        let stage = self.waiting_stage();
        let old = std::mem::replace(&mut self.stage, stage);
        if can_answer(&self.stage) && !can_answer(&old) {
            self.appeared(now_ms, is_hot);
        }
    }

    /// Its buttons stand where they did not stand before.
    fn appeared(&mut self, now_ms: f64, is_hot: bool) {
        self.appeared_ms = now_ms;
        if is_hot {
            self.dead_until_ms = now_ms + SETTLE_MS;
        }
    }
}
