//! Interrupt, archive and delete: what can be done with a session as a whole. What cannot be taken back is asked for first.

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::decide::SETTLE_MS;
use playground_core::protocol::{InputEvent, SessionStatus};
use playground_core::route::Route;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, MouseEvent};

use super::SessionContext;
use crate::platform::alarm::Alarm;
use crate::platform::timer::sleep;
use crate::platform::{clock, dialog};
use crate::signals::{RwSignal, StoredValue};
use crate::state::open_session::SendOutcome;
use crate::ui::kit::controls::{action_button, button, plain_button};
use crate::ui::kit::{El, Nodes, dynamic, el, error_alert, memo};

/// How long to wait for a session to stop after an interrupt, in steps.
const STOP_STEPS: u32 = 150;
const STOP_STEP_MS: f64 = 200.0;

/// The buttons, and the questions before what is for good.
#[component]
pub(super) fn Lifecycle() -> Nodes {
    let context = expect_context::<SessionContext>();
    let state = context.state;
    let busy = RwSignal::new(None::<Action>);
    let error = RwSignal::new(None::<ApiError>);
    // An action that the server refused because the session runs, although it did not seem to.
    let refused = RwSignal::new(None::<Action>);
    let is_running = memo(move || state.with(|state| state.is_running()));
    let [archiving, deleting] = [Question::new("archive"), Question::new("delete")];

    let run = move |action: Action| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(action));
        error.set(None);
        refused.set(None);
        context.tasks.spawn(async move {
            let outcome = perform(context, action).await;
            busy.set(None);
            archiving.close();
            deleting.close();
            match outcome {
                Ok(()) if action.what == What::Delete => context.app.go(&Route::Sessions),
                Ok(()) => {}
                Err(failed) => {
                    if failed.is_busy() && !action.interrupts {
                        refused.set(Some(action));
                    }
                    error.set(Some(failed));
                }
            }
        });
    };
    let offer = move || {
        refused.get().map(|action| {
            let done = if action.what == What::Archive {
                "archived"
            } else {
                "deleted"
            };
            let action = Action {
                interrupts: true,
                ..action
            };
            el("div.alert").attr("role", "alert").with((
                el("p").with(("A running session cannot be ", done, ". Interrupt it first.")),
                button("", action.label(), move || run(action)),
            ))
        })
    };
    let interrupt = Action {
        what: What::Interrupt,
        interrupts: true,
    };
    let is_busy_with = move |what: What| busy.with(|busy| busy.is_some_and(|action| action.what == what));
    let can_interrupt = move || state.with(|state| state.can_be_interrupted) && busy.get().is_none();
    let interrupt_button = action_button(
        "",
        move || {
            if is_busy_with(What::Interrupt) {
                "Interrupting…"
            } else {
                "Interrupt"
            }
        },
        move || !can_interrupt(),
        move || {
            if untrack(can_interrupt) {
                run(interrupt);
            }
        },
    );
    let closes_calls = move || {
        state
            .with(|state| state.waiting > 0)
            .then_some("Closes the waiting calls")
    };
    let can_archive = move || !state.with(|state| state.is_over);
    let archive_button = action_button(
        "quiet",
        move || {
            if is_busy_with(What::Archive) {
                "Archiving…"
            } else {
                "Archive session"
            }
        },
        move || !can_archive() || busy.get().is_some(),
        || {},
    )
    .on("click", move |event| {
        if untrack(can_archive) {
            archiving.open(&event);
        }
    });
    let can_delete = move || !state.with(|state| state.is_deleted);
    let delete_button = action_button("quiet danger", || "Delete session", move || !can_delete(), || {});
    let delete_button = delete_button.on("click", move |event| {
        if untrack(can_delete) {
            deleting.open(&event);
        }
    });
    let actions = el("div.session-actions").with((
        interrupt_button.bind("title", closes_calls),
        archive_button,
        delete_button,
    ));
    let ask = |question: Question, what: What, title: &str, text: &str| {
        let action = move || Action {
            what,
            interrupts: is_running.get(),
        };
        let title_id = format!("{}-title", question.name);
        let note = move || {
            is_running
                .get()
                .then(|| el("p.note").with("It is running, and is interrupted first."))
        };
        let confirm = action_button(
            if what == What::Delete { "danger" } else { "primary" },
            move || {
                if is_busy_with(what) {
                    action().under_way()
                } else {
                    action().label()
                }
            },
            move || busy.get().is_some() || question.is_settling.get(),
            move || {
                if !question.is_settling.get_untracked() {
                    run(untrack(action));
                }
            },
        );
        question.element().attr("aria-labelledby", &title_id).with((
            el("h2").attr("id", &title_id).with(title),
            el("p").with(text),
            dynamic(note),
            el("div.dialog-end").with((
                plain_button("")
                    .attr("autofocus", "")
                    .with("Cancel")
                    .on_press(move || question.close()),
                confirm,
            )),
        ))
    };
    Nodes::of((
        actions,
        error_alert(move || error.get()),
        dynamic(offer),
        ask(
            archiving,
            What::Archive,
            "Archive for good?",
            "It takes no more messages, and cannot be brought back. Its events and results stay readable, here and through \
             the API.",
        ),
        ask(
            deleting,
            What::Delete,
            "Delete this session?",
            "Its record, events and sandbox are removed for good. Uploaded files, the agent and the environment stay.",
        ),
    ))
}

/// What can be done with a session.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Interrupt,
    Archive,
    Delete,
}

/// Something to do, perhaps after an interrupt.
#[derive(Clone, Copy, PartialEq)]
struct Action {
    what: What,
    interrupts: bool,
}

impl Action {
    fn label(self) -> &'static str {
        match (self.what, self.interrupts) {
            (What::Interrupt, _) => "Interrupt",
            (What::Archive, false) => "Archive",
            (What::Archive, true) => "Interrupt and archive",
            (What::Delete, false) => "Delete",
            (What::Delete, true) => "Interrupt and delete",
        }
    }

    fn under_way(self) -> &'static str {
        match self.what {
            What::Interrupt => "Interrupting…",
            What::Archive => "Archiving…",
            What::Delete => "Deleting…",
        }
    }
}

/// A dialog that asks before something that is for good. Opened by a pointer that it comes to lie under, its answer is dead
/// for a moment: the second press of a double click is no answer.
#[derive(Clone, Copy)]
struct Question {
    name: &'static str,
    dialog: StoredValue<HtmlDialogElement>,
    is_settling: RwSignal<bool>,
    alarm: StoredValue<Alarm>,
}

impl Question {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            dialog: StoredValue::new(el("dialog.dialog").element()),
            is_settling: RwSignal::new(false),
            alarm: StoredValue::new(Alarm::default()),
        }
    }

    fn element(self) -> El {
        self.dialog
            .with_value(|dialog| Element::from(dialog.clone()).into())
    }

    fn open(self, click: &Event) {
        let is_under = self.dialog.try_with_value(|dialog| {
            dialog::open(dialog);
            let bounds = dialog.get_bounding_client_rect();
            let click = click.unchecked_ref::<MouseEvent>();
            let (x, y) = (f64::from(click.client_x()), f64::from(click.client_y()));
            click.detail() > 0
                && (bounds.left()..bounds.right()).contains(&x)
                && (bounds.top()..bounds.bottom()).contains(&y)
        });
        if is_under == Some(true) {
            let is_settling = self.is_settling;
            is_settling.set(true);
            let at = clock::now_ms() + SETTLE_MS;
            self.alarm.with_value(|alarm| {
                alarm.set(Some(at), move || {
                    let _ = is_settling.try_set(false);
                });
            });
        }
    }

    fn close(self) {
        self.dialog.try_with_value(dialog::close);
    }
}

async fn perform(context: SessionContext, action: Action) -> Result<(), ApiError> {
    let open = context.open();
    if action.interrupts {
        match open.send(vec![InputEvent::interrupt()]).await {
            SendOutcome::Stored => {}
            SendOutcome::Refused(error) | SendOutcome::Unconfirmed(_, error) => return Err(error),
        }
        if action.what != What::Interrupt {
            let works = |status: &SessionStatus| {
                matches!(status, SessionStatus::Running | SessionStatus::Rescheduling)
            };
            for _ in 0..STOP_STEPS {
                let state = context.state.try_get_untracked();
                if !state
                    .and_then(|state| state.status)
                    .is_some_and(|status| works(&status))
                {
                    break;
                }
                sleep(STOP_STEP_MS).await;
            }
        }
    }
    match action.what {
        What::Interrupt => Ok(()),
        What::Archive => open.archive().await,
        What::Delete => open.delete().await,
    }
}
