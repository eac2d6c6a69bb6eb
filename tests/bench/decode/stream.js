const WORDS =
  "The tests pass now. I changed `parse_header` so that it returns an error instead of a default, and the caller says why — " +
  "see the café example. ";
const CODE = 'fn main() {\n\tlet name = "world";\n\tprintln!("Hello, {name}!");\n}\n';

/** The body of a stream as its chunks: that many events, each that many bytes of JSON, messages, calls and results in turn. */
export function streamOf(events, bytes, chunk) {
  const encoder = new TextEncoder();
  const frames = Array.from({ length: events }, (_, n) => frameOf(n, bytes, encoder));
  const whole = encoder.encode(frames.join(""));
  const chunks = [];
  for (let at = 0; at < whole.length; at += chunk) chunks.push(whole.slice(at, at + chunk));
  return chunks;
}

function frameOf(n, bytes, encoder) {
  const id = `sevt_01${String(n).padStart(22, "0")}`;
  const processed_at = new Date(Date.UTC(2026, 10, 25) + 37 * n).toISOString();
  const make = [
    (text) => ({ id, type: "agent.message", processed_at, content: [{ type: "text", text }] }),
    (text) => ({ id, type: "agent.tool_use", processed_at, name: "bash", input: { command: text }, evaluated_permission: "allow" }),
    (text) => ({ id, type: "agent.tool_result", processed_at, tool_use_id: id, is_error: false, content: [{ type: "text", text }] }),
  ][n % 3];
  const filler = n % 3 ? CODE : WORDS;
  let text = filler.repeat(20);
  const length = (json) => encoder.encode(json).length;
  while (length(JSON.stringify(make(text))) > bytes) {
    text = text.slice(0, -Math.max(1, Math.floor((length(JSON.stringify(make(text))) - bytes) / 2)));
  }
  const event = make(text);
  const missing = bytes - length(JSON.stringify(event));
  return `event: ${event.type}\ndata: ${JSON.stringify(make(text + ".".repeat(missing)))}\n\n`;
}
