//! Interfaces that a browser may not have, or not here: in iframes, without https, by policy, or because it is old.
//!
//! A binding calls what it was made for and throws if that is not there, and an exception that goes through the page's code
//! leaves it half-way. What may be missing is therefore looked up by name first.

use js_sys::{Array, Function, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};

/// A property that is there.
pub(crate) fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// Something that the browser offers under a global name.
pub(crate) fn global_named(name: &str) -> Option<JsValue> {
    get(&global(), name)
}

/// Calls a method if it is there. `None` if it is not, or if it throws.
pub(crate) fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(object, name)?.dyn_into().ok()?;
    method.apply(object, &arguments.iter().collect::<Array>()).ok()
}

/// Makes an object of a class if it is there. `None` if it is not, or if it throws.
pub(crate) fn make(class: &JsValue, name: &str, arguments: &[JsValue]) -> Option<Object> {
    let class: Function = get(class, name)?.dyn_into().ok()?;
    let made = Reflect::construct(&class, &arguments.iter().collect::<Array>());
    made.ok()?.dyn_into().ok()
}
