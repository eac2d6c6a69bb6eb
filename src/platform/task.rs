//! Asynchronous work that is given up when its owner goes.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use futures_util::future::{AbortHandle, LocalBoxFuture, abortable};

use super::guard;

/// A running task. Dropping it aborts the task, and with it the requests that the task waits for.
pub struct Task(AbortHandle);

impl Task {
    /// Starts a task.
    pub fn spawn(future: impl Future<Output = ()> + 'static) -> Self {
        Self::spawn_boxed(Box::pin(future))
    }

    /// One type for all futures: the executor's code would otherwise be repeated for each.
    fn spawn_boxed(future: LocalBoxFuture<'static, ()>) -> Self {
        let (future, handle) = abortable(future);
        guard::spawn(async move {
            let _ = future.await;
        });
        Self(handle)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The tasks of one owner, given up together. A task that ends by itself is forgotten.
#[derive(Clone, Default)]
pub struct Tasks(Rc<RefCell<Running>>);

#[derive(Default)]
struct Running {
    tasks: Vec<(u32, Task)>,
    count: u32,
}

impl Tasks {
    /// Starts a task that lives as long as this owner.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        self.spawn_boxed(Box::pin(future));
    }

    fn spawn_boxed(&self, future: LocalBoxFuture<'static, ()>) {
        let id = {
            let mut running = self.0.borrow_mut();
            running.count = running.count.wrapping_add(1);
            running.count
        };
        let running = Rc::downgrade(&self.0);
        let task = Task::spawn_boxed(Box::pin(async move {
            future.await;
            if let Some(running) = running.upgrade() {
                running.borrow_mut().tasks.retain(|(other, _)| *other != id);
            }
        }));
        self.0.borrow_mut().tasks.push((id, task));
    }

    /// Gives all tasks up.
    pub fn abort(&self) {
        let tasks = std::mem::take(&mut self.0.borrow_mut().tasks);
        drop(tasks);
    }
}
