//! The last step of building the page: hashes. Trunk has written `index.html` by then and runs this as a hook.
//!
//! `index.html` and `Trunk.toml` leave two kinds of gaps: `'script-hashes'` in the policy stands for the hashes of all
//! scripts of the page, those inside it and those of the build, and `SRI file` in an attribute for the integrity of a file
//! of the build.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const HASHES_GAP: &str = "'script-hashes'";
const INTEGRITY_GAP: &str = "\"SRI ";

/// Reloads the page of a `trunk serve`. Trunk's own script is inline, differs with the address, and sets markup.
const RELOAD: &str = include_str!("seal/reload.js");

/// Fills the gaps of the page in `folder`, or fails: a page with a gap would not start.
pub(crate) fn seal(folder: &Path) -> Result<()> {
    let page = folder.join("index.html");
    let html = std::fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
    let html = with_own_reload(&html, folder)?;
    let html = with_integrity(&html, |file| {
        let path = folder.join(file);
        std::fs::read(&path).with_context(|| format!("reading {}", path.display()))
    })?;
    let html = with_script_hashes(&html)?;
    ensure!(
        !folder.join("snippets").exists(),
        "wasm-bindgen wrote snippets/, modules that nothing checks the integrity of"
    );
    std::fs::write(&page, html).with_context(|| format!("writing {}", page.display()))
}

fn with_own_reload(html: &str, folder: &Path) -> Result<String> {
    let Some(script) = inline_scripts(html).find(|script| html[script.clone()].contains("__TRUNK_ADDRESS__"))
    else {
        return Ok(html.to_owned());
    };
    std::fs::write(folder.join("reload.js"), RELOAD)?;
    let open = html[..script.start]
        .rfind('<')
        .context("a script without a tag")?;
    Ok(format!(
        "{}<script src=\"./reload.js\" integrity={INTEGRITY_GAP}reload.js\">{}",
        &html[..open],
        &html[script.end..]
    ))
}

fn with_integrity(html: &str, read: impl Fn(&str) -> Result<Vec<u8>>) -> Result<String> {
    let mut parts = html.split(INTEGRITY_GAP);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (file, rest) = part.split_once('"').context("an integrity without an end")?;
        out.push_str(&format!("\"{}\"{rest}", sha256(&read(file)?)));
    }
    ensure!(out != html, "index.html has no gap for the integrity of a file");
    Ok(out)
}

fn with_script_hashes(html: &str) -> Result<String> {
    let inline = inline_scripts(html).map(|script| sha256(html[script].as_bytes()));
    let files = script_tags(html).filter_map(|tag| attribute(&html[tag], "integrity").map(str::to_owned));
    let hashes: Vec<_> = files.chain(inline).map(|hash| format!("'{hash}'")).collect();
    if html.matches(HASHES_GAP).count() != 1 {
        bail!("the policy in index.html must say {HASHES_GAP} once");
    }
    Ok(html.replace(HASHES_GAP, &hashes.join(" ")))
}

/// Where the texts of scripts without a `src` are.
pub(crate) fn inline_scripts(html: &str) -> impl Iterator<Item = Range<usize>> {
    script_tags(html).filter_map(|tag| {
        let end = tag.end + html[tag.end..].find("</script")?;
        (!html[tag.clone()].contains(" src=")).then_some(tag.end..end)
    })
}

/// Where the opening tags of scripts are.
fn script_tags(html: &str) -> impl Iterator<Item = Range<usize>> {
    html.match_indices("<script")
        .filter_map(|(at, _)| Some(at..at + html[at..].find('>')? + 1))
}

/// The value of an attribute that stands in double quotes.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

/// The integrity of a file, as a policy and an attribute name it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<meta content="script-src 'script-hashes'"><script type="module" src="./a.js" integrity="SRI a.js" data-integrity="SRI a.wasm"></script><script>one()</script><script data-x="1">two()</script>"#;

    #[test]
    fn scripts_in_the_page_get_into_the_policy() {
        let page = with_integrity(PAGE, |file| Ok(file.as_bytes().to_vec())).unwrap();
        let sealed = with_script_hashes(&page).unwrap();
        let module = sha256(b"a.js");
        // printf 'one()' | openssl dgst -sha256 -binary | base64
        let inline = "'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4=' 'sha256-iMrPAWirDC2X0OhZzLsM2MRIWSmepJGI4r7D8ZlwBOw='";
        assert!(
            sealed.contains(&format!("script-src '{module}' {inline}\"")),
            "{sealed}"
        );
        assert!(with_script_hashes(&sealed).is_err(), "there is no gap any more");
    }

    #[test]
    fn the_script_that_reloads_a_served_page_is_one_of_its_scripts() {
        let folder = std::env::temp_dir().join(format!("seal-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let served = format!("{PAGE}<script>fetch('__TRUNK_ADDRESS__')</script>");
        let html = with_own_reload(&served, &folder).unwrap();
        let html = with_integrity(&html, |file| {
            Ok(std::fs::read(folder.join(file)).unwrap_or_default())
        })
        .unwrap();
        let html = with_script_hashes(&html).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let reload = sha256(RELOAD.as_bytes());
        assert!(html.contains(&format!("integrity=\"{reload}\"")) && html.contains(&format!("'{reload}'")));
        assert!(!html.contains("__TRUNK_ADDRESS__"), "{html}");
    }

    #[test]
    fn files_of_the_build_get_their_integrity() {
        let sealed = with_integrity(PAGE, |file| Ok(file.as_bytes().to_vec())).unwrap();
        for file in ["a.js", "a.wasm"] {
            assert!(sealed.contains(&format!("integrity=\"{}\"", sha256(file.as_bytes()))));
        }
        assert!(!sealed.contains("SRI"), "{sealed}");
        let missing = with_integrity(PAGE, |file| bail!("no {file}"));
        assert!(missing.is_err());
    }
}
