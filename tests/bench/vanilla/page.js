import { createParser } from "../eventsource-parser/index.js";
import { Log } from "./log.js";
import { Rows } from "./rows.js";

const element = (id) => document.getElementById(id);
const getJson = async (path) => (await fetch(path)).json();

const { data: sessions } = await getJson("/v1/sessions?limit=100");
for (const { id, title } of sessions) {
  const link = document.createElement("a");
  link.href = `#/sessions/${id}`;
  link.textContent = title ?? id;
  const item = document.createElement("li");
  item.append(link);
  document.querySelector("#sessions ul").append(item);
}

function route() {
  const id = location.hash.match(/^#\/sessions\/(.+)$/)?.[1];
  if (!id) return;
  element("sessions").hidden = true;
  element("session").hidden = false;
  void open(id);
}
addEventListener("hashchange", route);
route();

/** Opens the stream, lists the history newest first, and goes live after its first page. */
async function open(id) {
  const log = new Log();
  const rows = new Rows(log, { scroller: element("log"), size: element("size"), rows: element("rows") });
  let asked = false;
  const commit = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      element("log").dataset.eventCount = log.events.length;
      element("count").textContent = log.events.length;
      rows.draw();
    });
  };

  let early = [];
  const hear = (event) => {
    if (early) return early.push(event);
    log.append(event);
    commit();
  };
  const stream = await fetch(`/v1/sessions/${id}/events/stream`);
  void read(stream.body, hear);

  // As the playground does: a first page that fills the screen, then the largest that there are.
  let page = "&limit=100";
  do {
    const { data, next_page } = await getJson(`/v1/sessions/${id}/events?order=desc${page}`);
    log.prepend(data);
    if (early) {
      early.forEach((event) => log.append(event));
      early = undefined;
      element("stream").value = "live";
    }
    commit();
    page = next_page && `&limit=1000&page=${encodeURIComponent(next_page)}`;
  } while (page);
}

async function read(body, hear) {
  const parser = createParser({
    onEvent({ event, data }) {
      if (event !== "ping" && event !== "error") hear(JSON.parse(data));
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
  element("stream").value = "ended";
}
