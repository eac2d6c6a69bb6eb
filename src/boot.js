// Starts the page, and says so when it cannot start or go on. Plain JavaScript inside index.html, because it has to
// work when the files of the build do not arrive and when the wasm instance is dead.
(() => {
  const module = document.currentScript.previousElementSibling;
  const build = module.src.replace(/.*\/|\.js$/g, "");
  const element = (name) => document.getElementById(`crash-${name}`);
  let over = false;

  // The page clears its messages of the key itself; this is for errors that never passed through it.
  const redact = (text) => {
    for (const kept of ["connection", "connecting"])
      try {
        const { key } = JSON.parse(sessionStorage.getItem(`playground.${kept}`));
        if (key) text = text.replaceAll(key, "<redacted>");
      } catch {}
    return text.replace(/sk-ant-[\w-]+/g, "<redacted>").replace(/\S*\/registry\/src\/[^/]+\//g, "");
  };

  const show = (title, text, details) => {
    const report = redact(
      [
        details,
        "",
        `Build: ${build}`,
        `Route: ${location.hash.split("?")[0]}`,
        `Browser: ${navigator.userAgent}`,
        `Time: ${new Date().toISOString()}`,
      ].join("\n"),
    );
    console.error(report);
    // What is left of the app must not act: no timer, no answer, no key or signal reaches it.
    if (document.readyState === "complete") window.stop();
    for (let id = setTimeout(() => {}); id; id--) clearTimeout(id);
    for (let id = requestAnimationFrame(() => {}); id; id--) cancelAnimationFrame(id);
    for (const type of HEARD) addEventListener(type, (event) => event.stopImmediatePropagation(), true);
    document.querySelectorAll("body > :not(#crash)").forEach((rest) => rest.remove());
    element("title").textContent = title;
    element("text").textContent = text;
    element("report").value = report;
    element("reload").onclick = () => location.reload();
    element("copy").onclick = async ({ target }) => {
      element("report").select();
      // Iframes and pages without https may have to do without the newer way.
      const copied = await Promise.resolve()
        .then(() => navigator.clipboard.writeText(report))
        .then(() => true, () => document.execCommand("copy"));
      target.textContent = copied ? "Copied" : "Selected: copy it with the keyboard";
    };
    document.getElementById("crash").hidden = false;
    element("dialog").focus();
  };

  const end = (text, details) => {
    if (over) return;
    over = true;
    const starting = document.getElementById("boot") || document.readyState === "loading";
    const title = starting ? "The playground could not start" : "The playground has stopped";
    ready.then(() => show(title, text || (starting ? "An error ended the start." : STOPPED), String(details)));
  };

  // What stands in the app's place until it is there looks as the app will.
  if (parent !== self || /[?&]embed(?!=0)/.test(location.search)) document.documentElement.dataset.embed = "";
  try {
    const theme = sessionStorage.getItem("playground.theme");
    if (theme && theme !== "system") document.documentElement.dataset.theme = theme;
  } catch {}

  // Comes after the style sheets, or after what they say when they do not arrive.
  const ready = new Promise((done) => {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", done);
    else done();
  });

  const HEARD = (
    "keydown keyup message hashchange popstate online offline visibilitychange pagehide resize " +
    "focus blur focusin focusout"
  ).split(" ");
  const STOPPED =
    "An error in the page ended it. Your sessions go on at the server. “Reload” opens the same place again; " +
    "the connection and what you were writing are kept in this tab.";
  const FILES =
    "A file of the page did not arrive, or is not the one that belongs to this page. If a new version has just been " +
    "installed, reload. Otherwise whoever runs this page has to install all of its files again.";
  const OLD =
    "This browser does not run WebAssembly, or not all of it, or it is switched off. A current version of Firefox, " +
    "Chrome, Edge or Safari runs the playground.";

  // Called by src/platform/crash.rs: a panic without a text, or a reason not to start.
  window.playgroundEnded = end;

  // Something in the browser threw an exception while the page used it. What the page was doing at that moment is not done; it
  // goes on with the rest, and says that something may be missing.
  const stumble = (words) => {
    console.error(redact(words));
    if (!over) element("stumble").hidden = false;
  };

  const uncaught = (event) => {
    const error = event.error || event.reason;
    const words = error ? `${error}\n${error.stack}` : "";
    // An exception of an extension is none of our business. A listener that was dropped in the middle of its event did
    // nothing. What wasm itself gives up for, as a full stack, leaves its memory in any state.
    const isOver = error instanceof WebAssembly.RuntimeError || /call stack|recursion/.test(words);
    if (words.includes(build) && !words.includes("closure invoked")) {
      if (isOver || document.getElementById("boot")) end("", words);
      else stumble(words);
    } else if (event.target.integrity) end(FILES, `Not loaded: ${event.target.href || event.target.src}`);
  };
  ready.then(() => {
    element("again").onclick = () => location.reload();
    element("dismiss").onclick = () => (element("stumble").hidden = true);
  });
  addEventListener("error", uncaught, true);
  addEventListener("unhandledrejection", uncaught);

  if (!window.WebAssembly) return end(OLD, "No WebAssembly");
  // It says where keys may go, so neither a copy that was kept nor another address answers for it. It need not wait for the
  // wasm; src/state/config.rs reads the answer.
  window.playgroundConfig = fetch("config.json", { cache: "no-cache", redirect: "error" }).catch(() => null);
  const { wasm, integrity } = module.dataset;
  // The tag before this one has asked for the module, with its hash; both meet in the browser's map of modules.
  const bytes = fetch(wasm, { integrity });
  Promise.all([import(module.src), bytes, ready]).then(
    async ([{ default: start }]) => {
      if (over) return;
      try {
        await start({ module_or_path: bytes });
      } catch (error) {
        end(error instanceof WebAssembly.CompileError ? OLD : "", `${error}\n${error.stack}`);
      }
    },
    (error) => end(FILES, error),
  );
})();
