/** Alerts of other anti-cheats, posted as to Discord: whom they name, how often, and for which games. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { expectCountersRight, tableCounts } from "./recount.ts";
import { type Call, createService, freshDatabase, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const base = "/api/telemetry/adapters";
async function keyFor(adapter: string, more: object = {}): Promise<string> {
  const { body } = await service.call("/api/auth/keys", { body: { name: adapter, adapter, ...more } });
  return body.key;
}
const send = (key: string, post: Call, adapter: string) =>
  service.call(`${base}/${adapter}/${key}`, { method: "POST", ...post });

describe("alerts", () => {
  const alert = {
    embeds: [
      {
        title: "**Grim Alert**",
        description: "**Player**: oak\n**Check**: Reach (B)\n**Violations**: 12",
        thumbnail: { url: "https://heads.example/helm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" },
        timestamp: "2026-10-07T18:00:00Z",
      },
    ],
  };

  it("become events of players that are new, once", async () => {
    const key = await keyFor("discord-alert");
    const post = { role: null, body: alert };
    for (let n = 0; n < 3; n++) expect((await send(key, post, "discord-alert")).status).toBeLessThan(300);
    const ref = "@0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    const events = await service.call(`/api/players/${ref}/events?game=minecraft`);
    expect(events.body.events).toMatchObject([{ event_type: "grim.reach-b", source: "detector" }]);
    expect((await service.call(`/api/security/player-risk/${ref}?game=minecraft`)).status).toBe(200);
    await expectCountersRight();
  });

  it("past the limit are told when to come again, as Discord tells it", async () => {
    const tight = createService({ RATE_LIMIT_REQUESTS: "1", RATE_LIMIT_PERIOD_SECONDS: "3600" });
    const key = await keyFor("discord-alert");
    const post = { role: null, body: alert };
    await tight.call(`${base}/discord-alert/${key}`, post);
    const refused = await tight.call(`${base}/discord-alert/${key}`, post);
    expectProblem(refused, 429);
    const resetMs = Number(refused.headers.get("x-ratelimit-reset")) * 1_000;
    expect(resetMs).toBeGreaterThan(tight.clock.nowMs);
    expect(resetMs - tight.clock.nowMs).toBeLessThanOrEqual(3_700_000);
  });

  it("of a game that the key is not bound to are nobody's", async () => {
    const key = await keyFor("discord-alert", { games: ["cs2", "tf2"] });
    await send(key, { role: null, body: alert }, "discord-alert");
    expect((await tableCounts()).events).toBe(0);
    expect((await tableCounts()).players).toBe(0);
  });
});
