//! Interrupt, archive and delete: what can be done with a session as a whole.

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::protocol::InputEvent;
use playground_core::route::Route;
use web_sys::HtmlDialogElement;

use super::SessionContext;
use crate::platform::dialog;
use crate::platform::timer::sleep;
use crate::state::open_session::SendOutcome;
use crate::ui::kit::controls::{action_button, button, plain_button};
use crate::ui::kit::{Nodes, dynamic, el, error_alert, when};

/// How long to wait for a session to stop after an interrupt, in steps.
const STOP_STEPS: u32 = 150;
const STOP_STEP_MS: f64 = 200.0;

/// The buttons, and the question before deletion.
#[component]
pub(super) fn Lifecycle(status: Memo<String>) -> Nodes {
    let context = expect_context::<SessionContext>();
    let question = el("dialog.dialog").attr("aria-labelledby", "delete-title");
    let dialog = StoredValue::new_local(question.element::<HtmlDialogElement>());
    let busy = RwSignal::new(None::<&'static str>);
    let error = RwSignal::new(None::<ApiError>);
    let interrupt_first = RwSignal::new(None::<&'static str>);
    let is_running = move || status.get() == "running";
    let can_interrupt = move || matches!(status.get().as_str(), "running" | "rescheduling");
    let is_over = move || status.get() == "terminated";

    let run = move |what: &'static str, action: Action| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(what));
        error.set(None);
        interrupt_first.set(None);
        context.tasks.spawn(async move {
            let outcome = perform(context, action, status).await;
            busy.set(None);
            match outcome {
                Ok(()) if action.deletes() => {
                    close(dialog);
                    context.app.go(&Route::Sessions);
                }
                Ok(()) => close(dialog),
                Err(failed) if failed.is_busy() && !action.interrupts() => {
                    interrupt_first.set(Some(what));
                    error.set(Some(failed));
                    close(dialog);
                }
                Err(failed) => {
                    error.set(Some(failed));
                    close(dialog);
                }
            }
        });
    };
    let ask_to_delete = move || {
        dialog.with_value(dialog::open);
    };
    let archive = move || {
        if is_running() {
            interrupt_first.set(Some("archive"));
        } else {
            run("archive", Action::Archive);
        }
    };
    let delete = move || {
        if is_running() {
            close(dialog);
            interrupt_first.set(Some("delete"));
        } else {
            run("delete", Action::Delete);
        }
    };
    let offer = move || {
        interrupt_first.get().map(|what| {
            let (done, label, action) = if what == "archive" {
                ("archived", "Interrupt and archive", Action::InterruptAndArchive)
            } else {
                ("deleted", "Interrupt and delete", Action::InterruptAndDelete)
            };
            el("div.alert").attr("role", "alert").with((
                el("p").with(("A running session cannot be ", done, ". Interrupt it first.")),
                button("", label, move || run(what, action)),
            ))
        })
    };
    let actions = el("div.session-actions").with((
        action_button(
            "",
            move || label(busy.get(), "interrupt", "Interrupting…", "Interrupt"),
            move || !can_interrupt() || busy.get().is_some(),
            move || run("interrupt", Action::Interrupt),
        ),
        action_button(
            "quiet",
            move || label(busy.get(), "archive", "Archiving…", "Archive session"),
            move || is_over() || busy.get().is_some(),
            move || {
                if !is_over() {
                    archive();
                }
            },
        ),
        button("quiet danger", "Delete session", ask_to_delete),
    ));
    let running_note = || el("p.note").with("The session is running and must be interrupted first.");
    let question = question.with((
        el("h2").attr("id", "delete-title").with("Delete this session?"),
        el("p").with(
            "Its record, events and sandbox are removed for good. Uploaded files, the agent and the environment stay.",
        ),
        when(is_running, running_note),
        el("div.dialog-end").with((
            plain_button("")
                .attr("autofocus", "")
                .with("Cancel")
                .on_press(move || close(dialog)),
            action_button(
                "danger",
                move || label(busy.get(), "delete", "Deleting…", "Delete"),
                move || busy.get().is_some(),
                delete,
            ),
        )),
    ));
    Nodes::of((actions, error_alert(error), dynamic(offer), question))
}

/// What a button says: another word while its own action is under way.
fn label(
    busy: Option<&'static str>,
    action: &str,
    under_way: &'static str,
    otherwise: &'static str,
) -> &'static str {
    if busy == Some(action) {
        under_way
    } else {
        otherwise
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Action {
    Interrupt,
    Archive,
    Delete,
    InterruptAndArchive,
    InterruptAndDelete,
}

impl Action {
    fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::InterruptAndDelete)
    }

    fn interrupts(self) -> bool {
        matches!(
            self,
            Self::Interrupt | Self::InterruptAndArchive | Self::InterruptAndDelete
        )
    }
}

async fn perform(context: SessionContext, action: Action, status: Memo<String>) -> Result<(), ApiError> {
    let open = context.open();
    if action.interrupts() {
        match open.send(vec![InputEvent::interrupt()]).await {
            SendOutcome::Stored => {}
            SendOutcome::Refused(error) | SendOutcome::Unconfirmed(_, error) => return Err(error),
        }
    }
    if matches!(action, Action::InterruptAndArchive | Action::InterruptAndDelete) {
        for _ in 0..STOP_STEPS {
            if status
                .try_get_untracked()
                .is_none_or(|s| s != "running" && s != "rescheduling")
            {
                break;
            }
            sleep(STOP_STEP_MS).await;
        }
    }
    match action {
        Action::Interrupt => Ok(()),
        Action::Archive | Action::InterruptAndArchive => open.archive().await,
        Action::Delete | Action::InterruptAndDelete => open.delete().await,
    }
}

fn close(dialog: StoredValue<HtmlDialogElement, LocalStorage>) {
    dialog.try_with_value(dialog::close);
}
