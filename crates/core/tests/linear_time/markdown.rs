use playground_core::markdown::{Block, Inline, StreamingMarkdown, parse};

const SIZE: usize = 5_000_000;

/// What a careless reader looks for again and again.
const MARKS: [&str; 25] = [
    "[", "]", "![", "(", ")", "*", "_", "**", "~~", "`", "\\", "<", ">", "|", "&", "!", "#", "\"", "'", ":",
    "\t", "x", "word ", "\u{1B}", "\u{202E}",
];

const PHRASES: [&str; 73] = [
    // Things that begin and do not end.
    "[a](",
    "[](<",
    "[](a \"",
    "[](a '",
    "[]((",
    "![](",
    "[[a]",
    "![a][",
    "](",
    "]()",
    "`a``b",
    "*a_ ",
    "**a*",
    "a**b",
    "_a _",
    "<a@",
    "<a:",
    "<!--",
    "<a href='",
    "&amp",
    "&#x",
    "~a",
    "[a](b 'c",
    "[a](b (",
    "[](\\(",
    "[[a](b)",
    "![[a](b)](c)",
    "[a][b]",
    "[\\",
    "<a b=\"<c d='\" e=' ",
    "<a b=\"c\" ",
    "<?",
    "<!x",
    "<![CDATA[",
    "&amp;",
    "www.",
    "www._",
    "www.a.を",
    "https://",
    "https://a.を",
    "https://a/)",
    "https://a/;",
    "a@",
    "a.@b.",
    "***a** ",
    "*a**b***c",
    "_*~~",
    // Blocks.
    "> ",
    "- ",
    "1. ",
    "- - ",
    "> - ",
    "a\n",
    "a\n\n",
    "- a\n",
    "-\n",
    "- a\n\n",
    "1. a\n   - b\n",
    "> a\n",
    "| a ",
    "|a\n|-\n",
    "```\n",
    "    a\n",
    "a\n=\n",
    "\n",
    "\\\n",
    "[a]: b\n",
    "[a]: b '\n",
    "[a]:\n",
    "[a]: b\n\n[a]\n\n",
    "a\n|-|\n",
    "\t",
    "- \t",
];

#[test]
fn five_megabytes_of_anything() {
    let marks = MARKS.map(|unit| (unit, SIZE));
    let phrases = PHRASES.map(|unit| (unit, SIZE / 10));
    for (unit, size) in marks.into_iter().chain(phrases) {
        let text = unit.repeat(size / unit.len());
        // Definitions alone show nothing.
        let is_empty = text.trim_ascii().is_empty() || ["[a]: b\n", "[a]:\n"].contains(&unit);
        assert_eq!(parse(&text).is_empty(), is_empty, "{unit:?}");
    }
}

#[test]
fn blocks_of_one_list_item_without_a_blank_line() {
    let text = format!("- # a\n{}", "  # a\n".repeat(SIZE / 6));
    let [
        Block::List {
            items, tight: true, ..
        },
    ] = &parse(&text)[..]
    else {
        panic!("one tight list")
    };
    assert_eq!(items[0].len(), SIZE / 6 + 1);
}

#[test]
fn a_wide_table_with_many_short_rows() {
    let columns = SIZE / 10;
    let text = format!(
        "{}\n{}\n{}",
        "|a".repeat(columns),
        "|-".repeat(columns),
        "|b\n".repeat(columns)
    );
    let [Block::Table { head, rows, .. }] = &parse(&text)[..] else {
        panic!("one table")
    };
    assert_eq!((head.len(), rows.len()), (columns, columns));
    assert!(rows.iter().all(|row| row.len() <= columns));
}

#[test]
fn a_small_table_is_filled_up() {
    let [Block::Table { rows, .. }] = &parse("|a|b|c\n|-|-|-\n|1\n|1|2|3|4\n")[..] else {
        panic!("one table")
    };
    assert!(rows.iter().all(|row| row.len() == 3));
}

/// Appends a text of about `count` characters one by one and checks the end against reading it at once.
fn deltas(count: usize, begin: &str, unit: &str) -> StreamingMarkdown {
    let text = begin.to_owned() + &unit.repeat(count / unit.len());
    let mut streaming = StreamingMarkdown::new();
    for at in 0..text.len() {
        streaming.append(&text[at..=at]);
    }
    assert_eq!(streaming.text(), text);
    let letters = |block: &Block| format!("{block:?}").matches('z').count();
    let (shown, whole): (usize, usize) = (
        streaming.blocks().map(letters).sum(),
        parse(&text).iter().map(letters).sum(),
    );
    assert_eq!(shown, whole, "no letter is missing");
    streaming
}

#[test]
fn a_million_deltas_of_paragraphs() {
    let streaming = deltas(1_000_000, "", "z *z* `z` [z](https://z.example) z\n\n");
    assert!(streaming.tail().len() <= 3);
}

#[test]
fn as_many_labels_as_references() {
    let count = SIZE / 40;
    let references: String = (0..count).map(|n| format!("[{n}]\n\n")).collect();
    let definitions: String = (0..count)
        .map(|n| format!("[{n}]: https://x.example\n"))
        .collect();
    for text in [references.clone() + &definitions, definitions + &references] {
        let blocks = parse(&text);
        assert_eq!(blocks.len(), count);
        assert!(blocks.iter().all(|block| matches!(
            block,
            Block::Paragraph(children) if matches!(children[..], [Inline::Link { .. }])
        )));
    }
}

#[test]
fn many_deltas_of_definitions_that_reach_back() {
    let references = "z [z]\n\n".repeat(5_000);
    for unit in [
        "[z]: https://z.example/",
        "[z]: z\n\n",
        "[y]: z\n\n",
        "[z]: z\nz\n\n",
    ] {
        let mut streaming = StreamingMarkdown::new();
        streaming.append(&references);
        for char in unit.repeat(30_000 / unit.len()).chars() {
            streaming.append(char.encode_utf8(&mut [0; 4]));
        }
        streaming.finish();
        assert!(streaming.blocks().eq(&parse(streaming.text())), "{unit:?}");
    }
}

#[test]
fn a_million_deltas_of_one_code_block() {
    deltas(1_000_000, "```\n", "z z z;\n");
}

#[test]
fn many_deltas_of_a_block_that_never_ends() {
    for unit in ["z *z* ", "- z\n", "> z\n", "|z\n"] {
        deltas(200_000, "|a\n|-\n", unit);
    }
}
