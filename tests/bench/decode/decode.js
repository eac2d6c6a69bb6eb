import { createParser } from "../eventsource-parser/index.js";
import init, { Decoder } from "./module/bench_decode.js";
import { streamOf } from "./stream.js";

await init();

/** Both ways keep their events, as a page does. They return the events and the milliseconds that they took. */
function ours(chunks) {
  const began = performance.now();
  const decoder = new Decoder();
  let events = 0;
  for (const chunk of chunks) events = decoder.feed(chunk);
  const ms = performance.now() - began;
  const known = decoder.decode_bodies();
  const msWithBodies = performance.now() - began;
  decoder.free();
  return { events, ms, known, msWithBodies };
}

function theirs(chunks) {
  const began = performance.now();
  const events = [];
  const parser = createParser({
    onEvent({ event, data }) {
      if (event !== "ping") events.push(JSON.parse(data));
    },
  });
  const text = new TextDecoder();
  for (const chunk of chunks) parser.feed(text.decode(chunk, { stream: true }));
  return { events: events.length, ms: performance.now() - began };
}

Object.assign(window, {
  decodeBench({ events, bytes, chunk, runs }) {
    const chunks = streamOf(events, bytes, chunk);
    const rounds = [];
    for (let run = 0; run <= runs; run += 1) {
      const pair = run % 2 ? [ours(chunks), theirs(chunks)] : [theirs(chunks), ours(chunks)].reverse();
      rounds.push({ ours: pair[0], theirs: pair[1] });
    }
    // The first round also compiles.
    return rounds.slice(1);
  },
});
