//! What happens, told to screen readers. What is worth a word, and when, is decided in [`playground_core::speech`].

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use playground_core::speech::{Connection, Narrator, Urgency};
use playground_core::stream::Phase;

use super::SessionContext;
use crate::platform::alarm::Alarm;
use crate::platform::clock;
use crate::signals::RwSignal;
use crate::ui::kit::{El, effect, el};

/// Listens to the session and hands out what is to be said.
struct Voice {
    context: SessionContext,
    narrator: RefCell<Narrator>,
    alarm: Alarm,
    /// What is said now, by the two regions.
    polite: RwSignal<String>,
    assertive: RwSignal<String>,
}

/// Two regions that screen readers watch: one that waits for its turn, and one that does not.
#[component]
pub(super) fn Announcer() -> El {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let phase = open.signals().phase.clone();
    let voice = Rc::new(Voice {
        context,
        narrator: RefCell::default(),
        alarm: Alarm::default(),
        polite: RwSignal::new(String::new()),
        assertive: RwSignal::new(String::new()),
    });
    let (polite, assertive) = (voice.polite, voice.assertive);
    let weak = Rc::downgrade(&voice);
    let connection = phase.clone();
    open.on_commit(move |timeline, changes| {
        let Some(voice) = weak.upgrade() else { return false };
        let now = clock::now_ms();
        let mut narrator = voice.narrator.borrow_mut();
        narrator.connected(now, connection.with_untracked(heard), timeline);
        narrator.committed(now, timeline, changes);
        drop(narrator);
        speak(&voice);
        true
    });
    effect(move || {
        let connection = phase.with(heard);
        voice.context.read(|timeline| {
            voice
                .narrator
                .borrow_mut()
                .connected(clock::now_ms(), connection, timeline);
        });
        speak(&voice);
    });
    let region =
        |urgency: &str, said: RwSignal<String>| el("div").attr("aria-live", urgency).with(move || said.get());
    el("div.sr-only").with((region("polite", polite), region("assertive", assertive)))
}

/// How the page hears of the session.
fn heard(phase: &Phase) -> Connection {
    match phase {
        Phase::Live => Connection::Live,
        Phase::Polling { .. } => Connection::Polled,
        Phase::Ended(_) => Connection::Over,
        Phase::Idle | Phase::Connecting | Phase::CatchingUp | Phase::Backoff { .. } | Phase::Offline => {
            Connection::Lost
        }
    }
}

/// Says what is due, and comes back for the rest.
fn speak(voice: &Rc<Voice>) {
    let now = clock::now_ms();
    let said = voice.narrator.borrow_mut().next(now);
    if let Some(said) = said {
        let region = match said.urgency {
            Urgency::Polite => voice.polite,
            Urgency::Assertive => voice.assertive,
        };
        // The same words once more are only heard if the region changes.
        let is_same = region.try_with_untracked(|old| *old == said.text) == Some(true);
        let _ = region.try_set(if is_same { said.text + "\u{A0}" } else { said.text });
    }
    let at = voice.narrator.borrow().wakes_at();
    let weak: Weak<Voice> = Rc::downgrade(voice);
    voice.alarm.set(at, move || {
        if let Some(voice) = weak.upgrade() {
            speak(&voice);
        }
    });
}
