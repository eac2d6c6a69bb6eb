const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const MOST = 240;

export function timeOf(event) {
  return event.processed_at ? clock.format(new Date(event.processed_at)) : "";
}

/** One line about an event. */
export function wordsOf(event) {
  switch (event.type) {
    case "agent.tool_use":
    case "agent.custom_tool_use":
    case "agent.mcp_tool_use":
      return `${event.name} ${JSON.stringify(event.input)}`.slice(0, MOST);
    case "span.model_request_end": {
      const { input_tokens, output_tokens } = event.model_usage ?? {};
      return `${input_tokens} in, ${output_tokens} out`;
    }
    case "session.status_idle":
      return event.stop_reason?.type ?? "";
    default:
      return textOf(event.content).slice(0, MOST);
  }
}

function textOf(content) {
  const first = Array.isArray(content) ? content.find((block) => block.type === "text") : undefined;
  return first?.text ?? "";
}
