//! Makes a built page smaller, before it is sealed: what only people and tools read is taken out, names between module and
//! script become short, and style sheets are put into one file.

mod module;
mod names;
mod order;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::census;
use crate::seal::{inline_scripts, sha256};
use module::small_module;
use names::{short_names, with_short_names};

/// Shrinks the page in `folder`. Returns what its wasm consists of.
pub(crate) fn shrink(folder: &Path) -> Result<Vec<census::Share>> {
    let page = folder.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
    let html = with_one_style_sheet(&with_small_scripts(&html), folder)?;
    fs::write(&page, html)?;
    let (wasm, script) = (only(folder, "wasm")?, only(folder, "js")?);
    let module = fs::read(&wasm)?;
    let glue = small_script(&fs::read_to_string(&script)?);
    let names = short_names(&module, &glue)?;
    fs::write(&script, with_short_names(&glue, &names))?;
    fs::write(&wasm, small_module(&module, &names)?)?;
    census::census(&module)
}

/// The one file of its kind.
fn only(folder: &Path, kind: &str) -> Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == kind) {
            found.push(path);
        }
    }
    let [path] = &found[..] else {
        bail!("the page has {} files .{kind} where one is expected", found.len());
    };
    Ok(path.clone())
}

fn with_small_scripts(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut done = 0;
    for script in inline_scripts(html) {
        out.push_str(&html[done..script.start]);
        out.push_str(&small_script(&html[script.clone()]));
        done = script.end;
    }
    out + &html[done..]
}

/// Leaves out indentation and comments that have lines of their own. Trunk's minifier cannot read these scripts. No text
/// in them goes over several lines.
fn small_script(script: &str) -> String {
    let mut in_comment = false;
    let mut kept = Vec::new();
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if in_comment {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Puts all style sheets of the page into one, in their order: together they compress better.
fn with_one_style_sheet(html: &str, folder: &Path) -> Result<String> {
    let mut parts = html.split("<link ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    let (mut first, mut styles) = (None, String::new());
    for part in parts {
        let (tag, rest) = part.split_once('>').context("a link without an end")?;
        let Some(file) = style_sheet(tag) else {
            out.push_str("<link ");
            out.push_str(part);
            continue;
        };
        first.get_or_insert((out.len(), directory(attribute(tag, "href").unwrap_or_default())));
        let path = folder.join(file);
        styles.push_str(&fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?);
        fs::remove_file(&path)?;
        out.push_str(rest);
    }
    let (at, base) = first.context("index.html has no style sheet")?;
    let hash = sha256(styles.as_bytes());
    let name: String = hash["sha256-".len()..]
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(22)
        .collect();
    fs::write(folder.join(format!("style-{name}.css")), styles)?;
    out.insert_str(
        at,
        &format!("<link href=\"{base}style-{name}.css\" integrity=\"{hash}\" rel=\"stylesheet\">"),
    );
    Ok(out)
}

/// The file of a link to a style sheet.
fn style_sheet(tag: &str) -> Option<&str> {
    let href = attribute(tag, "href")?;
    (attribute(tag, "rel") == Some("stylesheet")).then(|| &href[directory(href).len()..])
}

fn directory(path: &str) -> String {
    path[..path.rfind('/').map_or(0, |at| at + 1)].to_owned()
}

/// The value of an attribute, with quotation marks or, as Trunk's minifier leaves it, without.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let value = tag.split_ascii_whitespace().find_map(|part| {
        let (key, value) = part.split_once('=')?;
        (key == name).then_some(value)
    })?;
    Some(value.trim_matches(['"', '/']).trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_lose_what_only_people_read() {
        let page = "<p>  a\n  b</p><script>\n  // why\n  one(); // here\n\n  /** a */\n  /**\n   * @param b\n   */\n  two();\n</script><script src=x></script>";
        let small = "<p>  a\n  b</p><script>one(); // here\ntwo();</script><script src=x></script>";
        assert_eq!(with_small_scripts(page), small);
    }

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let folder = std::env::temp_dir().join(format!("shrink-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("a-1.css", "a{}"), ("b-2.css", "b{}")] {
            fs::write(folder.join(name), text).unwrap();
        }
        let html = "<link rel=icon href=data:,><link href=./a-1.css integrity=sha384-x rel=stylesheet><link href=\"./b-2.css\" rel=\"stylesheet\"/><p>c";
        let one = with_one_style_sheet(html, &folder).unwrap();
        let files: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let text = fs::read_to_string(folder.join(&files[0])).unwrap();
        let missing = with_one_style_sheet("<p>no styles", &folder);
        fs::remove_dir_all(&folder).unwrap();
        let [name] = &files[..] else { panic!("{files:?}") };
        assert_eq!(text, "a{}b{}");
        assert_eq!(
            one,
            format!(
                "<link rel=icon href=data:,><link href=\"./{name}\" integrity=\"{}\" rel=\"stylesheet\"><p>c",
                sha256(b"a{}b{}")
            )
        );
        assert!(missing.is_err());
    }
}
