//! Interrupt, archive and delete: what can be done with a session as a whole.

use leptos::html::Dialog;
use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::protocol::InputEvent;
use playground_core::route::Route;

use super::SessionContext;
use crate::platform::timer::sleep;
use crate::state::open_session::SendOutcome;
use crate::ui::kit::ErrorAlert;
use crate::ui::kit::controls::{action_button, button};
use crate::ui::kit::erased::{dynamic, on_press, optional, when};

/// How long to wait for a session to stop after an interrupt, in steps.
const STOP_STEPS: u32 = 150;
const STOP_STEP_MS: f64 = 200.0;

/// The buttons, and the question before deletion.
#[component]
pub(super) fn Lifecycle(status: Memo<String>) -> impl IntoView {
    let context = expect_context::<SessionContext>();
    let dialog = NodeRef::<Dialog>::new();
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
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
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
        optional(interrupt_first.get(), |what| {
            let action = if what == "archive" {
                Action::InterruptAndArchive
            } else {
                Action::InterruptAndDelete
            };
            view! {
                <div class="alert" role="alert">
                    <p>"A running session cannot be "{if what == "archive" { "archived" } else { "deleted" }}". Interrupt it first."</p>
                    {button(
                        "",
                        if what == "archive" { "Interrupt and archive" } else { "Interrupt and delete" },
                        move || run(what, action),
                    )}
                </div>
            }
            .into_any()
        })
    };
    view! {
        <div class="session-actions">
            {action_button(
                "",
                move || if busy.get() == Some("interrupt") { "Interrupting…" } else { "Interrupt" },
                move || !can_interrupt() || busy.get().is_some(),
                move || run("interrupt", Action::Interrupt),
            )}
            {action_button(
                "quiet",
                move || if busy.get() == Some("archive") { "Archiving…" } else { "Archive session" },
                move || is_over() || busy.get().is_some(),
                move || if !is_over() { archive() },
            )}
            {button("quiet danger", "Delete session", ask_to_delete)}
        </div>
        <ErrorAlert error=error/>
        {dynamic(offer)}
        <dialog node_ref=dialog aria-labelledby="delete-title" class="dialog">
            <h2 id="delete-title">"Delete this session?"</h2>
            <p>"Its record, events and sandbox are removed for good. Uploaded files, the agent and the environment stay."</p>
            {when(is_running, || view! {
                <p class="note">"The session is running and must be interrupted first."</p>
            }.into_any())}
            <div class="dialog-end">
                <button type="button" autofocus on:click=on_press(move || close(dialog))>"Cancel"</button>
                {action_button(
                    "danger",
                    move || if busy.get() == Some("delete") { "Deleting…" } else { "Delete" },
                    move || busy.get().is_some(),
                    delete,
                )}
            </div>
        </dialog>
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

fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}
