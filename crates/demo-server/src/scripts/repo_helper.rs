//! Repo helper: reads, searches, edits and tests a small repository, and explains itself in Markdown.

use serde_json::json;

use super::words::{mentions, number_after, quote};
use crate::engine::tool::{Settled, Tool};
use crate::engine::turn::{Step, Turn};

const LISTING: &str = "total 28\ndrwxr-xr-x 4 agent agent 4096 Nov 18 09:02 .\n-rw-r--r-- 1 agent agent  412 Nov 18 09:02 Cargo.toml\n-rw-r--r-- 1 agent agent  688 Nov 18 09:02 README.md\ndrwxr-xr-x 2 agent agent 4096 Nov 18 09:02 src\ndrwxr-xr-x 2 agent agent 4096 Nov 18 09:02 tests\n";

const README: &str = "# lantern\n\nA tiny key-value store with a write-ahead log.\n\n## Tests\n\n    cargo test --workspace\n\n## Layout\n\n- `src/log.rs`: the write-ahead log\n- `src/table.rs`: the in-memory table\n- `tests/`: crash and recovery tests\n";

const TESTS: &str = "running 41 tests\ntest log::append_is_atomic ... ok\ntest log::replay_stops_at_torn_record ... ok\ntest table::last_write_wins ... ok\n...\ntest result: ok. 41 passed; 0 failed; 0 ignored; finished in 2.31s\n";

const FAILED_TESTS: &str = "running 41 tests\ntest log::replay_stops_at_torn_record ... FAILED\n\n---- log::replay_stops_at_torn_record ----\nthread panicked at src/log.rs:88:9:\nassertion `left == right` failed\n  left: Some(7)\n right: None\n\ntest result: FAILED. 40 passed; 1 failed; 0 ignored\n";

const GREP: &str = "src/log.rs:41:    // TODO: batch the fsync\nsrc/log.rs:88:    // TODO: report the torn record's offset\nsrc/table.rs:19:    // TODO: shrink after many deletes\n";

const SHOWCASE: &str = r#"# What Markdown looks like here

Some **bold**, some *italic*, some `inline code`, ~~a mistake~~, and a [link to the manual](https://example.com/manual).

## Lists

1. First, read the log
   - from the start
   - until the first torn record
2. Then rebuild the table
3. Then accept writes

- [x] append is atomic
- [ ] batch the `fsync`

## A table

| Step        | Before | After  |
|:------------|-------:|:------:|
| replay      |  42 ms |  17 ms |
| first write |   9 ms |   2 ms |

## Code

```rust
/// Reads records until the first torn one.
pub fn replay(log: &mut impl Read) -> io::Result<Table> {
    let mut table = Table::default();
    while let Some(record) = Record::read(log)? {
        table.apply(record);
    }
    Ok(table)
}
```

```diff
- file.sync_all()?;
+ batch.push(file);
```

> A log is only as good as its replay.

---

Umlauts and signs survive: Grüße, naïve, 東京, 🚀, a < b && c > d, <em>not HTML</em>.
"#;

pub(crate) async fn play(turn: &mut Turn) -> Step {
    let prompt = turn.prompt.clone();
    if let Some(length) = number_after(&prompt, "stream") {
        return stream(turn, length, number_after(&prompt, "by").unwrap_or(4)).await;
    }
    if mentions(&prompt, &["markdown", "table", "format"]) {
        return turn.round(700, SHOWCASE, Vec::new()).await.map(drop);
    }
    if mentions(&prompt, &["slow", "wait", "sleep"]) {
        return slow(turn).await;
    }
    if mentions(&prompt, &["long", "detail", "essay"]) {
        return turn.round(900, &long_answer(), Vec::new()).await.map(drop);
    }
    if mentions(&prompt, &["error", "fail", "broken"]) {
        return failing(turn).await;
    }
    if mentions(&prompt, &["todo", "grep", "search", "find"]) {
        return search(turn).await;
    }
    if mentions(&prompt, &["fix", "edit", "change", "write"]) {
        return edit(turn).await;
    }
    if mentions(&prompt, &["test", "readme", "read "]) {
        return read_and_test(turn).await;
    }
    if mentions(&prompt, &["list", "files", "directory", "ls"]) {
        return list_files(turn).await;
    }
    look_around(turn, &prompt).await
}

/// Every script's closing words also answer what the user threw in meanwhile.
async fn close(turn: &mut Turn, thinking_ms: u64, text: &str) -> Step {
    turn.request().await?;
    turn.think(thinking_ms).await;
    match turn.steering.take() {
        Some(extra) => {
            turn.say(&format!("{text}\n\nYou added: \"{}\". Noted.", quote(&extra)))
                .await
        }
        None => turn.say(text).await,
    }
    turn.pause(40).await;
    turn.end_request();
    Ok(())
}

fn was_denied(settled: &[Settled]) -> bool {
    settled
        .iter()
        .any(|settled| matches!(settled, Settled::Denied(_) | Settled::Blocked))
}

async fn list_files(turn: &mut Turn) -> Step {
    let ls = Tool::bash("ls -la /workspace/lantern").takes(350).gives(LISTING);
    let settled = turn.round(600, "", vec![ls]).await?;
    if was_denied(&settled) {
        return close(
            turn,
            300,
            "I may not list the directory, so I cannot tell what is in it.",
        )
        .await;
    }
    close(
        turn,
        500,
        "The working directory `/workspace/lantern` holds:\n\n| Name | What it is |\n|---|---|\n| `Cargo.toml` | the package \
         manifest |\n| `README.md` | introduction and test command |\n| `src/` | the store: log and table |\n| `tests/` | crash \
         and recovery tests |\n\nShall I read the README?",
    )
    .await
}

async fn read_and_test(turn: &mut Turn) -> Step {
    let read = Tool::read("/workspace/lantern/README.md")
        .takes(200)
        .gives(README);
    let opening = turn.choose(&[
        "I'll start with the README.",
        "First the README.",
        "Let me read the README.",
    ]);
    turn.round(1200, opening, vec![read]).await?;
    let test = Tool::bash("cd /workspace/lantern && cargo test --workspace")
        .takes(3200)
        .gives(TESTS);
    let settled = turn.round(0, "", vec![test]).await?;
    if was_denied(&settled) {
        return close(
            turn,
            300,
            "The README says `cargo test --workspace`. I was not allowed to run it.",
        )
        .await;
    }
    close(
        turn,
        800,
        "The README says the tests run with `cargo test --workspace`.\n\nI ran them: **41 passed, 0 failed** in 2.31 s.",
    )
    .await
}

async fn search(turn: &mut Turn) -> Step {
    let grep = Tool::built_in(
        "grep",
        json!({"pattern": "TODO", "path": "/workspace/lantern/src"}),
    )
    .takes(180)
    .gives(GREP);
    let glob = Tool::built_in("glob", json!({"pattern": "src/**/*.rs"}))
        .takes(90)
        .gives("src/lib.rs\nsrc/log.rs\nsrc/table.rs\n");
    turn.round(700, "Searching the sources.", vec![glob, grep])
        .await?;
    close(
        turn,
        600,
        "Three open points in two files:\n\n1. `src/log.rs:41`: batch the `fsync`\n2. `src/log.rs:88`: report the torn \
         record's offset\n3. `src/table.rs:19`: shrink after many deletes\n\nThe first one costs the most time on every write.",
    )
    .await
}

async fn edit(turn: &mut Turn) -> Step {
    let read = Tool::built_in("read", json!({"file_path": "/workspace/lantern/src/log.rs", "view_range": [36, 48]}))
        .takes(120)
        .gives("    pub fn append(&mut self, record: &Record) -> io::Result<()> {\n        record.write(&mut self.file)?;\n        // TODO: batch the fsync\n        self.file.sync_all()\n    }\n");
    turn.round(900, "Let me look at the place first.", vec![read])
        .await?;
    let change = Tool::built_in(
        "edit",
        json!({
            "file_path": "/workspace/lantern/src/log.rs",
            "old_string": "        // TODO: batch the fsync\n        self.file.sync_all()",
            "new_string": "        self.unsynced += 1;\n        if self.unsynced >= self.batch { self.sync() } else { Ok(()) }",
        }),
    )
    .takes(150)
    .gives("Replaced 1 occurrence.");
    let test = Tool::bash("cargo test --workspace").takes(2400).gives(TESTS);
    let settled = turn.round(400, "", vec![change, test]).await?;
    if was_denied(&settled) {
        return close(turn, 300, "I stopped here, as you did not allow the change.").await;
    }
    close(
        turn,
        600,
        "Writes now sync in batches:\n\n```rust\nself.unsynced += 1;\nif self.unsynced >= self.batch { self.sync() } else { \
         Ok(()) }\n```\n\nAll **41 tests** pass.",
    )
    .await
}

async fn failing(turn: &mut Turn) -> Step {
    let test = Tool::bash("cargo test --workspace")
        .takes(2600)
        .fails(FAILED_TESTS);
    turn.round(800, "I'll run the tests.", vec![test]).await?;
    let missing = Tool::read("/workspace/lantern/src/record.rs")
        .takes(60)
        .fails("ENOENT: no such file or directory: /workspace/lantern/src/record.rs");
    turn.round(500, "One fails. Let me see the record type.", vec![missing])
        .await?;
    close(
        turn,
        700,
        "**1 of 41 tests fails:** `log::replay_stops_at_torn_record` at `src/log.rs:88`. The replay returns the torn record \
         instead of stopping. `src/record.rs` does not exist; the type must live in `src/log.rs`.",
    )
    .await
}

async fn slow(turn: &mut Turn) -> Step {
    let build = Tool::bash("cargo build --release")
        .takes(20_000)
        .gives("    Finished `release` profile in 19.84s\n");
    turn.round(
        600,
        "This takes about twenty seconds; interrupt me if you change your mind.",
        vec![build],
    )
    .await?;
    close(turn, 400, "The release build is ready.").await
}

async fn look_around(turn: &mut Turn, prompt: &str) -> Step {
    let ls = Tool::bash("git -C /workspace/lantern log --oneline -3")
        .takes(250)
        .gives("9f31c2e Stop the replay at a torn record\n5ad0e77 Add the in-memory table\n1c22b90 Begin\n");
    turn.round(800, "Let me look at the repository.", vec![ls])
        .await?;
    let text = format!(
        "You asked: *{}*\n\nThis is the demo agent for a small repository called `lantern`. Things to try:\n\n\
         - `list the files`\n- `read the README and run the tests`\n- `find the TODOs`\n- `fix the first TODO`\n\
         - `show me markdown`\n- `something slow` (and interrupt it)\n- `a long answer`\n- `run into an error`\n\
         - `stream 20000 by 4`",
        quote(prompt)
    );
    close(turn, 500, &text).await
}

/// `length` bytes in deltas of `by` characters, as fast as they are read.
async fn stream(turn: &mut Turn, length: u64, by: u64) -> Step {
    let length = length.clamp(1, 5_000_000) as usize;
    let paragraph =
        "The log grows at its end, *one record at a time*, and `replay` walks it from the start.\n\n";
    let mut text = paragraph.repeat(length / paragraph.len() + 1);
    text.truncate(length);
    turn.request().await?;
    turn.stream(&text, by.clamp(1, 10_000) as usize, 0.5).await;
    turn.end_request();
    Ok(())
}

fn long_answer() -> String {
    let mut text = String::from("# How the log keeps its promise\n\n");
    for (n, topic) in [
        "Appending",
        "Syncing",
        "Replaying",
        "Compacting",
        "Recovering",
        "Measuring",
    ]
    .iter()
    .enumerate()
    {
        text.push_str(&format!(
            "## {}. {topic}\n\nEvery record carries its length and a checksum. A reader that meets a wrong checksum stops, \
             because whatever follows was written after the crash began. The writer in turn never reports success \
             before the record has reached the disk.\n\n- cost of one record: **{} µs**\n- worst case seen: **{} ms**\n\n\
             ```text\n[{:04}] length checksum payload\n```\n\nThe next section builds on this one.\n\n",
            n + 1,
            40 + 13 * n,
            2 + n,
            n * 128,
        ));
    }
    text
}
