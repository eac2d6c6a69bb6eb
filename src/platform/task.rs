//! Asynchronous work that is given up when its owner goes.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use wasm_bindgen_futures::spawn_local;

/// A running task. Dropping it aborts the task, and with it the requests that the task waits for.
pub struct Task(AbortHandle);

impl Task {
    /// Starts a task.
    pub fn spawn(future: impl Future<Output = ()> + 'static) -> Self {
        let (future, handle) = abortable(future);
        spawn_local(async move {
            let _ = future.await;
        });
        Self(handle)
    }

    fn is_done(&self) -> bool {
        self.0.is_aborted()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The tasks of one owner, given up together.
#[derive(Clone, Default)]
pub struct Tasks(Rc<RefCell<Vec<Task>>>);

impl Tasks {
    /// Starts a task that lives as long as this owner.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        let task = Task::spawn(future);
        let mut tasks = self.0.borrow_mut();
        tasks.retain(|t| !t.is_done());
        tasks.push(task);
    }

    /// Gives all tasks up.
    pub fn abort(&self) {
        self.0.borrow_mut().clear();
    }
}
