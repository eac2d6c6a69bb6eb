//! Marks words within an element without changing a node, where the browser can (CSS Custom Highlight API).

use js_sys::{Array, Function, Map, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, MutationObserver, MutationObserverInit};

use super::frame::FrameTask;
use super::{optional, window};

/// The name that the style sheet gives a look.
const NAME: &str = "search";

/// Places that are marked; a single letter stands everywhere.
const MOST: u32 = 2_000;

/// `NodeFilter.SHOW_TEXT`
const TEXT_NODES: u32 = 4;

/// Keeps marked what is looked for, whatever comes into the element. Dropping it takes the marks away.
pub struct Highlighter {
    task: FrameTask,
    registry: Map,
    observer: MutationObserver,
    _changed: Closure<dyn FnMut()>,
}

impl Highlighter {
    /// Marks, in one frame after each change, what `words` says then; case does not count in A to Z. `None` if the browser
    /// cannot.
    pub fn new(root: HtmlElement, words: impl Fn() -> String + 'static) -> Option<Self> {
        let registry = optional::get(&optional::global_named("CSS")?, "highlights")?;
        let make: Function = optional::global_named("Highlight")?.dyn_into().ok()?;
        // It has the methods of a `Map`.
        let registry: Map = registry.unchecked_into();
        let target = registry.clone();
        let observed = root.clone();
        let task = FrameTask::new(move || {
            let ranges = Array::new();
            let _ = find(&root, &words().trim().to_ascii_lowercase(), &ranges);
            if let Ok(highlight) = Reflect::construct(&make, &ranges) {
                target.set(&NAME.into(), &highlight);
            }
        });
        let asked = task.clone();
        let changed = Closure::<dyn FnMut()>::new(move || asked.request());
        let observer = MutationObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        observer.observe_with_options(&observed, &options).ok()?;
        Some(Self {
            task,
            registry,
            observer,
            _changed: changed,
        })
    }

    /// Marks anew at the next frame: other words are looked for.
    pub fn request(&self) {
        self.task.request();
    }
}

impl Drop for Highlighter {
    fn drop(&mut self) {
        self.observer.disconnect();
        self.registry.delete(&NAME.into());
    }
}

/// Collects the places where the text nodes of an element say `words`.
fn find(root: &HtmlElement, words: &str, ranges: &Array) -> Result<(), JsValue> {
    let Some(document) = window().document().filter(|_| !words.is_empty()) else {
        return Ok(());
    };
    let walker = document.create_tree_walker_with_what_to_show(root, TEXT_NODES)?;
    let length = units(words);
    while let Some(node) = walker.next_node()? {
        let text = node.node_value().unwrap_or_default().to_ascii_lowercase();
        let (mut rest, mut start) = (text.as_str(), 0);
        while let Some(at) = rest.find(words) {
            start += units(&rest[..at]);
            rest = &rest[at + words.len()..];
            let range = document.create_range()?;
            range.set_start(&node, start)?;
            start += length;
            range.set_end(&node, start)?;
            if ranges.push(&range) == MOST {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The length of a text as the page counts it.
#[expect(clippy::cast_possible_truncation, reason = "no text is that long")]
fn units(text: &str) -> u32 {
    text.encode_utf16().count() as u32
}
