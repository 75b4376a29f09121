/** The breaker of proofs through the service: a server that goes wrong convicts nobody, and everybody can see why. */
import { beforeEach, describe, expect, it } from "vitest";
import { refreshBaselines } from "../../src/actions/refresh-baselines.ts";
import { createDb } from "../../src/db/client.ts";
import { createGate, watchedD1 } from "./fault.ts";
import { scan, send, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await service.call("/api/webhooks", { body: { name: "w", url: "https://hooks.test/a" } });
});

const players = 30;
const day = new Date(nowMs).toISOString().slice(0, 10);

/** A log in which a server takes its own players for cheaters. */
const faultyLog = (from: number, to: number) =>
  scan(
    service,
    Array.from({ length: to - from }, (_, i) => [
      {
        player_id: `p${from + i}`,
        action: "aimbot_lock",
        headshot_rate: 0.95,
        reaction_time_ms: 80,
        tick: 1,
      },
      { player_id: `p${from + i}`, action: "speed_hack", tick: 2 },
    ]).flat(),
  );
const riskOf = async (player: string) => (await service.call(`/api/security/player-risk/@${player}`)).body;
const scopeOf = async () => (await service.call("/api/games/default")).body.scopes[0];

/** What the outbox says of suspended proofs; without any webhook nothing is told. */
async function told(): Promise<{ game: string; data: unknown }[]> {
  const { results } = await env.DB.prepare(
    "SELECT game, data FROM outbox WHERE type = 'detector.proof_suspended' ORDER BY id",
  ).all<{ game: string; data: string }>();
  return results.map(({ game, data }) => ({ game, data: JSON.parse(data) }));
}

async function settle(): Promise<void> {
  for (const job of ["rescore", "baselines", "rescore", "baselines", "rescore", "baselines"])
    await runJobs(service, job);
}

beforeEach(async () => {
  for (let p = 0; p < players; p++) {
    await send(service, sessionRows(p * 6, p * 6 + 6, `p${p}`, { actions_per_minute: 80 + ((p * 7) % 31) }));
  }
  await settle();
});

describe("a proof", () => {
  it("stands while few show it", async () => {
    await faultyLog(0, 9);
    await settle();
    expect((await riskOf("p3")).risk_score).toBeGreaterThanOrEqual(70);
    expect((await riskOf("p3")).ledger[0].kind).toBe("proof");
    expect((await scopeOf()).suspended_proofs).toEqual([]);
    expect(await told()).toEqual([]);
  });

  it("is told of by the run that suspends it, and not by one that comes too late", async () => {
    await faultyLog(0, 12);
    await runJobs(service);
    const gate = createGate();
    const late = watchedD1(env.DB, (texts) =>
      texts.some((text) => text.includes("UPDATE scopes SET players")) ? gate.pass() : undefined,
    );
    const held = refreshBaselines(createDb(late), nowMs);
    await gate.arrived;
    expect(await refreshBaselines(createDb(env.DB), nowMs)).toBe(1);
    gate.open();
    await held;
    expect(await told()).toHaveLength(1);
  });

  it("is suspended and reported when many show it within a day, and stands again on another", async () => {
    await faultyLog(0, 12);
    expect((await riskOf("p3")).risk_score).toBeGreaterThanOrEqual(70);
    await settle();
    const { risk_score, ledger } = await riskOf("p3");
    expect(risk_score).toBeLessThan(70);
    expect(ledger.every(({ kind }: { kind: string }) => kind !== "proof")).toBe(true);
    expect(ledger.find(({ id }: { id: string }) => id === "log.signature").sentence).toMatch(
      /fault of measurement/,
    );
    expect((await scopeOf()).suspended_proofs).toEqual([{ detector: "log.signature", days: [day] }]);
    expect((await service.call("/api/players/suspicious")).body.count).toBe(0);
    const data = { game: "default", mode: "default", detector: "log.signature", days: [day] };
    expect(await told()).toEqual([{ game: "default", data }]);

    service.clock.nowMs += 2 * 86_400_000;
    await faultyLog(20, 21);
    await settle();
    expect((await riskOf("p20")).risk_score).toBeGreaterThanOrEqual(70);
    expect((await riskOf("p3")).risk_score).toBeLessThan(70);
  });
});
