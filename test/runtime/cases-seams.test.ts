/** What other parts of the service build on: opening within their batch, and an order that stays fresh. */
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { type CaseOrder, openCaseWrites } from "../../src/actions/cases/open-case.ts";
import type { ActionContext } from "../../src/actions/context.ts";
import { batch, createDb, type Statement } from "../../src/db/client.ts";
import { casesOf, decide, honestRows, hourMs, openedCase, suspectRows, twoRefreshes } from "./cases.ts";
import { createPlayer, send } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all } from "./trail.ts";

let service: Service;
const db = createDb(env.DB);

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const context: ActionContext = {
  db,
  nowMs,
  completion: null,
  origin: { principal: "key:7", address: null, requestId: null },
  reach: { games: null, defaultGame: "default" },
  newId: () => crypto.randomUUID(),
};

async function open(order: CaseOrder, more: readonly Statement[] = []) {
  const statements = await openCaseWrites(context, order);
  if (statements.length + more.length > 0) await batch(db, [...statements, ...more]);
  return statements.length;
}

describe("opening within another batch", () => {
  const order = (playerId: number, origin: CaseOrder["origin"]) => ({ playerId, mode: "default", origin });

  it("names the case by SQL in that batch", async () => {
    const id = await createPlayer(service, { username: "p" });
    const named = sql`(SELECT max(id) FROM cases WHERE player_id = ${id} AND mode = ${"default"})`;
    const link = db.run(sql`INSERT INTO case_links (case_id, player_id, linked_at, linked_by)
      VALUES (${named}, 9, 0, 'x')`);
    await open(order(id, "report"), [link]);
    const [opened] = await casesOf();
    expect(opened).toMatchObject({ state: "open", origin: "report" });
    expect(await all("SELECT case_id FROM case_links")).toEqual([{ case_id: opened?.id }]);
    expect((await service.call(`/api/cases/${opened?.id}`)).body).toMatchObject({
      evidence_intact: true,
      opened_by: "key:7",
    });
  });

  it("a report opens none beside a pending one; an appeal opens one in any case, under appeal", async () => {
    const id = await openedCase(service);
    expect(await open(order(1, "report"))).toBe(0);
    await open(order(1, "appeal"));
    expect((await casesOf()).map(({ state }) => state)).toEqual(["open", "appealed"]);
    const [, appealed] = await all("SELECT review, round, verdict FROM cases ORDER BY id");
    expect(appealed).toEqual({ review: "appeal", round: 1, verdict: null });
    await decide(id, "cleared");
    await twoRefreshes(service);
    expect(await casesOf(), "what an appeal looks at opens nothing").toHaveLength(2);
  });

  it("is refused for a mode that the player never played", async () => {
    await expect(open({ playerId: 1, mode: "none", origin: "appeal" })).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe("the order of pending cases", () => {
  const priorities = () =>
    all<{ id: number; priority: number; revision: number }>(
      "SELECT id, priority, revision FROM cases ORDER BY id",
    );

  it("falls as a player stays away and rises when it comes back, while the case is pending", async () => {
    const id = await openedCase(service);
    const [fresh] = await priorities();
    service.clock.nowMs += 6 * 24 * hourMs;
    await service.call("/api/security/report", { body: { player_id: 1 } });
    await runJobs(service);
    const [away] = await priorities();
    expect(away?.priority).toBeLessThan((fresh?.priority ?? 0) / 2);
    expect(away?.revision, "nobody's work is refused by it").toBe(fresh?.revision);
    await send(service, suspectRows(-8_690, -8_680));
    await runJobs(service);
    const [back] = await priorities();
    expect(back?.priority).toBeGreaterThan(fresh?.priority ?? 1);
    await decide(id, "confirmed");
    await send(service, honestRows(-8_695, -8_690));
    service.clock.nowMs += 30 * 24 * hourMs;
    await service.call("/api/security/report", { body: { player_id: 1 } });
    await runJobs(service);
    expect((await priorities())[0]?.priority).toBe(back?.priority);
  });
});
