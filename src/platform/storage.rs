//! Storage of this tab. Where the browser denies it (some iframes), values live as long as the page.

use std::cell::RefCell;
use std::collections::BTreeMap;

use web_sys::Storage;

use super::window;

thread_local! {
    static FALLBACK: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Reads a value of this tab.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    match session() {
        Some(storage) => storage.get_item(name).ok().flatten(),
        None => FALLBACK.with_borrow(|map| map.get(name).cloned()),
    }
}

/// Keeps a value for this tab.
pub fn set(name: &str, value: &str) {
    if session().is_none_or(|storage| storage.set_item(name, value).is_err()) {
        FALLBACK.with_borrow_mut(|map| map.insert(name.to_owned(), value.to_owned()));
    }
}

/// Forgets a value.
pub fn remove(name: &str) {
    if let Some(storage) = session() {
        let _ = storage.remove_item(name);
    }
    FALLBACK.with_borrow_mut(|map| map.remove(name));
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
    FALLBACK.with_borrow_mut(|map| map.retain(|name, _| !name.starts_with(prefix)));
}
