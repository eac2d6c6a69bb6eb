//! The argument of a call, drawn so that whoever decides sees what would be run.

use std::cell::RefCell;
use std::rc::Rc;

use playground_core::present::{Argument, Part, Shortened};
use web_sys::{Element, HtmlElement};

use crate::platform::sight::Sight;
use crate::platform::{focus, intl};
use crate::signals::RwSignal;
use crate::ui::kit::controls::button;
use crate::ui::kit::{El, Nodes, effect, either, el};

/// The argument; what it says has an id for those who describe something by it. A short one is there as a whole. Of a long
/// one `seen` is called once its end was in sight after all of it was asked for.
pub(super) fn argument(input: &str, id: &str, seen: impl Fn() + 'static) -> El {
    let argument = Argument::of(input);
    let place = el("div.argument").attrs(&[("role", "group"), ("aria-label", "Argument"), ("tabindex", "0")]);
    let words = el("div").attr("id", id);
    let Some(shortened) = argument.shortened() else {
        return place.with(words.with(whole(&argument)));
    };
    let is_all = RwSignal::new(false);
    #[expect(clippy::cast_precision_loss, reason = "no text has 2^53 characters")]
    let length = intl::number(argument.length() as f64);
    let seen: Rc<dyn Fn()> = Rc::new(seen);
    // The end is waited for as long as the argument is there.
    let sight = Rc::new(RefCell::new(None::<Sight>));
    let scroller = place.element::<HtmlElement>();
    let all = move || {
        let end = el("span.argument-end");
        let (target, seen, sight) = (end.element::<Element>(), Rc::clone(&seen), Rc::clone(&sight));
        let scroller = scroller.clone();
        effect(move || {
            let seen = Rc::clone(&seen);
            *sight.borrow_mut() = Sight::of(&target, move || seen());
            // The button that was pressed is gone; what has to be read now takes its place.
            focus::quietly(&scroller);
        });
        Nodes::of((whole(&argument), end))
    };
    let cut = move || {
        let label = format!("Show all ({length} characters)");
        let show = button("small", label, move || is_all.set(true));
        Nodes::of((shortened.iter().map(short).collect::<Vec<_>>(), show))
    };
    place.with(words.with(either(move || is_all.get(), all, cut)))
}

fn whole(argument: &Argument) -> Vec<El> {
    argument.parts().iter().map(part).collect()
}

fn part(part: &Part) -> El {
    named(part.name.as_deref()).with(text(&part.text))
}

fn short(shortened: &Shortened) -> El {
    let left_out = |text: String| el("p.argument-gap").with(text);
    #[expect(clippy::cast_precision_loss, reason = "no text has 2^53 characters")]
    let number = |count: usize| intl::number(count as f64);
    match shortened {
        Shortened::Whole(whole) => part(whole),
        Shortened::Cut {
            name,
            head,
            left_out: count,
            tail,
        } => named(name.as_deref()).with((
            text(head),
            left_out(format!("{} characters are not shown here", number(*count))),
            text(tail),
        )),
        Shortened::Fields(count) => left_out(format!("{} fields are not shown here", number(*count))),
    }
}

fn named(name: Option<&str>) -> El {
    let name = name.map(|name| el("p.argument-name.exact").with(name));
    el("div.argument-part").with(name)
}

fn text(text: &str) -> El {
    el("p.argument-text.exact").with(text)
}
