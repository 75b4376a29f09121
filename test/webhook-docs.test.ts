/** The snippets of docs/webhooks.md verify what the library has signed, and nothing else. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { domainEventTypes } from "../src/decisions/event-types.ts";

const page = readFileSync("docs/webhooks.md", "utf8");
const snippets = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const body = JSON.stringify({ type: "webhook.test", data: { name: "Bücher" } });

function headersAt(atMs: number, by = [secret]) {
  const sign = (key: string) => new Webhook(key).sign("msg_1", new Date(atMs), body);
  return {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(atMs / 1_000)),
    "webhook-signature": by.map(sign).join(" "),
  };
}

/** What Node says of a call of the snippet. */
function ask(code: string, headers: object, text: string): string {
  const call = `console.log(verify(...${JSON.stringify([secret, headers, text])}).data.name);`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", `${code}\n${call}`], {
    encoding: "utf8",
  });
  return stdout.trim();
}

describe("docs/webhooks.md", () => {
  it("names every event type", () => {
    for (const type of domainEventTypes) expect(page).toContain(`| \`${type}\` |`);
    expect(snippets).toHaveLength(2);
  });

  it.each(snippets.map((code, place) => [place + 1, code] as const))("snippet %d verifies", (_, code) => {
    const now = Date.now();
    expect(ask(code, headersAt(now), body)).toBe("Bücher");
    expect(ask(code, headersAt(now, [other, secret]), body)).toBe("Bücher");
    expect(ask(code, headersAt(now, [other]), body)).toBe("");
    expect(ask(code, headersAt(now - 600_000), body)).toBe("");
    expect(ask(code, headersAt(now), body.replace("ü", "u"))).toBe("");
  });
});
