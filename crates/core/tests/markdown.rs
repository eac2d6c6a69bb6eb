//! Markdown to nodes: the syntax, and what hostile text cannot do.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;

use playground_core::markdown::{Block, Inline, StreamingMarkdown, Target, parse, safe_link};
use proptest::prelude::*;

/// A short notation for trees: one line for each block, inline nodes as `name(content)`.
fn outline(text: &str) -> String {
    let mut out = String::new();
    write_blocks(&mut out, &parse(text), 0);
    out
}

fn write_blocks(out: &mut String, blocks: &[Block], depth: usize) {
    for block in blocks {
        let _ = write!(out, "{:1$}", "", depth * 2);
        match block {
            Block::Paragraph(children) => {
                let _ = writeln!(out, "p {}", inlines(children));
            }
            Block::Heading { level, children } => {
                let _ = writeln!(out, "h{level} {}", inlines(children));
            }
            Block::Code { lang, text } => {
                let _ = writeln!(out, "code {lang:?} {text:?}");
            }
            Block::Quote(blocks) => {
                out.push_str("quote\n");
                write_blocks(out, blocks, depth + 1);
            }
            Block::List { start, tight, items } => {
                let start = start.map_or("bullets".into(), |start| format!("from {start}"));
                let _ = writeln!(out, "list {start} {}", if *tight { "tight" } else { "loose" });
                for item in items {
                    let _ = writeln!(out, "{:1$}item", "", depth * 2 + 1);
                    write_blocks(out, item, depth + 1);
                }
            }
            Block::Table {
                alignments,
                head,
                rows,
            } => {
                let _ = writeln!(out, "table {alignments:?}");
                for cells in std::iter::once(head).chain(rows) {
                    let cells: Vec<String> = cells.iter().map(|cell| inlines(cell)).collect();
                    let _ = writeln!(out, "{:1$}{2}", "", depth * 2 + 1, cells.join(" | "));
                }
            }
            Block::Rule => out.push_str("rule\n"),
        }
    }
}

fn inlines(nodes: &[Inline]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Inline::Text(text) => text.clone(),
            Inline::Code(text) => format!("code({text})"),
            Inline::Strong(children) => format!("strong({})", inlines(children)),
            Inline::Emphasis(children) => format!("em({})", inlines(children)),
            Inline::Strike(children) => format!("strike({})", inlines(children)),
            Inline::Link {
                target: Target::Safe(href),
                title,
                children,
            } => format!("link({} -> {href} {title:?})", inlines(children)),
            // As it is shown.
            Inline::Link { target, children, .. } => {
                format!(
                    "{}{}",
                    inlines(children),
                    target.note(children).unwrap_or_default()
                )
            }
            Inline::Image { alt, target, .. } => {
                format!("image({alt} at {})", target.href().unwrap_or("nowhere"))
            }
            Inline::LineBreak => "⏎".into(),
            Inline::SoftBreak => "␣".into(),
            Inline::TaskMarker(ticked) => if *ticked { "[x] " } else { "[ ] " }.into(),
        })
        .collect()
}

#[test]
fn blocks() {
    for (text, expected) in [
        ("", ""),
        (
            "one\ntwo  \nthree\\\nfour\n\nfive",
            "p one␣two⏎three⏎four\np five\n",
        ),
        ("# A *b*\n\n###### c ##\n\nd\n===\n", "h1 A em(b)\nh6 c\nh1 d\n"),
        (
            "```rust,ignore\nfn a() {\n\n}\n```",
            "code \"rust\" \"fn a() {\\n\\n}\\n\"\n",
        ),
        (
            "~~~\n```\n~~~\n\n    a\n     b\n",
            "code \"\" \"```\\n\"\ncode \"\" \"a\\n b\\n\"\n",
        ),
        (
            "```json\n{\"unfinished\":",
            "code \"json\" \"{\\\"unfinished\\\":\\n\"\n",
        ),
        ("> a\nb\n>\n> > c\n", "quote\n  p a␣b\n  quote\n    p c\n"),
        ("***\n- - -\n", "rule\nrule\n"),
        (
            "- a\n- b\n  c\n",
            "list bullets tight\n item\n  p a\n item\n  p b␣c\n",
        ),
        (
            "3. a\n\n4. b\n",
            "list from 3 loose\n item\n  p a\n item\n  p b\n",
        ),
        (
            "- a\n  - b\n    - c\n- d\n",
            "list bullets tight\n item\n  p a\n  list bullets tight\n   item\n    p b\n    list bullets tight\n     item\n      p c\n item\n  p d\n",
        ),
        (
            "- a\n\n  b\n- ```\n  c\n  ```\n-\n",
            "list bullets loose\n item\n  p a\n  p b\n item\n  code \"\" \"c\\n\"\n item\n",
        ),
        ("- # a\n  b\n", "list bullets tight\n item\n  h1 a\n  p b\n"),
        (
            "- [ ] a\n- [x] **b**\n",
            "list bullets tight\n item\n  p [ ] a\n item\n  p [x] strong(b)\n",
        ),
        (
            "- [x] a\n\n- [ ] b\n",
            "list bullets loose\n item\n  p [x] a\n item\n  p [ ] b\n",
        ),
        (
            "| a | *b* |c|d|\n|:--|:-:|--:|--|\n| `x\\|y` | 1 |\n| 2 | 3 | 4 | 5 | 6 |\n",
            "table [Left, Center, Right, Default]\n a | em(b) | c | d\n code(x|y) | 1 |  | \n 2 | 3 | 4 | 5\n",
        ),
    ] {
        assert_eq!(outline(text), expected, "{text:?}");
    }
}

#[test]
fn inline_nodes() {
    for (text, expected) in [
        (
            "**a *b* c** ~~d~~ `e*f*`",
            "strong(a em(b) c) strike(d) code(e*f*)",
        ),
        ("snake_case_name and 2*3*4", "snake_case_name and 2em(3)4"),
        ("**not closed", "**not closed"),
        ("a &amp; b &copy; \\*c\\*", "a & b © *c*"),
        (
            "[a *b*](https://x.example 'T')",
            "link(a em(b) -> https://x.example \"T\")",
        ),
        (
            "<https://x.example/?a=b> <me@x.example>",
            "link(https://x.example/?a=b -> https://x.example/?a=b \"\") link(me@x.example -> mailto:me@x.example \"\")",
        ),
        (
            "[a <https://i.example> b](https://o.example)",
            "[a link(https://i.example -> https://i.example \"\") b](link(https://o.example -> https://o.example \"\"))",
        ),
        (
            "<<https://x.example> <https://x<y>",
            "<link(https://x.example -> https://x.example \"\") <link(https://x -> https://x \"\")<y>",
        ),
        (
            "[a](<https://x.example/<>) [b](https://x.example/(()))",
            "[a](<link(https://x.example/ -> https://x.example/ \"\")<>) link(b -> https://x.example/(()) \"\")",
        ),
        ("[r] [s][R] [r]: x.example", "[r] [s][R] [r]: x.example"),
        (
            "[[inner](https://i.example)](https://o.example)",
            "[link(inner -> https://i.example \"\")](link(https://o.example -> https://o.example \"\"))",
        ),
        (
            "![an *image*\n`x` ![in](y) [l](z)](https://x.example/i.png)",
            "image(an image x in l at https://x.example/i.png)",
        ),
        ("![dot](i.png)", "image(dot at nowhere)"),
        (
            "[![b](https://x.example/b.svg)](https://x.example)",
            "link(image(b at https://x.example/b.svg) -> https://x.example \"\")",
        ),
    ] {
        assert_eq!(outline(text), format!("p {expected}\n"), "{text:?}");
    }
}

#[test]
fn marks_are_paired_as_the_specification_says() {
    for (text, expected) in [
        ("*foo**bar**baz*", "em(foostrong(bar)baz)"),
        ("**foo*", "*em(foo)"),
        ("*foo**", "em(foo)*"),
        ("***foo** bar*", "em(strong(foo) bar)"),
        ("***foo* bar**", "strong(em(foo) bar)"),
        ("foo***bar***baz", "fooem(strong(bar))baz"),
        ("*foo**bar*", "em(foo**bar)"),
        ("*a _b* c_", "em(a _b) c_"),
        (
            "*a [b*](https://x.example)*",
            "em(a link(b* -> https://x.example \"\"))",
        ),
        ("**a ~~b** c~~", "strong(a ~~b) c~~"),
        ("~~a *b~~ c*", "strike(a *b) c*"),
        ("a~b~ ~~~c~~~", "a~b~ ~~~c~~~"),
        ("*$*alpha", "*$*alpha"),
        ("*£*bravo", "*£*bravo"),
        ("**\"공개\"**는", "strong(\"공개\")는"),
        ("**공개(open)**는", "strong(공개(open))는"),
        ("这是**强调。**然后", "这是strong(强调。)然后"),
        ("これは**「強調」**です", "これはstrong(「強調」)です"),
        ("中文_不是_强调", "中文_不是_强调"),
    ] {
        assert_eq!(outline(text), format!("p {expected}\n"), "{text:?}");
    }
}

#[test]
fn references_are_resolved_wherever_they_are_defined() {
    let link = |text: &str| format!("link({text} -> https://x.example \"T\")");
    for (text, expected) in [
        ("[a]\n\n[a]: https://x.example 'T'", format!("p {}\n", link("a"))),
        (
            "[a][]\n\n[A]: <https://x.example> (T)",
            format!("p {}\n", link("a")),
        ),
        (
            "[*t*][a\n b]\n\n[A  B]:\nhttps://x.example\n\"T\"",
            format!("p {}\n", link("em(t)")),
        ),
        ("[ẞ]\n\n[SS]: https://x.example 'T'", format!("p {}\n", link("ẞ"))),
        (
            "> [a]: https://x.example 'T'\n\n- [a]",
            format!("quote\nlist bullets tight\n item\n  p {}\n", link("a")),
        ),
        (
            "[a]: https://x.example 'T'\n[a]: https://y.example\n[a]",
            format!("p {}\n", link("a")),
        ),
        (
            "[a]: https://x.example 'T'\n===\n[a]",
            format!("p ===␣{}\n", link("a")),
        ),
        (
            "|[a]|\n|-|\n\n[a]: https://x.example 'T'",
            format!("table [Default]\n {}\n", link("a")),
        ),
        (
            "[a][b][c]\n\n[c]: https://x.example 'T'",
            format!("p [a]{}\n", link("b")),
        ),
        (
            "![a]\n\n[a]: https://x.example 'T'",
            "p image(a at https://x.example)\n".into(),
        ),
        ("text\n[a]: /x", "p text␣[a]: /x\n".into()),
        ("[a]: /x 'T' more", "p [a]: /x 'T' more\n".into()),
        ("[a]: /x\n'T' more", "p 'T' more\n".into()),
        (
            "[a]\n\n[a]: javascript:alert(1)",
            "p a (javascript:alert(1))\n".into(),
        ),
        (
            "- [x] done\n- [y]\n\n[x]: /x",
            "list bullets tight\n item\n  p [x] done\n item\n  p [y]\n".into(),
        ),
    ] {
        assert_eq!(outline(text), expected, "{text:?}");
    }
}

#[test]
fn bare_addresses_are_links() {
    let link = |text: &str| format!("link({text} -> {text} \"\")");
    for (text, expected) in [
        ("see https://x.example/a_b_c.", format!("see {}.", link("https://x.example/a_b_c"))),
        ("(https://x.example/a_(b))", format!("({})", link("https://x.example/a_(b)"))),
        ("**https://x.example/**", format!("strong({})", link("https://x.example/"))),
        ("*see https://x.example/*", format!("em(see {})", link("https://x.example/"))),
        ("~~http://localhost:80~~", format!("strike({})", link("http://localhost:80"))),
        ("查看https://x.example/路径。然后", format!("查看{}。然后", link("https://x.example/路径"))),
        ("（https://x.example/a）", format!("（{}）", link("https://x.example/a"))),
        ("请访问https://x.example查看", format!("请访问{}查看", link("https://x.example"))),
        ("“https://x.example/”", format!("“{}”", link("https://x.example/"))),
        ("[https://x.example]", format!("[{}]", link("https://x.example"))),
        (
            "[https://x.example/a](https://x.example/b)",
            "link(https://x.example/a -> https://x.example/b \"\")".into(),
        ),
        (
            "[see me@x.example, www.x.example](https://x.example/b)",
            "link(see me@x.example, www.x.example -> https://x.example/b \"\")".into(),
        ),
        ("`https://x.example`", "code(https://x.example)".into()),
        (
            "www.x.example and me_too@x.example",
            "link(www.x.example -> http://www.x.example \"\") and link(me_too@x.example -> mailto:me_too@x.example \"\")".into(),
        ),
        ("xhttps://x.example ftp://x.example", "xhttps://x.example ftp://x.example".into()),
        ("javascript://x.example/%0Aalert(1)", "javascript://x.example/%0Aalert(1)".into()),
        ("https://good.example@evil.example/", "https://link(good.example@evil.example -> mailto:good.example@evil.example \"\")/".into()),
        ("https:// https://, www. a@b @c.example", "https:// https://, www. a@b @c.example".into()),
        ("awww.x.example x.www.x.example", "awww.x.example x.www.x.example".into()),
        ("<b>https://x.example</b>", format!("<b>{}</b>", link("https://x.example"))),
    ] {
        assert_eq!(outline(text), format!("p {expected}\n"), "{text:?}");
    }
}

#[test]
fn a_table_may_follow_a_line_of_text() {
    assert_eq!(
        outline("As measured:\n| a | b |\n|---|---|\n| 1 | 2 |\nmore\n\nend"),
        "p As measured:\ntable [Default, Default]\n a | b\n 1 | 2\n more | \np end\n"
    );
}

#[test]
fn html_is_text() {
    for (text, expected) in [
        (
            "a <b onclick=\"x()\">b</b> <!-- c --> &lt;i>",
            "p a <b onclick=\"x()\">b</b> <!-- c --> <i>\n",
        ),
        (
            "<script>\nalert(1)\n\n</script>\n",
            "p <script>␣alert(1)\np </script>\n",
        ),
        (
            "<img src=x onerror=alert(1)>\n",
            "p <img src=x onerror=alert(1)>\n",
        ),
        (
            "<details>\n\n*inside*\n\n</details>",
            "p <details>\np em(inside)\np </details>\n",
        ),
        (
            "- <div>\n- x\n",
            "list bullets tight\n item\n  p <div>\n item\n  p x\n",
        ),
    ] {
        assert_eq!(outline(text), expected, "{text:?}");
    }
}

#[test]
fn refused_links_show_where_they_would_lead() {
    for (text, expected) in [
        ("[click](javascript:alert(1))", "click (javascript:alert(1))"),
        ("[*click*](JAVASCRIPT:alert)", "em(click) (JAVASCRIPT:alert)"),
        ("[click](java&#10;script:alert)", "click (java\nscript:alert)"),
        ("[click](&#x6A;avascript&colon;alert)", "click (javascript:alert)"),
        ("[click](&#1;javascript:alert)", "click (␁javascript:alert)"),
        ("[click](<java\tscript:alert>)", "click (java\tscript:alert)"),
        ("<javascript:alert(1)>", "javascript:alert(1)"),
        ("<data:text/html,x>", "data:text/html,x"),
        (
            "[a](vbscript:x) [b](/v1/agents) [c](?baseUrl=x) [d](#/connect) [e](//x.example)",
            "a (vbscript:x) b (/v1/agents) c (?baseUrl=x) d (#/connect) e (//x.example)",
        ),
        ("[empty]()", "empty"),
        ("[a](&#x202E;moc.live//:sptth)", "a (⟨U+202E⟩moc.live//:sptth)"),
        ("![pixel](data:image/png;base64,AAAA)", "image(pixel at nowhere)"),
        ("![x](javascript:alert(1))", "image(x at nowhere)"),
    ] {
        assert_eq!(outline(text), format!("p {expected}\n"), "{text:?}");
    }
    let long = outline(&format!("[a](data:text/plain,{})", "x".repeat(1_500)));
    assert!(long.len() < 300, "a long target is cut");
}

#[test]
fn controls_are_visible_everywhere() {
    let controls = "\u{1B}[2J\u{202E}";
    for text in [
        format!("a{controls}"),
        format!("`a{controls}`"),
        format!("```a{controls}\na{controls}\n```"),
        format!("    a{controls}"),
        format!("<b {controls}>"),
        format!("<div>{controls}</div>"),
        format!("# a{controls}"),
        format!("|a{controls}|\n|-|\n|b{controls}|"),
        format!("[a{controls}](https://x.example/{controls} '{controls}')"),
        format!("[a](x{controls})"),
        format!("![a{controls}](https://x.example/{controls})"),
        format!("[a]\n\n[a]: https://x.example/{controls} '{controls}'"),
    ] {
        let shown = outline(&text);
        assert!(!shown.contains(['\u{1B}', '\u{202E}']), "{shown:?}");
        assert!(!parse(&text).is_empty());
    }
}

fn depth(blocks: &[Block]) -> usize {
    let of_inlines = |nodes: &[Inline]| inline_depth(nodes);
    blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(children) | Block::Heading { children, .. } => 1 + of_inlines(children),
            Block::Quote(blocks) => 1 + depth(blocks),
            Block::List { items, .. } => 1 + items.iter().map(|item| 1 + depth(item)).max().unwrap_or(0),
            Block::Table { head, rows, .. } => {
                3 + head
                    .iter()
                    .chain(rows.iter().flatten())
                    .map(|cell| of_inlines(cell))
                    .max()
                    .unwrap_or(0)
            }
            Block::Code { .. } | Block::Rule => 1,
        })
        .max()
        .unwrap_or(0)
}

fn inline_depth(nodes: &[Inline]) -> usize {
    nodes
        .iter()
        .map(|node| match node {
            Inline::Strong(children)
            | Inline::Emphasis(children)
            | Inline::Strike(children)
            | Inline::Link { children, .. } => 1 + inline_depth(children),
            _ => 1,
        })
        .max()
        .unwrap_or(0)
}

#[test]
fn nesting_is_bounded_and_what_is_too_deep_is_kept() {
    for text in [
        format!("{}deep", "> ".repeat(10_000)),
        format!("{}deep", "- ".repeat(10_000)),
        format!("{}deep", "1. > ".repeat(5_000)),
        (0..200).fold(String::new(), |text, level| {
            text + &" ".repeat(level * 2) + "- deep\n"
        }),
        format!("{}deep{}", "**a ".repeat(5_000), " b**".repeat(5_000)),
        format!("{}deep{}", "*a **b ".repeat(2_000), " c** d*".repeat(2_000)),
        format!("{}deep{}", "![".repeat(5_000), "](x)".repeat(5_000)),
        format!("{}deep{}", "[".repeat(5_000), "](x)".repeat(5_000)),
        format!("{}| a |\n{}|---|\n", "> ".repeat(50), "> ".repeat(50)) + "deep",
    ] {
        let blocks = parse(&text);
        assert!(depth(&blocks) <= 40, "{} in {:.40}", depth(&blocks), text);
        assert!(outline(&text).contains("deep"), "{text:.40}");
    }
    let kept = outline(&format!("{}a\n\n{}b\n{0}- c", "> ".repeat(40), "> ".repeat(38)));
    let words: String = kept.chars().filter(|c| matches!(c, 'a' | 'b' | 'c')).collect();
    assert_eq!(
        words, "abc",
        "marks that are too deep stay as text, and so does what follows them"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn any_text_is_parsed_into_safe_nodes(text in prop_oneof![
        ".{0,80}",
        prop::collection::vec(prop::sample::select(vec![
            "[", "]", "(", ")", "!", "<", ">", "javascript:", "data:", "https://x.example", "&#106;", "\t", "\n", "\u{1B}",
            "\u{202E}", "a", "*", "`", "- ", "> ", "|", "\n|-|\n", "[a]: ", "\\", " ",
        ]), 0..40).prop_map(|parts| parts.concat()),
    ]) {
        let blocks = parse(&text);
        let mut hrefs = Vec::new();
        collect_hrefs(&blocks, &mut hrefs);
        for href in hrefs {
            prop_assert_eq!(safe_link(&href), Some(href));
        }
        let acts = outline(&text).contains(['\u{1B}', '\u{202E}']);
        prop_assert!(!acts);
        let mut streaming = StreamingMarkdown::new();
        streaming.append(&text);
        prop_assert!(streaming.blocks().eq(&blocks));
    }
}

fn collect_hrefs(blocks: &[Block], hrefs: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Paragraph(children) | Block::Heading { children, .. } => {
                collect_inline_hrefs(children, hrefs)
            }
            Block::Quote(blocks) => collect_hrefs(blocks, hrefs),
            Block::List { items, .. } => items.iter().for_each(|item| collect_hrefs(item, hrefs)),
            Block::Table { head, rows, .. } => {
                head.iter()
                    .chain(rows.iter().flatten())
                    .for_each(|cell| collect_inline_hrefs(cell, hrefs));
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
}

fn collect_inline_hrefs(nodes: &[Inline], hrefs: &mut Vec<String>) {
    for node in nodes {
        match node {
            Inline::Link { target, children, .. } => {
                hrefs.extend(target.href().map(ToOwned::to_owned));
                collect_inline_hrefs(children, hrefs);
            }
            Inline::Image { target, .. } => hrefs.extend(target.href().map(ToOwned::to_owned)),
            Inline::Strong(children) | Inline::Emphasis(children) | Inline::Strike(children) => {
                collect_inline_hrefs(children, hrefs);
            }
            _ => {}
        }
    }
}
