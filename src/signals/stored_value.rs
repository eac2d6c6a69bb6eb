//! Values that are kept for a scope and tell nobody of changes.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Handle, is_over};

/// A value that is kept until the scope ends in which it was made.
pub struct StoredValue<T>(Handle<RefCell<T>>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: 'static> StoredValue<T> {
    /// Keeps a value.
    pub fn new(value: T) -> Self {
        Self(Handle::new(Rc::new(RefCell::new(value))))
    }

    fn value(&self) -> Rc<RefCell<T>> {
        match self.0.get() {
            Some(value) => value,
            None => is_over(),
        }
    }

    /// Reads the value.
    pub fn with_value<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(&self.value().borrow())
    }

    /// Reads the value; `None` once the scope has ended.
    pub fn try_with_value<U>(&self, read: impl FnOnce(&T) -> U) -> Option<U> {
        Some(read(&self.0.get()?.borrow()))
    }

    /// Changes the value; does nothing once the scope has ended.
    pub fn update_value(&self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Changes the value and returns what `change` returned; `None` once the scope has ended.
    pub fn try_update_value<U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        Some(change(&mut self.0.get()?.borrow_mut()))
    }

    /// Sets the value; does nothing once the scope has ended.
    pub fn set_value(&self, value: T) {
        if let Some(kept) = self.0.get() {
            drop(kept.replace(value));
        }
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    /// The value.
    #[must_use]
    pub fn get_value(&self) -> T {
        self.with_value(T::clone)
    }

    /// The value; `None` once the scope has ended.
    #[must_use]
    pub fn try_get_value(&self) -> Option<T> {
        self.try_with_value(T::clone)
    }
}
