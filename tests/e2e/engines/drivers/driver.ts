/** The engines that the page is tried in. */
export const ENGINES = ["chromium", "firefox", "webkit"] as const;
export type EngineName = (typeof ENGINES)[number];

/** Milliseconds that a driver waits for its browser: patience, not a measure. */
export const PATIENCE = 120_000;

/** CSS pixels from the top left corner of the viewport. */
export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Something on the screen as assistive technology knows it. */
export interface Control {
  role: string;
  name: string;
}

/** Keys that are named, alone or with modifiers in front: `Control+A`. */
export type Key = "Enter" | "Tab" | "Shift+Tab" | "Escape" | "Space" | "Backspace" | "Control+A";

/** A browser that was started for the tests. Everything that it needed is gone after `close`. */
export interface Engine {
  readonly name: EngineName;
  /** As the browser tells it, e.g. `firefox/153.0`. */
  readonly version: string;
  /** Whether fingers can be imitated. */
  readonly hasTouch: boolean;
  /** A tab that shares nothing with the others. */
  open(size: Size): Promise<Tab>;
  close(): Promise<void>;
}

/**
 * One tab, as far as all drivers can: everything on the page is found and asked by functions that run in it
 * (`Locator`), and everything that a user does is done at a point or on the keyboard.
 */
export interface Tab {
  readonly engine: Engine;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a function in the page. It is sent as text, so it must not refer to anything around it. */
  evaluate<A extends unknown[], T>(work: (...args: A) => T | Promise<T>, ...args: A): Promise<T>;
  /** Runs a script in the page, as one that belongs to the driver: the page's policy is neither asked nor changed. */
  run(script: string): Promise<void>;
  hover(point: Point): Promise<void>;
  /** Presses the main button; `clicks` is 2 for the second press of a double click. */
  click(point: Point, clicks?: 1 | 2): Promise<void>;
  tap(point: Point): Promise<void>;
  type(text: string): Promise<void>;
  press(key: Key): Promise<void>;
  /** A PNG of the viewport. */
  screenshot(): Promise<Buffer>;
  /** Those of the controls that the engine itself does not tell assistive technology of, or more than once. */
  untold(controls: Control[]): Promise<Control[]>;
  /** Errors that nobody caught, panics, and what the page's policy has refused, as far as the driver is told. */
  problems(): Promise<string[]>;
  close(): Promise<void>;
}
