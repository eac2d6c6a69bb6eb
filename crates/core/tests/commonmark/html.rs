//! Nodes as the HTML of the specification.

use std::fmt::Write;

use playground_core::markdown::{Block, ColumnAlign, Inline, Target};

/// The HTML of blocks.
pub(crate) fn of(blocks: &[Block]) -> String {
    let mut out = String::new();
    write_blocks(&mut out, blocks, false);
    out
}

fn write_blocks(out: &mut String, blocks: &[Block], is_tight: bool) {
    for block in blocks {
        match block {
            Block::Paragraph(children) if is_tight => {
                inlines(out, children);
                out.push('\n');
            }
            Block::Paragraph(children) => tagged(out, "p", children),
            Block::Heading { level, children } => tagged(out, &format!("h{level}"), children),
            Block::Code { lang, text } => {
                let class = if lang.is_empty() {
                    String::new()
                } else {
                    format!(" class=\"language-{}\"", escaped(lang))
                };
                let _ = writeln!(out, "<pre><code{class}>{}</code></pre>", escaped(text));
            }
            Block::Quote(blocks) => {
                out.push_str("<blockquote>\n");
                write_blocks(out, blocks, false);
                out.push_str("</blockquote>\n");
            }
            Block::List { start, tight, items } => {
                let (open, name) = match start {
                    None => ("<ul>".to_owned(), "ul"),
                    Some(1) => ("<ol>".to_owned(), "ol"),
                    Some(start) => (format!("<ol start=\"{start}\">"), "ol"),
                };
                let _ = writeln!(out, "{open}");
                for item in items {
                    write_item(out, item, *tight);
                }
                let _ = writeln!(out, "</{name}>");
            }
            Block::Table {
                alignments,
                head,
                rows,
            } => {
                out.push_str("<table>\n<thead>\n");
                write_row(out, "th", alignments, head);
                out.push_str("</thead>\n");
                if !rows.is_empty() {
                    out.push_str("<tbody>\n");
                    for row in rows {
                        write_row(out, "td", alignments, row);
                    }
                    out.push_str("</tbody>\n");
                }
                out.push_str("</table>\n");
            }
            Block::Rule => out.push_str("<hr />\n"),
        }
    }
}

fn tagged(out: &mut String, tag: &str, children: &[Inline]) {
    let _ = write!(out, "<{tag}>");
    inlines(out, children);
    let _ = writeln!(out, "</{tag}>");
}

/// The reference implementation puts a line feed before and behind blocks, but not around the text of a tight item.
fn write_item(out: &mut String, item: &[Block], is_tight: bool) {
    let mut content = String::new();
    write_blocks(&mut content, item, is_tight);
    let is_text = |block: Option<&Block>| is_tight && matches!(block, Some(Block::Paragraph(_)));
    let content = if is_text(item.last()) {
        content.strip_suffix('\n').unwrap_or(&content)
    } else {
        &content
    };
    let feed = if item.is_empty() || is_text(item.first()) {
        ""
    } else {
        "\n"
    };
    let _ = writeln!(out, "<li>{feed}{content}</li>");
}

fn write_row(out: &mut String, tag: &str, alignments: &[ColumnAlign], cells: &[Vec<Inline>]) {
    out.push_str("<tr>\n");
    for (cell, align) in cells.iter().zip(alignments) {
        let align = match align {
            ColumnAlign::Default => "",
            ColumnAlign::Left => " align=\"left\"",
            ColumnAlign::Center => " align=\"center\"",
            ColumnAlign::Right => " align=\"right\"",
        };
        let _ = write!(out, "<{tag}{align}>");
        inlines(out, cell);
        let _ = writeln!(out, "</{tag}>");
    }
    out.push_str("</tr>\n");
}

fn inlines(out: &mut String, nodes: &[Inline]) {
    for node in nodes {
        match node {
            Inline::Text(text) => out.push_str(&escaped(text)),
            Inline::Code(text) => {
                let _ = write!(out, "<code>{}</code>", escaped(text));
            }
            Inline::Strong(children) => wrapped(out, "strong", children),
            Inline::Emphasis(children) => wrapped(out, "em", children),
            Inline::Strike(children) => wrapped(out, "del", children),
            Inline::Link {
                target,
                title,
                children,
            } => {
                let _ = write!(out, "<a href=\"{}\"{}>", address(target), titled(title));
                inlines(out, children);
                out.push_str("</a>");
            }
            Inline::Image { alt, target, title } => {
                let _ = write!(
                    out,
                    "<img src=\"{}\" alt=\"{}\"{} />",
                    address(target),
                    escaped(alt),
                    titled(title)
                );
            }
            Inline::LineBreak => out.push_str("<br />\n"),
            Inline::SoftBreak => out.push('\n'),
            Inline::TaskMarker(ticked) => out.push_str(if *ticked { "[x] " } else { "[ ] " }),
        }
    }
}

fn wrapped(out: &mut String, tag: &str, children: &[Inline]) {
    let _ = write!(out, "<{tag}>");
    inlines(out, children);
    let _ = write!(out, "</{tag}>");
}

fn titled(title: &str) -> String {
    if title.is_empty() {
        String::new()
    } else {
        format!(" title=\"{}\"", escaped(title))
    }
}

/// The specification encodes what an address must not contain, and leaves the rest as it is.
fn address(target: &Target) -> String {
    let target = match target {
        Target::Safe(url) => url.as_str(),
        Target::Refused(target) => target,
    };
    let mut out = String::new();
    for byte in target.bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#x27;"),
            _ if byte.is_ascii_alphanumeric() || b"-_.+!*(),%#@?=;:/$~".contains(&byte) => {
                out.push(char::from(byte))
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
