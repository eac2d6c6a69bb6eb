import type { JsonObject } from "./demo-server";

const SECTION = (n: number) => `## Step ${n}

I looked at \`module_${n}.rs\` and found that **the parser** keeps a copy of every line. That is not needed: the line lives
as long as the buffer, see [the documentation](https://example.com/${n}).

- the first copy is made when the chunk arrives
- the second when the line ends
- *neither* is read afterwards

\`\`\`rust
fn take(&mut self, line: &[u8]) -> Option<Frame> {
    let (name, value) = split(line)?;
    self.fields.push((name, value));
    None
}
\`\`\`

| file | before | after |
|---|---:|---:|
| module_${n}.rs | ${100 + n} ms | ${20 + n} ms |

`;

const SENTENCE = "The quick brown fox jumps over the lazy dog while the answer keeps growing. ";

/** Texts of exactly that many characters. */
export const ANSWERS = {
  "Markdown of many blocks": (length: number): string => {
    let text = "";
    for (let n = 1; text.length < length; n += 1) text += SECTION(n);
    return text.slice(0, length);
  },
  "one paragraph": (length: number): string => SENTENCE.repeat(Math.ceil(length / SENTENCE.length)).slice(0, length),
};

/** The event that an answer ends with. */
export const answered = (id: string, text: string): JsonObject => ({ type: "agent.message", id, content: [{ type: "text", text }] });

/** The frames of an answer while it is written, a few characters at a time. */
export function deltasOf(id: string, text: string, size: number): JsonObject[] {
  const frames: JsonObject[] = [{ type: "event_start", event: { id, type: "agent.message" } }];
  for (let at = 0; at < text.length; at += size) {
    const delta = { type: "content_delta", index: 0, content: { type: "text", text: text.slice(at, at + size) } };
    frames.push({ type: "event_delta", event_id: id, delta });
  }
  return frames;
}
