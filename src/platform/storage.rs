//! Storage of this tab. What the browser does not take (in some iframes, or when it is full) lives as long as the page.

use std::cell::RefCell;

use playground_core::api::Secret;
use web_sys::Storage;

use super::window;

thread_local! {
    static FALLBACK: RefCell<Vec<(String, Secret)>> = const { RefCell::new(Vec::new()) };
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Reads a value of this tab.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    let kept = FALLBACK.with_borrow(|kept| kept.iter().find(|(known, _)| known == name).cloned());
    match kept {
        Some((_, value)) => Some(value.to_string()),
        None => session()?.get_item(name).ok().flatten(),
    }
}

/// Keeps a value for this tab.
pub fn set(name: &str, value: &str) {
    let is_kept = session().is_some_and(|storage| storage.set_item(name, value).is_ok());
    FALLBACK.with_borrow_mut(|kept| {
        kept.retain(|(known, _)| known != name);
        if !is_kept {
            kept.push((name.to_owned(), value.into()));
        }
    });
}

/// Whether a value is there after a reload, too.
#[must_use]
pub fn lasts(name: &str) -> bool {
    session().is_some_and(|storage| storage.get_item(name).is_ok_and(|value| value.is_some()))
}

/// Forgets a value.
pub fn remove(name: &str) {
    if let Some(storage) = session() {
        let _ = storage.remove_item(name);
    }
    FALLBACK.with_borrow_mut(|kept| kept.retain(|(known, _)| known != name));
}

/// Forgets every value whose name begins with `prefix`.
pub fn remove_all(prefix: &str) {
    if let Some(storage) = session() {
        let names: Vec<String> = (0..storage.length().unwrap_or(0))
            .filter_map(|i| storage.key(i).ok().flatten())
            .filter(|name| name.starts_with(prefix))
            .collect();
        for name in names {
            let _ = storage.remove_item(&name);
        }
    }
    FALLBACK.with_borrow_mut(|kept| kept.retain(|(name, _)| !name.starts_with(prefix)));
}
