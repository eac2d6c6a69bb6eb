//! Values that are made of signals and tell their readers only when they become another.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{Get, GetUntracked};

use super::{Handle, StoredValue, is_over};

/// A value made of signals, kept until the scope ends in which it was made.
pub struct Memo<T> {
    /// Counts how often the value became another.
    version: leptos::prelude::Memo<u32>,
    value: Handle<RefCell<Option<T>>>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq + 'static> Memo<T> {
    /// What `make` makes of the signals it reads.
    pub fn new(make: impl Fn() -> T + 'static) -> Self {
        Self::made_by(Box::new(make))
    }

    fn made_by(make: Box<dyn Fn() -> T>) -> Self {
        let value = Rc::new(RefCell::new(None));
        let known = Rc::clone(&value);
        let step = move || {
            let next = Some(make());
            let is_another = *known.borrow() != next;
            if is_another {
                drop(known.replace(next));
            }
            is_another
        };
        Self {
            version: versions(Box::new(step)),
            value: Handle::new(value),
        }
    }
}

impl<T: 'static> Memo<T> {
    /// Reads the value.
    pub fn with<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        let _ = self.version.get();
        self.read(read)
    }

    /// Reads the value without being told of changes.
    pub fn with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        let _ = self.version.get_untracked();
        self.read(read)
    }

    /// The value, without being told of changes; `None` once the scope has ended.
    #[must_use]
    pub fn try_get_untracked(&self) -> Option<T>
    where
        T: Clone,
    {
        self.version.try_get_untracked()?;
        self.value.get()?.borrow().clone()
    }

    fn read<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        let Some(value) = self.value.get() else { is_over() };
        match &*value.borrow() {
            Some(value) => read(value),
            None => is_over(),
        }
    }
}

impl<T: Clone + 'static> Memo<T> {
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

fn versions(step: Box<dyn Fn() -> bool>) -> leptos::prelude::Memo<u32> {
    let step = StoredValue::new(step);
    leptos::prelude::Memo::new(move |last: Option<&u32>| {
        let is_another = step.try_with_value(|step| step()).unwrap_or(false);
        last.map_or(0, |last| last.wrapping_add(u32::from(is_another)))
    })
}
