import { beforeEach, describe, expect, it } from "vitest";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";

beforeEach(freshDatabase);

const dayMs = 86_400_000;

async function playerWithSessions({ call }: Service): Promise<void> {
  const sessions = Array.from({ length: 8 }, (_, day) => ({
    player: "p1",
    session_id: `s${day}`,
    recorded_at: new Date(nowMs - day * dayMs).toISOString(),
    duration_minutes: 30,
    actions_per_minute: 90 + 7 * day,
    reaction_time_ms: 220 + day,
    kills: 20,
    headshots: 8,
  }));
  await call("/api/telemetry/sessions", { body: { sessions } });
}

const flag = {
  entries: [{ player_id: "p1", action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 }],
};

describe("risk history", () => {
  it("has a point for each noticeable move, newest first, with its versions", async () => {
    const service = createService();
    await playerWithSessions(service);
    const first = await service.call("/api/players/@p1/risk-history");
    expect(first.body.modes).toHaveLength(1);
    const [{ history }] = first.body.modes;
    expect(history).toHaveLength(1);
    expect(history[0].versions).toMatchObject({ core: expect.any(Number), baseline: expect.any(Number) });
    expect(Object.keys(history[0].versions.detectors).length).toBeGreaterThan(10);

    service.clock.nowMs += dayMs;
    await service.call("/api/security/scan-log", { body: flag });
    const second = await service.call("/api/players/@p1/risk-history");
    const points = second.body.modes[0].history;
    expect(points).toHaveLength(2);
    expect(points[0].risk_score).toBeGreaterThan(points[1].risk_score + 1);
    expect(points[0].risk_score).toBe(second.body.player.risk_score);
    expect(Date.parse(points[0].as_of)).toBe(nowMs + dayMs);
  });

  it("has no point for a score that hardly moved", async () => {
    const service = createService();
    await playerWithSessions(service);
    await service.call("/api/players/@p1/risk-history");
    await service.call("/api/players/1/session", {
      body: { duration_minutes: 30, actions_per_minute: 111, headshot_rate: 0.4, kills: 20, headshots: 8 },
    });
    const { body } = await service.call("/api/players/@p1/risk-history");
    expect(body.modes.find((mode: { mode: string }) => mode.mode === "default").history).toHaveLength(1);
    expect(body.player.as_of).not.toBeNull();
  });
});

describe("a standing that is due by fading alone", () => {
  it("is counted as work, scored again, and then done", async () => {
    const service = createService();
    await playerWithSessions(service);
    const run = () => service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    expect((await run()).body).toMatchObject({ processed: 1, remaining: 0 });
    await env.DB.prepare("UPDATE standings SET due_at = ?")
      .bind(nowMs + dayMs)
      .run();
    expect((await run()).body).toMatchObject({ processed: 0, remaining: 0 });
    service.clock.nowMs += dayMs;
    expect((await run()).body).toMatchObject({ processed: 1, remaining: 0 });
    expect((await run()).body).toMatchObject({ processed: 0, remaining: 0 });
    const { body } = await service.call("/api/players/@p1");
    expect(Date.parse(body.as_of)).toBe(nowMs + dayMs);
  });
});

describe("GET /api/detectors", () => {
  it("lists every card with its parameters", async () => {
    const { body } = await createService().call("/api/detectors");
    const floor = body.detectors.find((card: { id: string }) => card.id === "reaction.floor");
    expect(floor).toMatchObject({ group: "reaction", category: "reaction_time" });
    expect(floor.parameters).toContainEqual(expect.objectContaining({ name: "floorMs", default: 110 }));
    expect(floor.known_false_positives.length).toBeGreaterThan(0);
  });
});
