import { always, corsWithout, errors, SESSIONS, webPage } from "../support/conditions";
import type { Fault } from "../support/demo-server";
import { message } from "../support/demo-server";
import { expect, KEY, test, WAYS } from "../support/test";
import { SessionPage } from "../pages/session-page";
import { goToHash } from "../pages/sessions-page";

interface Failure {
  name: string;
  effect: Fault["effect"];
  /** What it happens to, if not to every request. */
  contains?: string;
  /** The step that failed, and what to do about it. */
  says: RegExp[];
}

const LEADS_ELSEWHERE = /The server redirects the request/;

const refused = (status: number, type: string, message: string) => ({ status, error: { type, message } });

test.describe("connecting", () => {
  const failures: Failure[] = [
    { name: "no CORS headers", effect: { no_cors: true }, says: [/CORS/, /gateway|administrator/i] },
    {
      name: "missing beta",
      effect: refused(404, "not_found_error", "Not found"),
      // Without the beta header these paths do not exist, while others do.
      contains: "/v1/sessions",
      says: [/beta/i, /anthropic-beta|access/i],
    },
    {
      name: "missing role",
      effect: refused(403, "permission_error", "This key has no access"),
      says: [/permission/i, /workspace/i],
    },
    { name: "malformed JSON", effect: { malformed_body: true }, says: [/could not be read|no API found/i, /base URL/i] },
    {
      name: "rate limit",
      effect: { ...refused(429, "rate_limit_error", "Too many requests"), retry_after: 0 },
      says: [/rate limit/i, /try again/i],
    },
    {
      name: "overload",
      effect: { ...refused(529, "overloaded_error", "Overloaded"), retry_after: 0 },
      says: [/overloaded/i, /try again/i],
    },
  ];
  for (const { name, effect, contains = "/v1/", says } of failures) {
    test(`${name}: the alert names the step and the remedy`, async ({ connectPage, remote }) => {
      await remote.fault({ match: { contains }, times: 0, effect });
      await connectPage.open();
      await connectPage.connect(remote.url, KEY);
      for (const text of says) await expect(connectPage.alert).toContainText(text);
      await remote.clearFaults();
      await connectPage.key.fill(KEY);
      await connectPage.button.click();
      await connectPage.expectConnected();
    });
  }

  test("wrong key", async ({ connectPage, remote }) => {
    await connectPage.open();
    await connectPage.connect(remote.url, "sk-ant-invalid-key");
    await expect(connectPage.alert).toContainText(/authentication/i);
    await expect(connectPage.alert).toContainText(/check the API key/i);
    await expect(connectPage.baseUrl).toHaveValue(remote.url);
  });

  test("nobody listens at the address", async ({ connectPage }) => {
    await connectPage.open();
    await connectPage.connect("http://127.0.0.1:9", KEY);
    await expect(connectPage.alert).toContainText(/address|reach/i);
    await expect(connectPage.alert).toContainText(/base URL/i);
  });

  test("not an address at all", async ({ connectPage }) => {
    await connectPage.open();
    await connectPage.connect("ftp//nowhere", KEY);
    await expect(connectPage.alert).toContainText(/address|URL/i);
  });

  test("an empty key for another origin is asked for", async ({ connectPage, remote }) => {
    await connectPage.open();
    await connectPage.connect(remote.url, "");
    await expect(connectPage.alert).toContainText(/key/i);
    expect(await remote.requests()).toEqual([]);
  });
});

test.describe("sending", () => {
  const failures: Failure[] = [
    {
      name: "429 with retry-after",
      effect: { ...refused(429, "rate_limit_error", "Too many requests"), retry_after: 7 },
      says: [/rate limit/i, /7 s/],
    },
    { name: "529", effect: refused(529, "overloaded_error", "Overloaded"), says: [/overloaded/i, /try again/i] },
    { name: "401", effect: refused(401, "authentication_error", "invalid x-api-key"), says: [/authentication/i] },
    { name: "500", effect: refused(500, "api_error", "Internal server error"), says: [/server failed/i] },
  ];
  for (const { name, effect, says } of failures) {
    test(`${name}: the draft stays, nothing is sent again by itself`, async ({ page, connect }) => {
      const server = await connect();
      const id = await server.createSession("Repo helper");
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectLive();
      await server.fault({ match: { method: "POST", path: "/v1/sessions/*/events" }, effect });
      await session.say("List the files, with a draft worth keeping.");
      for (const text of says) await expect(session.alert.first()).toContainText(text);
      await expect(session.message).toHaveValue("List the files, with a draft worth keeping.");
      const sends = (await server.requests()).filter((one) => one.method === "POST" && one.path.endsWith("/events"));
      expect(sends).toHaveLength(1);
      expect(await server.events(id)).toEqual([]);

      await session.sendButton.click();
      await session.expectTurnsEnded(server, id, 1);
      await expect(session.message).toHaveValue("");
      const sent = (await server.events(id)).filter((event) => event.type === "user.message");
      expect(sent).toHaveLength(1);
    });
  }

  test("an unreadable answer: the message is not sent twice", async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectLive();
    await server.fault({
      match: { method: "POST", path: "/v1/sessions/*/events" },
      effect: { malformed_body: true },
    });
    await session.say("List the files once.");
    await session.expectTurnsEnded(server, id, 1);
    await expect(session.log).toContainText("List the files once.");
    const sent = (await server.events(id)).filter((event) => event.type === "user.message");
    expect(sent).toHaveLength(1);
  });

  test("the answer is cut off after acceptance: settled from the log, never offered again", async ({ page, connect }) => {
    const server = await connect();
    // Busy until it is interrupted, however long the rest takes.
    const id = await server.createSession("Firehose");
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectLive();
    await session.say("emit 100000 at 1");
    await session.expectStatus("running");
    // Not `drop`: on a reused connection Chromium repeats a request by itself if not even a header came back.
    await server.fault({ match: { method: "POST", path: "/v1/sessions/*/events" }, effect: { cut_after_bytes: 5 } });
    await session.say("And then the tests.");
    // The draft is cleared once the log shows the message as queued.
    await expect(session.message).toHaveValue("");
    await expect(session.log).toContainText("And then the tests.");
    await expect(page.getByRole("button", { name: "Send again" })).toHaveCount(0);
    await session.interrupt.click();
    await session.expectTurnsEnded(server, id, 1);
    const sent = (await server.events(id)).filter((event) => event.type === "user.message");
    expect(sent).toHaveLength(2);
  });
});

test.describe("answers of another form", () => {
  for (const form of ["error", "message", "detail"] as const) {
    test(`an error as {"${form}": …} says what the server says`, async ({ page, connect }) => {
      const server = await connect();
      await server.fault(errors(form));
      await goToHash(page, "#/sessions/sesn_01absentabsentabsentab");
      await expect(page.getByText(/session not found/i).first()).toBeVisible();
      await expect(page.locator("body")).not.toContainText(/No API found|expected value|line 1/);
    });
  }

  for (const status of [200, 404] as const) {
    test(`a web page with status ${status} is called one`, async ({ page, connect }) => {
      const server = await connect();
      await server.fault(webPage(status, SESSIONS));
      await page.reload();
      await expect(page.getByRole("alert")).toContainText(/web page instead of JSON/);
      await expect(page.locator("body")).not.toContainText(/expected value|line 1 column 1|doctype/i);
    });
  }

  test("a list that says nothing but an error is no empty list", async ({ page, connect }) => {
    const server = await connect();
    const body = { type: "application/json", text: JSON.stringify({ error: "The database is on holiday." }) };
    await server.fault(always({ body }, SESSIONS));
    await page.reload();
    await expect(page.getByRole("alert")).toContainText("The database is on holiday.");
    await expect(page.getByText("No sessions yet")).toHaveCount(0);
  });

  for (const [status, text] of [
    [404, "404 page not found"],
    [404, '{"detail":"Not Found"}'],
    [405, '{"detail":"Method Not Allowed"}'],
    [501, ""],
  ] as const) {
    test(`archiving on a server without it (${status} ${text}) says that the server does not offer it`, async ({ page, connect }) => {
      const server = await connect();
      const id = await server.createSession("Repo helper");
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectLive();
      const type = text.startsWith("{") ? "application/json" : "text/plain";
      await server.fault(always({ status, body: { type, text } }, { method: "POST", path: "/v1/sessions/*/archive" }));
      await session.archive.click();
      await session.dialog.getByRole("button", { name: "Archive", exact: true }).click();
      await expect(session.alert).toContainText(/this server does not offer this/i);
      await expect(page.locator("body")).not.toContainText(/No API found/);
      await session.say("List the files.");
      await session.expectTurnsEnded(server, id, 1);
    });
  }

  for (const [what, method, path] of [
    ["Archive", "POST", "/v1/sessions/*/archive"],
    ["Delete", "DELETE", "/v1/sessions/*"],
  ] as const) {
    for (const [kind, type, text, said] of [
      ["a web page", "text/html", "<!doctype html><title>Sign in</title>", /web page instead of JSON/],
      ["an error with status 200", "application/json", '{"error":"The database is on holiday."}', /on holiday/],
    ] as const) {
      test(`${what} that is answered by ${kind} is not taken for done`, async ({ page, connect }) => {
        const server = await connect();
        const id = await server.createSession("Repo helper");
        const session = new SessionPage(page);
        await session.open(id);
        await session.expectLive();
        await server.fault(always({ body: { type, text } }, { method, path }));
        await (what === "Delete" ? session.delete : session.archive).click();
        await session.dialog.getByRole("button", { name: what, exact: true }).click();
        await expect(session.alert).toContainText(said);
        await expect(session.alert).toContainText("It may have taken effect all the same.");
        await expect(page).toHaveURL(new RegExp(`${id}$`));
        await session.say("List the files.");
        await session.expectTurnsEnded(server, id, 1);
      });
    }
  }

  for (const way of WAYS) {
    test(`a redirect is called one, of a list, a stream and a change: ${way}`, async ({ page, connect }) => {
      const server = await connect(way);
      const id = await server.createSession("Repo helper", { initial_events: [message("List the files, please.")] });
      const elsewhere = { status: 302, headers: { location: "/login" } };
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectTurnsEnded(server, id, 1);
      await server.fault(always(elsewhere, { method: "DELETE", path: "/v1/sessions/*" }));
      await session.delete.click();
      await session.dialog.getByRole("button", { name: "Delete", exact: true }).click();
      await expect(session.alert).toContainText(LEADS_ELSEWHERE);
      await expect(session.alert).not.toContainText("CORS");
      await server.fault(always(elsewhere, SESSIONS));
      await goToHash(page, "#/sessions");
      await expect(page.getByRole("alert")).toContainText(LEADS_ELSEWHERE);
      await server.clearFaults();
      // The browser's own stream does not tell why it fails.
      if (way === "key on another origin") {
        await server.fault(always(elsewhere, { path: "/v1/sessions/*/events/stream" }));
        await session.open(id);
        await expect(session.stream).toHaveAttribute("data-stream", "polling");
        await expect(page.locator(".stream-why")).toContainText(LEADS_ELSEWHERE);
        await expect(session.row("agent.message").first()).toBeVisible();
      }
    });
  }
});

test("a session that does not exist says so", async ({ page, connect }) => {
  await connect();
  await page.evaluate(() => {
    window.location.hash = "#/sessions/sesn_01absentabsentabsentab";
  });
  await expect(page.getByRole("alert")).toContainText(/not found/i);
});

test("a method that the server does not allow to web pages is named, without the engine's words", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.fault(corsWithout("GET, POST"));
  await session.delete.click();
  await session.dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(session.alert.first()).toContainText("CORS");
  await expect(session.alert.first()).toContainText("does not allow DELETE to web pages");
  await expect(page.getByText(/TypeError|Failed to fetch|NetworkError|Load failed/)).toHaveCount(0);
  expect(await server.session(id)).toMatchObject({ id });
});
