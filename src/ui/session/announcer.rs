//! What happens, told to screen readers at a pace that can be followed.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use playground_core::session::{Row, RowChange, Timeline, View, words};
use playground_core::stream::Phase;

use super::SessionContext;
use crate::platform::timer::Timer;
use crate::ui::kit::{El, cut, el};

/// Pause between two announcements, in milliseconds.
const PACE_MS: f64 = 2_500.0;

/// Characters of an announcement.
const LENGTH: usize = 200;

/// A live region with the newest row of the transcript. Rows that come faster than the pace are skipped.
#[component]
pub(super) fn Announcer() -> El {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let phase = open.signals().phase.clone();
    let said = RwSignal::new(String::new());
    let pacing = Rc::new(RefCell::new(None::<Timer>));
    open.on_commit(move |_, changes| {
        let is_live = phase.with_untracked(|p| *p == Phase::Live);
        let has_new = changes
            .rows(View::Transcript)
            .iter()
            .any(|c| matches!(c, RowChange::Inserted { .. } | RowChange::Became { .. }));
        if is_live && has_new && pacing.borrow().is_none() {
            let slot = Rc::clone(&pacing);
            *pacing.borrow_mut() = Some(Timer::after(PACE_MS, move || {
                // The running timer's own closure must outlive this call.
                let done = slot.take();
                let newest = context
                    .session
                    .try_with_value(|s| s.with_timeline(newest_in_words));
                if let Some(Some(text)) = newest {
                    let _ = said.try_set(text);
                }
                drop(done);
            }));
        }
        said.try_get_untracked().is_some()
    });
    el("div.sr-only")
        .attr("aria-live", "polite")
        .with(move || said.get())
}

fn newest_in_words(timeline: &Timeline) -> Option<String> {
    timeline
        .rows(View::Transcript)
        .iter()
        .rev()
        .find_map(|row| match row {
            Row::Event(slot) => {
                let words = words::describe(timeline.log().event(slot));
                let detail = cut(&words.detail, LENGTH).0;
                Some(format!("{}: {detail}", words.label))
            }
            _ => None,
        })
}
