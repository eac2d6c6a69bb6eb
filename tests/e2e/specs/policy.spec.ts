import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Request, test as plain } from "@playwright/test";
import { CrashScreen } from "../support/crash-screen";
import { BUILT_PAGE, DemoServer } from "../support/demo-server";
import { SessionsPage } from "../pages/sessions-page";
import { expect, KEY, reportPolicyViolations, test } from "../support/test";

const policyIn = (html: string) => html.match(/content="(default-src [^"]*)"/)?.[1] ?? "";

test("the page carries a strict policy, and its server repeats it", async ({ page, host }) => {
  const answer = await page.goto(`${host.url}/`);
  const headers = answer?.headers() ?? {};
  const own = policyIn((await answer?.text()) ?? "");
  const rules = new Map(own.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]));
  expect(rules.get("default-src")).toBe("'self'");
  expect(rules.get("script-src")).toMatch(/^'wasm-unsafe-eval'( 'sha256-[\w+/]{43}='){2}$/);
  expect(rules.get("connect-src")).toBe("'self' https: http://localhost:* http://127.0.0.1:*");
  expect(rules.get("require-trusted-types-for")).toBe("'script'");
  expect(rules.get("trusted-types")).toBe("'none'");
  expect(own).not.toContain("unsafe-inline");
  expect(headers["content-security-policy"]).toBe(
    `${own}; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*`,
  );
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["x-content-type-options"]).toBe("nosniff");
});

test("what the policy forbids does not happen", async ({ browser, host }) => {
  const page = await browser.newPage();
  await page.goto(`${host.url}/#/connect`);
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
  await page.evaluate(async () => {
    const refused: string[] = [];
    Object.assign(window, { refused });
    addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
    const attempt = (name: string, action: () => unknown) => {
      try {
        action();
      } catch {
        refused.push(name);
      }
    };
    const script = document.createElement("script");
    attempt("innerHTML", () => (document.createElement("div").innerHTML = "<b>x</b>"));
    attempt("timer", () => setTimeout("window.pwned=1"));
    attempt("script text", () => (script.text = "window.pwned=1"));
    attempt("script address", () => (script.src = "/x.js"));
    attempt("policy of trusted types", () =>
      (window as unknown as { trustedTypes: { createPolicy: (name: string, rules: object) => void } }).trustedTypes.createPolicy(
        "default",
        {},
      ),
    );
    document.body.setAttribute("style", "display:none");
    const frame = document.createElement("iframe");
    frame.src = "/config.json";
    document.body.append(frame);
    await fetch("http://policy.invalid/").catch(() => {});
  });
  const refused = () => page.evaluate(() => [...new Set((window as unknown as { refused: string[] }).refused)].sort());
  await expect.poll(refused).toEqual([
    "connect-src",
    "frame-src",
    "innerHTML",
    "policy of trusted types",
    "require-trusted-types-for",
    "script address",
    "script text",
    "style-src-attr",
    "timer",
    "trusted-types",
  ]);
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
  expect(await page.evaluate(() => getComputedStyle(document.body).display)).not.toBe("none");
  await page.close();
});

test("no file is a script of the page but those of the build, whoever serves it", async ({ browser, host, remote }) => {
  const page = await browser.newPage();
  await page.route(`${host.url}/`, async (route) => {
    const answer = await route.fetch();
    const more = ["/v1/files/file_1/content", `${remote.url}/a.js`].map((src) => `<script src="${src}"></script>`).join("");
    const module = `<script type="module" src="/v1/files/file_2/content"></script>`;
    await route.fulfill({ response: answer, body: (await answer.text()).replace("</body>", `${more}${module}</body>`) });
  });
  const script = { contentType: "text/javascript", body: "window.pwned = 1;" };
  await page.route(/file_[12]\/content|a\.js$/, (route) => route.fulfill(script));
  const refused: string[] = [];
  await reportPolicyViolations(page, (violation) => refused.push(violation));
  await page.goto(`${host.url}/#/connect`);
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
  const scripts = () => new Set(refused.filter((violation) => violation.includes("script-src-elem"))).size;
  await expect.poll(scripts).toBe(3);
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
  await page.close();
});

test.describe("a page whose config.json names the API", () => {
  test("connects there and nowhere else", async ({ page, connectPage, host, remote }) => {
    const config = { baseUrl: remote.url };
    await page.route("**/config.json", (route) => route.fulfill({ json: config }));
    await connectPage.open();
    await expect(connectPage.baseUrl).toHaveValue(remote.url);
    await host.clearRequests();
    for (const elsewhere of ["https://api.anthropic.com", remote.url.replace("127.0.0.1", "localhost")]) {
      const asked: string[] = [];
      const note = (request: Request) => asked.push(request.url());
      page.on("request", note);
      await connectPage.connect(elsewhere, KEY);
      await expect(connectPage.alert).toContainText(`config.json of this page allows only ${remote.url}`);
      expect(asked, "nothing is sent").toEqual([]);
      page.off("request", note);
    }
    await connectPage.connect(remote.url, KEY);
    await connectPage.expectConnected();
  });

  test("the browser holds the page to it", async ({ browser, host, remote }) => {
    const page = await browser.newPage();
    await page.route("**/config.json", (route) => route.fulfill({ json: { baseUrl: host.url } }));
    await page.goto(`${host.url}/#/connect`);
    await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
    const reach = (url: string) =>
      page.evaluate((url) => fetch(url, { method: "OPTIONS" }).then(() => true, () => false), `${url}/v1/sessions`);
    expect(await reach(host.url)).toBe(true);
    expect(await reach(remote.url)).toBe(false);
    await page.close();
  });

  test("does not use a stored connection to another one", async ({ page, connect, connectPage, host, remote }) => {
    await connect("key on another origin");
    await expect(new SessionsPage(page).links.first()).toBeVisible();
    // Ends what the page before is still asking, so that what is asked from here on is asked by the one after it.
    await page.goto("about:blank");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.route("**/config.json", (route) => route.fulfill({ json: { baseUrl: "https://portal.example" } }));
    await page.goto(`${host.url}/`);
    await expect(connectPage.button).toBeVisible();
    await expect(connectPage.baseUrl).toHaveValue("https://portal.example");
    expect(asked).not.toEqual([]);
    expect(asked.filter((url) => url.startsWith(remote.url))).toEqual([]);
  });

  test("an address in it that cannot be used leaves the page's own origin only", async ({ page, connectPage, host, remote }) => {
    await page.route("**/config.json", (route) => route.fulfill({ json: { baseUrl: "api.example;script-src *" } }));
    await connectPage.open();
    await expect(connectPage.alert).toContainText("baseUrl in config.json cannot be used");
    await connectPage.connect(remote.url, KEY);
    await expect(page.getByText(`config.json of this page allows only ${host.url}`)).toBeVisible();
    await connectPage.connect(host.url, "");
    await connectPage.expectConnected();
  });
});

test("plain http to another machine is refused with the reason", async ({ connectPage }) => {
  await connectPage.open();
  await connectPage.connect("http://gateway.invalid", KEY);
  await expect(connectPage.alert).toContainText("https addresses and this machine");
});

plain.describe("a file with one other byte", () => {
  const files = readdirSync(BUILT_PAGE).filter((name) => /\.(js|wasm|css)$/.test(name));
  for (const [kind, pattern] of [
    ["script", /\.js$/],
    ["wasm", /\.wasm$/],
    ["style sheet", /\.css$/],
  ] as const) {
    plain(`a changed ${kind} keeps the page from starting, with a reason`, async ({ page }) => {
      const name = files.find((name) => pattern.test(name)) ?? "";
      const folder = mkdtempSync(join(tmpdir(), "playground-"));
      cpSync(BUILT_PAGE, folder, { recursive: true });
      const bytes = readFileSync(join(folder, name));
      // A space in a comment, a digit in a number: the file stays valid.
      const at = /\.wasm$/.test(name) ? bytes.length - 1 : bytes.lastIndexOf(";");
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      writeFileSync(join(folder, name), bytes);
      const server = await DemoServer.start(10, folder);
      try {
        await page.goto(`${server.url}/#/connect`);
        const screen = new CrashScreen(page);
        await screen.expectShown("The playground could not start");
        await expect(screen.dialog).toContainText("is not the one that belongs to this page");
        await expect(page.getByRole("button", { name: "Connect", exact: true })).toHaveCount(0);
      } finally {
        server.stop();
        rmSync(folder, { recursive: true });
      }
    });
  }

  plain("a changed script inside the page keeps it from starting, and a sentence says so after a while", async ({ page }) => {
    const server = await DemoServer.start(10);
    await page.route(`${server.url}/`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace("WebAssembly", "WebAssembl1") });
    });
    await page.goto(`${server.url}/#/connect`);
    const sentence = page.getByText("The playground has not started yet");
    await expect(sentence).toBeHidden();
    // The while, without waiting for it.
    await page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
    await expect(sentence).toBeVisible();
    await expect(page.getByRole("button", { name: "Connect", exact: true })).toHaveCount(0);
    server.stop();
  });

  plain("a missing file is reported as well", async ({ page }) => {
    const server = await DemoServer.start(10);
    await page.route("**/*_bg.wasm", (route) => route.fulfill({ status: 404, body: "" }));
    await page.goto(`${server.url}/#/connect`);
    const screen = new CrashScreen(page);
    await screen.expectShown("The playground could not start");
    await page.unroute("**/*_bg.wasm");
    await screen.reload.click();
    await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
    server.stop();
  });

  plain("a browser without WebAssembly is told so", async ({ page }) => {
    const server = await DemoServer.start(10);
    await page.addInitScript(() => Reflect.deleteProperty(window, "WebAssembly"));
    await page.goto(`${server.url}/#/connect`);
    const screen = new CrashScreen(page);
    await screen.expectShown("The playground could not start");
    await expect(screen.dialog).toContainText("does not run WebAssembly");
    server.stop();
  });
});
