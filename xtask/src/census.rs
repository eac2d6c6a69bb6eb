//! The size of the page's WebAssembly by crate, read from the names of its functions.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::ops::Range;

use anyhow::Result;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Crates that are asked last: what they do, they do for somebody else.
const LIBRARIES: [&str; 3] = ["core", "alloc", "std"];

/// What one crate takes up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) name: String,
    pub(crate) functions: u64,
    /// Before compression.
    pub(crate) bytes: u64,
}

/// Everything in the module by crate, largest first. A generic function belongs to the crate that wrote it, unless that
/// is the standard library: then to the first other crate in its types.
pub(crate) fn census(wasm: &[u8]) -> Result<Vec<Share>> {
    let mut imported = 0;
    let mut bodies: Vec<Range<usize>> = Vec::new();
    let mut names: HashMap<u32, &str> = HashMap::new();
    let mut shares: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut add = |name: String, bytes: usize, functions: u64| {
        let share = shares.entry(name).or_default();
        share.0 += bytes as u64;
        share.1 += functions;
    };
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::DataSection(data) => add("(data)".to_owned(), data.range().len(), 0),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(sections) = custom.as_known() {
                    for section in sections {
                        if let Name::Function(functions) = section? {
                            for function in functions {
                                let function = function?;
                                names.insert(function.index, function.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    for (index, body) in (imported..).zip(&bodies) {
        let name = names
            .get(&index)
            .copied()
            .map_or("(no name)".to_owned(), crate_of);
        add(name, body.len(), 1);
    }
    let counted = |(name, (bytes, functions))| Share {
        name,
        functions,
        bytes,
    };
    let mut shares: Vec<Share> = shares.into_iter().map(counted).collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.bytes));
    Ok(shares)
}

/// The shares as a table; crates of less than `least` bytes in one line at the end.
pub(crate) fn table(shares: &[Share], least: u64) -> String {
    let mut table = format!(
        "{:<32} {:>10} {:>9}\n",
        "wasm by crate, kB raw", "functions", "size"
    );
    let mut line = |name: &str, functions: u64, bytes: u64| {
        let size = bytes as f64 / 1_000.0;
        writeln!(table, "{name:<32} {functions:>10} {size:>9.1}").expect("writing to a string");
    };
    let (large, small): (Vec<_>, Vec<_>) = shares.iter().partition(|share| share.bytes >= least);
    for share in large {
        line(&share.name, share.functions, share.bytes);
    }
    let sum = |part: fn(&Share) -> u64| small.iter().map(|share| part(share)).sum();
    let others = format!("{} others", small.len());
    line(&others, sum(|share| share.functions), sum(|share| share.bytes));
    table
}

/// The crate of a function by its name, as wasm-bindgen leaves it: `<app[1f3a]::Row as core[77c0]::ops::Drop>::drop`.
fn crate_of(name: &str) -> String {
    let mut first = None;
    for (at, _) in name.match_indices('[') {
        let start = name[..at].rfind(|c: char| !(c.is_alphanumeric() || c == '_'));
        let root = &name[start.map_or(0, |before| before + 1)..at];
        if root.is_empty() {
            continue;
        }
        if !LIBRARIES.contains(&root) {
            return root.to_owned();
        }
        first.get_or_insert(root);
    }
    first.unwrap_or("(glue)").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_first_crate_that_is_no_library() {
        let crates = [
            "<alloc[51c0]::vec::Vec<app[a2]::row::Row> as core[7f]::ops::Drop>::drop",
            "core[7f]::fmt::pad::<[u8]>",
            "tachys_2[0]::mount",
            "__wbindgen_malloc",
        ]
        .map(crate_of);
        assert_eq!(crates, ["app", "core", "tachys_2", "(glue)"]);
    }

    /// `(module (func (nop)))`, the name of its function, and a section of some tool.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\
        \x0a\x05\x01\x03\0\x01\x0b\
        \0\x0f\x04name\x01\x08\x01\0\x05ab[1]\
        \0\x05\x04tool";

    #[test]
    fn code_is_counted_by_name() {
        let expected = Share {
            name: "ab".to_owned(),
            functions: 1,
            bytes: 3,
        };
        assert_eq!(census(MODULE).unwrap(), [expected]);
        assert_eq!(census(&MODULE[..25]).unwrap()[0].name, "(no name)");
    }
}
