import { beforeEach, describe, expect, it } from "vitest";
import { costOf, createService, freshDatabase, nowMs } from "./service.ts";

beforeEach(freshDatabase);

const row = (n: number, player = `p${n % 50}`) => ({
  player,
  session_id: `s${n}`,
  recorded_at: new Date(nowMs - n * 60_000).toISOString(),
  duration_minutes: 22.6,
  actions_per_minute: 100 + (n % 7),
  headshot_rate: 0.25,
  kills: 12,
  deaths: 9,
  headshots: 3,
  shots_fired: 220,
  shots_hit: 50,
  metrics: { damage_per_round: 71.5 },
});
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => row(from + i));

describe("bulk ingest", () => {
  it("writes at most 3 rows per session of known players, all told, and 20 a request", async () => {
    const { call, log } = createService();
    await call("/api/telemetry/sessions", { body: { sessions: rows(0, 50) } });
    const reply = await call("/api/telemetry/sessions", { body: { sessions: rows(50, 1_050) } });
    console.log(log.filter((l) => l.level));
    expect(reply.body).toEqual({ accepted: 1_000, duplicates: 0, rejected: [], players_created: 0 });
    expect(costOf(reply).written).toBeLessThanOrEqual(3 * 1_000 + 20);
    console.log(costOf(reply));
  });
});
