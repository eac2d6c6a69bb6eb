//! Fields changed in all objects that fit a pattern.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose::Loose;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rewrite {
    /// What the object must contain: values, or strings that end in `*`. Absent: any object.
    #[serde(rename = "where")]
    pub(crate) pattern: Map<String, Value>,
    /// Fields to leave out.
    pub(crate) remove: Vec<String>,
    /// Fields to give another name.
    pub(crate) rename: BTreeMap<String, String>,
    /// Fields to replace or add.
    pub(crate) set: Map<String, Value>,
}

impl Rewrite {
    /// Changes an object and all in it.
    pub(super) fn apply(&self, object: &mut Loose) {
        let pattern = Value::Object(self.pattern.clone());
        object.walk(&mut |value| {
            if !matches!(value, Loose::Object(_)) || !value.fits(&pattern) {
                return;
            }
            for key in &self.remove {
                value.remove(key);
            }
            for (key, new) in &self.rename {
                value.rename(key, new);
            }
            for (key, new) in &self.set {
                value.set(key, Loose::of(new));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_removed_renamed_and_set_where_the_pattern_fits() {
        let rewrite: Rewrite = serde_json::from_value(json!({
            "where": {"type": "user.*"}, "remove": ["a"], "rename": {"b": "c"}, "set": {"n": -1},
        }))
        .unwrap();
        let mut page =
            Loose::read(br#"{"data":[{"type":"user.message","a":1,"b":2},{"type":"agent","a":1}]}"#).unwrap();
        rewrite.apply(&mut page);
        assert_eq!(
            String::from_utf8(page.written()).unwrap(),
            r#"{"data":[{"type":"user.message","c":2,"n":-1},{"type":"agent","a":1}]}"#
        );
    }
}
