//! Signals, memos and stored values on the reactive graph of Leptos, with its names and its behaviour.
//!
//! Those of Leptos are compiled once more for each type of value, with all that the graph does. Here the graph is told by a
//! trigger, and the value stands beside it: its type matters only where it is read and written (ADR 0008).

mod memo;
mod signal;
mod stored_value;
#[cfg(test)]
mod tests;

pub use memo::Memo;
pub use signal::{RcRwSignal, RwSignal};
pub use stored_value::StoredValue;

use std::any::Any;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::prelude::{GetValue, LocalStorage};

/// Any value, kept until the scope ends in which it was made.
type Kept = leptos::prelude::StoredValue<Rc<dyn Any>, LocalStorage>;

/// A name for a value in the current scope, which can be copied and outlives what it names.
struct Handle<T> {
    kept: Kept,
    of: PhantomData<fn() -> T>,
}

impl<T: 'static> Handle<T> {
    fn new(value: Rc<T>) -> Self {
        Self {
            kept: keep(value),
            of: PhantomData,
        }
    }

    /// The value; `None` once its scope has ended.
    fn get(&self) -> Option<Rc<T>> {
        kept(self.kept)?.downcast().ok()
    }
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Handle<T> {}

#[inline(never)]
fn keep(value: Rc<dyn Any>) -> Kept {
    Kept::new_local(value)
}

#[inline(never)]
fn kept(kept: Kept) -> Option<Rc<dyn Any>> {
    kept.try_get_value()
}

/// Like a signal of Leptos, one is not to be read after its scope has ended, unless by a method `try_…`.
#[cold]
#[inline(never)]
fn is_over() -> ! {
    panic!("a value was used after its scope ended")
}
