import { isDeepStrictEqual } from "node:util";
import type { RecordedRequest } from "../support/demo-server";
import { HEADERS, type Sample, samples } from "../support/curl-samples";
import { expect, test } from "../support/test";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

test("what the page sends is what the documentation shows", async ({ page, connect }) => {
  const server = await connect("key on another origin");
  const ids = {
    agent: await server.agentId("Repo helper"),
    environment: await server.environmentId(),
    vault: await server.vaultId(),
  };
  await server.clearRequests();
  const form = new NewSessionPage(page);
  const session = new SessionPage(page);
  const sessions = new SessionsPage(page);

  await form.open();
  await form.choose(form.agent, ids.agent);
  await form.version.fill("1");
  await form.choose(form.environment, ids.environment);
  await form.submit();

  await form.open();
  await form.choose(form.agent, ids.agent);
  await form.choose(form.environment, ids.environment);
  await form.vaults.fill(ids.vault);
  await form.submit();

  await form.open();
  await form.choose(form.agent, ids.agent);
  await form.choose(form.environment, ids.environment);
  const id = await form.submit();
  await session.expectLive();
  await session.say("List the files in the working directory.");
  await session.expectTurnsEnded(server, id, 1);
  await session.archive.click();
  await session.dialog.getByRole("button", { name: "Archive", exact: true }).click();
  await session.expectStatus("terminated");
  await session.delete.click();
  await session.dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(sessions.list).toBeVisible();

  const sent = (await server.requests()).filter((request) => "sec-fetch-mode" in request.headers);
  for (const sample of samples(ids)) {
    await test.step(sample.name, () => {
      const found = sent.filter((request) => isSample(request, sample));
      expect(found.length, `${sample.method} ${sample.path} ${JSON.stringify(sample.body)}`).toBeGreaterThan(0);
      for (const request of found) {
        expect(request.credential).toBe("x-api-key");
        expect(request.headers).toMatchObject(HEADERS);
        expect(request.headers["content-type"]).toBe(sample.body === null ? undefined : "application/json");
        expect(request.headers["anthropic-dangerous-direct-browser-access"]).toBe("true");
      }
    });
  }
});

test("a token is sent as a bearer, a workspace id in its own header", async ({ page, connectPage, remote }) => {
  await connectPage.open();
  await connectPage.workspace.fill("wrkspc_01e2e");
  await connectPage.connect(remote.url, "sk-ant-oat01-e2e-token");
  await connectPage.expectConnected();
  await expect(new SessionsPage(page).links.first()).toBeVisible();
  const sent = await remote.requests();
  expect(sent.length).toBeGreaterThan(0);
  for (const request of sent.filter((request) => request.method !== "OPTIONS")) {
    expect(request.credential).toBe("bearer");
    expect(request.headers["anthropic-workspace-id"]).toBe("wrkspc_01e2e");
  }
});

function isSample(request: RecordedRequest, sample: Sample): boolean {
  const path = (request.path.split("?")[0] ?? "").split("/");
  const pattern = sample.path.split("/");
  const fits = path.length === pattern.length && pattern.every((part, at) => part.startsWith("{") || part === path[at]);
  return fits && request.method === sample.method && isDeepStrictEqual(request.body, sample.body);
}
