import type { Json } from "./demo-server";

/** One documented call of the "Start a session" page; `{…}` in a path stands for an id. */
export interface Sample {
  name: string;
  method: "GET" | "POST" | "DELETE";
  path: string;
  body: Json;
}

/** Headers that every documented call carries, beside the key in `x-api-key`. */
export const HEADERS = {
  "anthropic-version": "2023-06-01",
  "anthropic-beta": "managed-agents-2026-04-01",
};

interface Ids {
  agent: string;
  environment: string;
  vault: string;
}

/** The documented calls with the ids of the demo in place of the shell's variables. */
export function samples({ agent, environment, vault }: Ids): Sample[] {
  return [
    {
      name: "create with the latest version",
      method: "POST",
      path: "/v1/sessions",
      body: { agent, environment_id: environment },
    },
    {
      name: "create with a pinned version",
      method: "POST",
      path: "/v1/sessions",
      body: { agent: { type: "agent", id: agent, version: 1 }, environment_id: environment },
    },
    {
      name: "create with a vault",
      method: "POST",
      path: "/v1/sessions",
      body: { agent, environment_id: environment, vault_ids: [vault] },
    },
    {
      name: "send a message",
      method: "POST",
      path: "/v1/sessions/{session}/events",
      body: {
        events: [
          {
            type: "user.message",
            content: [{ type: "text", text: "List the files in the working directory." }],
          },
        ],
      },
    },
    { name: "retrieve", method: "GET", path: "/v1/sessions/{session}", body: null },
    { name: "list", method: "GET", path: "/v1/sessions", body: null },
    { name: "archive", method: "POST", path: "/v1/sessions/{session}/archive", body: null },
    { name: "delete", method: "DELETE", path: "/v1/sessions/{session}", body: null },
  ];
}
