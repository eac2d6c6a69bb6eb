use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::Owner;

use super::*;

fn in_scope<T>(run: impl FnOnce() -> T) -> (Owner, T) {
    let owner = Owner::new();
    let made = owner.with(run);
    (owner, made)
}

#[test]
fn a_signal_holds_what_was_set_last_and_gives_it_back_once_its_scope_has_ended() {
    let (owner, signal) = in_scope(|| RwSignal::new("a".to_owned()));
    signal.update(|text| text.push('b'));
    assert_eq!(signal.get_untracked(), "ab");
    assert_eq!(signal.try_set("c".to_owned()), None);
    assert_eq!(signal.with_untracked(String::len), 1);
    owner.cleanup();
    assert_eq!(signal.try_set("d".to_owned()), Some("d".to_owned()));
    assert_eq!(signal.try_get_untracked(), None);
    assert_eq!(signal.try_update(|text| text.clear()), None);
    assert_eq!(signal.try_with_untracked(String::len), None);
}

#[test]
fn a_signal_that_something_else_refers_to_outlives_the_scope() {
    let shared = RcRwSignal::new(1);
    let (owner, named) = in_scope(|| RwSignal::from(shared.clone()));
    named.set(2);
    owner.cleanup();
    assert_eq!((shared.get_untracked(), named.try_get_untracked()), (2, None));
}

#[test]
fn a_memo_is_made_once_for_each_change_and_tells_only_of_another_value() {
    let (_owner, ()) = in_scope(|| {
        let (made, told) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let number = RwSignal::new(1);
        let count = made.clone();
        let is_even = Memo::new(move || {
            count.set(count.get() + 1);
            number.get() % 2 == 0
        });
        let count = told.clone();
        let word = Memo::new(move || {
            count.set(count.get() + 1);
            if is_even.get() { "even" } else { "odd" }
        });
        assert_eq!(word.get_untracked(), "odd");
        assert_eq!(word.get_untracked(), "odd");
        number.set(3);
        assert_eq!(word.get_untracked(), "odd");
        assert_eq!((made.get(), told.get()), (2, 1));
        number.set(4);
        assert_eq!(word.get_untracked(), "even");
        assert_eq!((made.get(), told.get()), (3, 2));
        assert_eq!(word.with_untracked(|word| word.len()), 4);
    });
}

#[test]
fn a_memo_is_over_with_its_scope() {
    let (owner, memo) = in_scope(|| Memo::new(|| 7));
    assert_eq!(memo.try_get_untracked(), Some(7));
    owner.cleanup();
    assert_eq!(memo.try_get_untracked(), None);
}

#[test]
fn a_stored_value_is_changed_until_its_scope_ends() {
    let (owner, kept) = in_scope(|| StoredValue::new(vec![1]));
    kept.update_value(|values| values.push(2));
    assert_eq!(kept.try_update_value(Vec::pop), Some(Some(2)));
    kept.set_value(vec![3, 4]);
    assert_eq!((kept.get_value(), kept.with_value(Vec::len)), (vec![3, 4], 2));
    owner.cleanup();
    kept.set_value(Vec::new());
    assert_eq!(
        (kept.try_get_value(), kept.try_with_value(Vec::len)),
        (None, None)
    );
    assert_eq!(kept.try_update_value(Vec::pop), None);
}

/// Looks at the signal that holds it when it is dropped.
struct Looks(Option<RcRwSignal<Looks>>, Rc<Cell<bool>>);

impl Drop for Looks {
    fn drop(&mut self) {
        if let Some(signal) = &self.0 {
            self.1.set(signal.with_untracked(|now| now.0.is_none()));
        }
    }
}

#[test]
fn what_was_there_before_is_dropped_when_the_signal_can_be_read_again() {
    let has_looked = Rc::new(Cell::new(false));
    let signal = RcRwSignal::new(Looks(None, Rc::clone(&has_looked)));
    signal.set(Looks(Some(signal.clone()), Rc::clone(&has_looked)));
    signal.set(Looks(None, Rc::clone(&has_looked)));
    assert!(has_looked.get());
}
