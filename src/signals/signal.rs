//! Values that tell their readers when they change.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{ArcTrigger, Notify, Track};

use super::{Handle, is_over};

struct Source<T> {
    changed: ArcTrigger,
    value: RefCell<T>,
}

impl<T> Source<T> {
    fn new(value: T) -> Rc<Self> {
        let changed = ArcTrigger::new();
        Rc::new(Self {
            changed,
            value: RefCell::new(value),
        })
    }

    fn set(&self, value: T) {
        // What was there before is dropped when nothing holds on to the cell any more.
        let before = self.value.replace(value);
        self.changed.notify();
        drop(before);
    }
}

/// A signal that lives as long as anything refers to it.
pub struct RcRwSignal<T>(Rc<Source<T>>);

impl<T> Clone for RcRwSignal<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: 'static> RcRwSignal<T> {
    /// A signal that holds a value.
    pub fn new(value: T) -> Self {
        Self(Source::new(value))
    }

    /// Tells the current reader of every change from now on.
    pub fn track(&self) {
        self.0.changed.track();
    }

    /// Tells the readers that the value is another.
    pub fn notify(&self) {
        self.0.changed.notify();
    }

    /// Reads the value.
    pub fn with<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        self.track();
        self.with_untracked(read)
    }

    /// Reads the value without being told of changes.
    pub fn with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(&self.0.value.borrow())
    }

    /// Sets the value and tells the readers.
    pub fn set(&self, value: T) {
        self.0.set(value);
    }

    /// Changes the value and tells the readers.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        self.update_untracked(change);
        self.notify();
    }

    /// Changes the value; its readers are not told.
    pub fn update_untracked<U>(&self, change: impl FnOnce(&mut T) -> U) -> U {
        change(&mut self.0.value.borrow_mut())
    }
}

impl<T: Clone + 'static> RcRwSignal<T> {
    /// The value.
    #[must_use]
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// The value, without being told of changes.
    #[must_use]
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }
}

/// A signal that lives until the scope ends in which it was made.
pub struct RwSignal<T>(Handle<Source<T>>);

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T: 'static> RwSignal<T> {
    /// A signal that holds a value.
    pub fn new(value: T) -> Self {
        Self(Handle::new(Source::new(value)))
    }

    fn source(&self) -> RcRwSignal<T> {
        match self.0.get() {
            Some(source) => RcRwSignal(source),
            None => is_over(),
        }
    }

    /// Tells the current reader of every change from now on.
    pub fn track(&self) {
        self.source().track();
    }

    /// Reads the value.
    pub fn with<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        self.source().with(read)
    }

    /// Reads the value without being told of changes.
    pub fn with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        self.source().with_untracked(read)
    }

    /// Reads the value without being told of changes; `None` once the scope has ended.
    pub fn try_with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> Option<U> {
        Some(RcRwSignal(self.0.get()?).with_untracked(read))
    }

    /// Sets the value and tells the readers; does nothing once the scope has ended.
    pub fn set(&self, value: T) {
        self.try_set(value);
    }

    /// Sets the value and tells the readers. Returns the value once the scope has ended.
    pub fn try_set(&self, value: T) -> Option<T> {
        match self.0.get() {
            Some(source) => {
                source.set(value);
                None
            }
            None => Some(value),
        }
    }

    /// Changes the value and tells the readers; does nothing once the scope has ended.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// Changes the value, tells the readers and returns what `change` returned; `None` once the scope has ended.
    pub fn try_update<U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let signal = RcRwSignal(self.0.get()?);
        let returned = signal.update_untracked(change);
        signal.notify();
        Some(returned)
    }
}

impl<T: 'static> From<RcRwSignal<T>> for RwSignal<T> {
    /// The same signal, named in the current scope.
    fn from(signal: RcRwSignal<T>) -> Self {
        Self(Handle::new(signal.0))
    }
}

impl<T: Clone + 'static> RwSignal<T> {
    /// The value.
    #[must_use]
    pub fn get(&self) -> T {
        self.source().get()
    }

    /// The value, without being told of changes.
    #[must_use]
    pub fn get_untracked(&self) -> T {
        self.source().get_untracked()
    }

    /// The value, without being told of changes; `None` once the scope has ended.
    #[must_use]
    pub fn try_get_untracked(&self) -> Option<T> {
        Some(RcRwSignal(self.0.get()?).get_untracked())
    }
}
