//! Short names for what the module and its JavaScript call each other by.
//!
//! wasm-bindgen gives each import and export a name with a hash of 16 digits, which no compression makes smaller; a page has
//! some 260 of them, each in two files.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use wasmparser::{Parser, Payload};

/// Short names by long ones.
pub(super) type Names = HashMap<String, String>;

/// What all short names begin with; nothing else in the script looks like them.
const PREFIX: &str = "w";

/// A short name for each name in the module that wasm-bindgen has made up.
///
/// # Errors
/// The module cannot be read, or the script uses one of the short names.
pub(super) fn short_names(wasm: &[u8], script: &str) -> Result<Names> {
    let mut names = Names::new();
    let mut add = |name: &str| {
        if name.starts_with("__wb") || name.starts_with("wasm_bindgen_") {
            let next = format!("{PREFIX}{}", names.len());
            names.entry(name.to_owned()).or_insert(next);
        }
    };
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    add(import?.name);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    add(export?.name);
                }
            }
            _ => {}
        }
    }
    let is_short = |word: &&str| {
        word.strip_prefix(PREFIX)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let taken = script.split(|c: char| !is_part_of_name(c)).find(is_short);
    ensure!(taken.is_none(), "the script has a name {taken:?} already");
    Ok(names)
}

/// The script with short names.
pub(super) fn with_short_names(script: &str, names: &Names) -> String {
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_part_of_name) {
        let (before, word) = rest.split_at(start);
        let length = word.find(|c: char| !is_part_of_name(c)).unwrap_or(word.len());
        let (word, behind) = word.split_at(length);
        out.push_str(before);
        out.push_str(names.get(word).map_or(word, String::as_str));
        rest = behind;
    }
    out + rest
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_become_short() {
        let names = Names::from([("__wbg_now_1f".to_owned(), "w0".to_owned())]);
        assert_eq!(
            with_short_names(
                "{ __wbg_now_1f: a, __wbg_now_1fe, $__wbg_now_1f }; é.__wbg_now_1f",
                &names
            ),
            "{ w0: a, __wbg_now_1fe, $__wbg_now_1f }; é.w0"
        );
    }

    /// `(module (import "m" "__wbg_a" (func)) (export "__wbindgen_b" (func 0)) (export "main" (func 0)))`.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\
        \x02\x0d\x01\x01m\x07__wbg_a\0\0\
        \x07\x17\x02\x0c__wbindgen_b\0\0\x04main\0\0";

    #[test]
    fn names_that_somebody_chose_stay() {
        let names = short_names(MODULE, "wasm.main()").unwrap();
        let mut names: Vec<_> = names.iter().map(|(long, short)| (&**long, &**short)).collect();
        names.sort_unstable();
        assert_eq!(names, [("__wbg_a", "w0"), ("__wbindgen_b", "w1")]);
        assert!(short_names(MODULE, "let w12 = 1;").is_err());
    }
}
