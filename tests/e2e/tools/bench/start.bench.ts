import { compare, record, RUNS } from "../../support/bench/figure";
import { test } from "../../support/test";

test("start", async ({ browser, host }) => {
  const measure = async (path: string, usable: string): Promise<number> => {
    // A new context has an empty cache, as a first visit has.
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(watchForElement, usable);
    await page.goto(`${host.url}${path}`);
    const shown = await page.waitForFunction(() => (window as unknown as { shownAt?: number }).shownAt);
    const at = (await shown.jsonValue()) ?? Number.NaN;
    await context.close();
    return at;
  };
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run <= RUNS; run += 1) {
    const own = await measure("/playground/#/connect", 'button[type="submit"]');
    const other = await measure("/swagger/", ".opblock-summary-control");
    if (run === 0) continue;
    ours.push(own);
    theirs.push(other);
  }
  record({
    name: "navigation start to usable: Connect screen / Swagger UI",
    ...compare(ours, theirs, ["ours", "swagger-ui-dist"]),
    bar: 0.5,
    unit: "ratio",
  });
});

/** Runs in the page before its scripts: notes when a matching element has first been painted. */
function watchForElement(selector: string): void {
  const look = () => {
    if (!document.querySelector(selector)) {
      requestAnimationFrame(look);
      return;
    }
    requestAnimationFrame(() => Object.assign(window, { shownAt: performance.now() }));
  };
  requestAnimationFrame(look);
}
