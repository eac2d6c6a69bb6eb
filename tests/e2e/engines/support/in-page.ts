import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** How something is found: the steps are taken one inside the other. */
export type Step = { role: string; name?: string | undefined; part?: boolean } | { css: string } | { at: number } | { says: string };

/** What a locator finds, as the page shows it. */
export interface Seen {
  count: number;
  /** Of the first element: */
  text: string;
  value: string | null;
  attributes: Record<string, string>;
  inView: boolean;
}

/** A place to press at, or why there is none yet. */
export type Aim = { x: number; y: number } | { not: string };

/** What the tests bring into the page to find things there. */
export interface InPage {
  see(steps: Step[]): Seen;
  aim(steps: Step[]): Promise<Aim>;
  /** The only element that is found. */
  one(steps: Step[]): HTMLElement;
}

interface TestingLibrary {
  queryAllByRole(container: Element, role: string, options: { name?: string | RegExp }): HTMLElement[];
}

declare global {
  interface Window {
    TestingLibraryDom: TestingLibrary;
    playgroundTests?: InPage;
  }
}

/** Runs in the page. */
function install(): void {
  const { queryAllByRole } = window.TestingLibraryDom;
  const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const byRole = (container: Element, role: string, name: string | undefined, part: boolean) =>
    queryAllByRole(container, role, name === undefined ? {} : { name: part ? new RegExp(escaped(name), "i") : name });
  const all = (steps: Step[]): HTMLElement[] => {
    let found: HTMLElement[] = [document.body];
    for (const step of steps) {
      if ("at" in step) found = found.slice(step.at, step.at === -1 ? undefined : step.at + 1);
      else if ("says" in step) found = found.filter((one) => one.textContent.includes(step.says));
      else if ("css" in step) found = found.flatMap((one) => [...one.querySelectorAll<HTMLElement>(step.css)]);
      else found = found.flatMap((one) => byRole(one, step.role, step.name, step.part ?? false));
    }
    return found;
  };
  const one = (steps: Step[]): HTMLElement => {
    const [element, ...more] = all(steps);
    if (!element || more.length > 0) throw new Error(`${more.length + (element ? 1 : 0)} elements instead of one`);
    return element;
  };
  const isInView = (element: HTMLElement) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return right > left && bottom > top && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  };
  const see = (steps: Step[]): Seen => {
    const found = all(steps);
    const [first] = found;
    const value = first && "value" in first ? String(first.value) : null;
    const attributes = first ? Object.fromEntries([...first.attributes].map((a) => [a.name, a.value])) : {};
    return { count: found.length, text: first?.innerText ?? "", value, attributes, inView: first ? isInView(first) : false };
  };
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const aim = async (steps: Step[]): Promise<Aim> => {
    const found = all(steps);
    const [element] = found;
    if (!element || found.length > 1) return { not: `${found.length} elements instead of one` };
    if (element.matches(":disabled") || element.getAttribute("aria-disabled") === "true") return { not: "it is disabled" };
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
    const before = element.getBoundingClientRect();
    await frame();
    const { left, top, width, height } = element.getBoundingClientRect();
    if (left !== before.left || top !== before.top) return { not: "it moves" };
    const [x, y] = [Math.round(left + width / 2), Math.round(top + height / 2)];
    const hit = document.elementFromPoint(x, y);
    const isHit = hit !== null && (element.contains(hit) || hit.closest("label")?.control === element);
    if (!isHit) return { not: `<${hit?.tagName} ${hit?.className}> is in front of it` };
    return { x, y };
  };
  window.playgroundTests = { see, aim, one };
}

const library = createRequire(import.meta.url).resolve("@testing-library/dom");

/** The script that makes `window.playgroundTests`. */
export const IN_PAGE = `${readFileSync(library.replace(/dist.*$/, "dist/@testing-library/dom.umd.min.js"), "utf8")};(${install.toString()})();`;
