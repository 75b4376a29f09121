/** Webhooks in the console: the secret once, bad addresses, pausing, tests, deliveries and sending again. */
import { beforeEach, describe, expect, it } from "vitest";
import { costOfPage, submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, type Reply, type Service } from "./service.ts";
import { all } from "./trail.ts";
import { createWebhook, withDeadDelivery } from "./webhook-samples.ts";

const mark = "00000000-0000-4000-8000-00000000000a";
const url = "https://hooks.example.com/services/secret-path";
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const send = (path: string, fields: Readonly<Record<string, string>>) =>
  submit(service, path, fields, "admin");
const look = (path: string) => visit(service, path, "admin");
const make = (more: Readonly<Record<string, string>> = {}) =>
  send("/settings/webhooks", { mark, name: "bans", url, format: "json", ...more });
const secretOf = ({ body }: Reply): string => /id="secret"[^>]* value="([^"]+)"/.exec(body)?.[1] ?? "";
const webhookOf = async (id: number) => (await service.call(`/api/webhooks/${id}`)).body;
const flashOf = (reply: Reply) => {
  const cookie = reply.headers.getSetCookie().find((text) => text.startsWith("__Host-flash=")) ?? "";
  return JSON.parse(decodeURIComponent(cookie.split(";")[0] ?? "").replace("__Host-flash=", ""));
};
const stored = async () =>
  JSON.stringify([await all("SELECT * FROM webhooks"), await all("SELECT * FROM audit_entries")]);

describe("making one", () => {
  it("shows the secret once, and stores neither it nor the address in the open", async () => {
    const reply = await make({ event_types: "decision.started", games: "cs2" });
    const secret = secretOf(reply);
    expect([reply.status, secret.startsWith("whsec_")]).toEqual([201, true]);
    expect(reply.headers.getSetCookie().join()).not.toContain(secret);
    expect(await stored()).not.toContain(secret);
    expect(await stored()).not.toContain("secret-path");
    expect(JSON.stringify(service.log)).not.toContain(secret);
    expect((await look("/settings/webhooks/1")).body).not.toContain(secret);
    expect(await webhookOf(1)).toMatchObject({
      event_types: ["decision.started"],
      games: ["cs2"],
      digest: false,
    });
    expect([(await make()).status, (await all("SELECT id FROM webhooks")).length]).toEqual([409, 1]);
  });

  it("gives chats what chats get, and everything where nothing is ticked", async () => {
    await make({ format: "slack" });
    expect(await webhookOf(1)).toMatchObject({
      event_types: null,
      games: null,
      digest: true,
      min_interval_seconds: 30,
    });
  });

  it("refuses a bad address at its field, without filling it in again", async () => {
    const production = createService({
      ENVIRONMENT: "production",
      SERVICE_USERNAME: "studio",
      SERVICE_PASSWORD: "correct horse battery",
    });
    const fields = { mark, name: "bans", url: "https://10.0.0.1/hidden-token", format: "json" };
    const reply = await submit(production, "/settings/webhooks", fields, "admin");
    expect(reply.status).toBe(400);
    expect(reply.body).toContain('id="new-webhook-url-fault"');
    expect(reply.body).toContain("private or reserved address");
    expect(reply.body).toContain('value="bans"');
    expect(reply.body).not.toContain("hidden-token");
    expect(await all("SELECT id FROM webhooks")).toEqual([]);
  });
});

describe("one that is there", () => {
  it("is changed, but not behind another admin's back, and keeps an address that was not typed", async () => {
    await make();
    const fields = {
      name: "bans 2",
      format: "json",
      revision: "0",
      digest: "yes",
      min_interval_seconds: "60",
    };
    expect((await send("/settings/webhooks/1/change", fields)).status).toBe(303);
    expect(await webhookOf(1)).toMatchObject({ name: "bans 2", url, digest: true, min_interval_seconds: 60 });
    const stale = await send("/settings/webhooks/1/change", { ...fields, name: "mine" });
    expect([stale.status, stale.body.includes("changed or deleted meanwhile")]).toEqual([409, true]);
    expect(await webhookOf(1)).toMatchObject({ name: "bans 2" });
  });

  it("is paused, and goes on by undo", async () => {
    await make();
    const { undo } = flashOf(await send("/settings/webhooks/1/status", { status: "paused" }));
    expect(await webhookOf(1)).toMatchObject({ status: "paused", pause_reason: "by_hand" });
    await send(undo.action, undo.fields);
    expect(await webhookOf(1)).toMatchObject({ status: "active" });
  });

  it("gets a new secret, and is deleted, only with the tick", async () => {
    await make();
    expect((await send("/settings/webhooks/1/rotate-secret", { mark })).status).toBe(400);
    const rotated = await send("/settings/webhooks/1/rotate-secret", { mark, sure: "yes" });
    expect([rotated.status, secretOf(rotated).startsWith("whsec_")]).toEqual([201, true]);
    expect((await send("/settings/webhooks/1/delete", {})).status).toBe(400);
    expect((await send("/settings/webhooks/1/delete", { sure: "yes" })).headers.get("location")).toBe(
      "/settings/webhooks",
    );
    expect((await look("/settings/webhooks/1")).status).toBe(404);
  });

  it("says what came of a test", async () => {
    const answers = createService({}, { fetch: async () => new Response(null, { status: 204 }) });
    await createWebhook(answers);
    const reply = await submit(answers, "/settings/webhooks/1/test", {}, "admin");
    expect(flashOf(reply).text).toMatch(/^The test was delivered: 204 after \d+ ms\.$/);
    const refuses = createService({}, { fetch: async () => new Response(null, { status: 500 }) });
    const failed = await submit(refuses, "/settings/webhooks/1/test", {}, "admin");
    expect(flashOf(failed).text).toMatch(/^The test did not arrive: 500, server error after \d+ ms\.$/);
  });
});

describe("deliveries", () => {
  it("are listed with their outcome, by state, and sent again one by one or all", async () => {
    await createWebhook(service);
    expect((await look("/settings/webhooks/1")).body).toContain("No deliveries here");
    await withDeadDelivery();
    const { body } = await look("/settings/webhooks/1?state=dead");
    expect(body).toContain("job.failed");
    expect(body).toContain("given up");
    expect((await look("/settings/webhooks/1?state=delivered")).body).toContain("No deliveries here");
    const again = await send("/settings/webhooks/1/replay", { event: "1" });
    expect(flashOf(again).text).toBe("One delivery is due again.");
    expect(await all("SELECT state FROM deliveries")).toEqual([{ state: "pending" }]);
    expect(flashOf(await send("/settings/webhooks/1/replay", { dead_only: "yes" })).text).toContain(
      "Nothing was there",
    );
    await env.DB.prepare("UPDATE deliveries SET state = 'delivered'").run();
    expect(flashOf(await send("/settings/webhooks/1/replay", { since: "" })).text).toBe(
      "One delivery is due again.",
    );
    expect((await send("/settings/webhooks/1/replay", { since: "yesterday" })).status).toBe(400);
  });
});

describe("the cost", () => {
  it.each([
    "/settings/webhooks",
    "/settings/webhooks/1",
    "/settings/webhooks/1?state=pending",
    "/settings/webhooks/1?state=dead",
  ])("%s: two round trips, 300 rows, 100 KB", async (path) => {
    for (let count = 0; count < 50; count++) await createWebhook(service);
    await env.DB.batch([
      env.DB.prepare(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000)
          INSERT INTO outbox (id, type, at, data) SELECT i, 'job.failed', i, '{}' FROM c`),
      env.DB.prepare(`INSERT INTO deliveries (webhook_id, event_id, state, due_at)
          SELECT 1, id, CASE id % 3 WHEN 0 THEN 'dead' WHEN 1 THEN 'pending' ELSE 'delivered' END, id FROM outbox`),
    ]);
    const { trips, read, gzipped, reply } = await costOfPage(path);
    expect(reply.status).toBe(200);
    expect(trips).toBeLessThanOrEqual(2);
    expect(read).toBeLessThanOrEqual(300);
    expect(gzipped).toBeLessThan(100_000);
  });
});
