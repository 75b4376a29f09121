/** The combination of a game: proposed from verdicts, looked at, accepted by an admin, and what scores make of it. */
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { createDb } from "../../src/db/client.ts";
import { loadStandings } from "../../src/db/evidence.ts";
import type { Baseline } from "../../src/detection/baseline.ts";
import { leastVerdicts } from "../../src/detection/refit.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { acceptCombination, getCombination, getGame } from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { plantVerdicts } from "./quality-samples.ts";
import { send, sessionRow } from "./samples.ts";
import {
  type Call,
  costOf,
  createService,
  env,
  freshDatabase,
  nowMs,
  runJobs,
  type Service,
} from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const path = "/api/games/default/combination";
const look = async () => (await service.call(path)).body;
const accept = (hash: string, call: Call = {}) =>
  service.call(path, { body: { proposal_hash: hash }, ...call });
const ones = { aim: 1, reaction: 1, automation: 1, information: 1, movement: 1 };

describe("what verdicts would have groups weigh", () => {
  it("is nothing without verdicts, and says how many it takes", async () => {
    const reply = await service.call(path);
    expectAnswer(reply, getCombination, 200);
    expect(reply.body).toEqual({
      game: "default",
      declaration_version: 0,
      weights: ones,
      verdicts: { confirmed: 0, cleared: 0, least_of_each: leastVerdicts },
      outcome: "too_few_verdicts",
      auc: { before: null, after: null, gain: null },
      proposal: null,
    });
  });

  it("is a proposal with the interval of its gain, and changes nothing by itself", async () => {
    await plantVerdicts("default", 300);
    await plantVerdicts("tf2", 10, 1_000);
    const reply = await service.call(path, { role: "analyst" });
    expectAnswer(reply, getCombination, 200);
    const { outcome, auc, proposal, verdicts } = reply.body;
    expect(outcome).toBe("proposed");
    expect(verdicts).toMatchObject({ confirmed: 150, cleared: 150 });
    expect(auc.gain.low).toBeGreaterThan(0);
    expect(proposal.weights.reaction).toBeGreaterThan(proposal.weights.aim);
    expect(await look()).toEqual(reply.body);
    expect((await service.call("/api/games/default")).body).toMatchObject({ declared: false });
  });

  it("is for analysts to see and for admins to accept", async () => {
    await plantVerdicts("default", 300);
    const { proposal } = await look();
    for (const role of ["viewer", "ingest"] as const) expectProblem(await service.call(path, { role }), 403);
    for (const role of ["viewer", "analyst", "ingest"] as const) {
      expectProblem(await accept(proposal.hash, { role }), 403);
    }
  });
});

describe("accepting", () => {
  it("declares the game anew with the weights that were seen, and leaves nothing to propose", async () => {
    await service.call("/api/games/default", { method: "PUT", body: { modes: ["ranked"] } });
    await plantVerdicts("default", 300);
    const { proposal } = await look();
    const reply = await accept(proposal.hash);
    expectAnswer(reply, acceptCombination, 200);
    expect(reply.body).toEqual({ game: "default", declaration_version: 2, weights: proposal.weights });
    const game = await service.call("/api/games/default");
    expectAnswer(game, getGame, 200);
    expect(game.body.profile).toMatchObject({ modes: ["ranked"], weights: proposal.weights });
    expect(await look()).toMatchObject({ weights: proposal.weights, declaration_version: 2 });
    expectProblem(await accept(proposal.hash), 409);
  });

  it("is refused where the proposal is another by now, by a verdict or by a declaration", async () => {
    await plantVerdicts("default", 300);
    const seen = (await look()).proposal.hash;
    await plantVerdicts("default", 1, 5_000);
    expectProblem(await accept(seen), 409);
    const again = (await look()).proposal.hash;
    await service.call("/api/games/default", { method: "PUT", body: { modes: ["ranked"] } });
    expectProblem(await accept(again), 409);
    expectProblem(await accept("0".repeat(64)), 409);
    expect((await service.call("/api/games/default")).body.version).toBe(1);
  });

  it("happens once of several at the same moment", async () => {
    await plantVerdicts("default", 300);
    const { hash } = (await look()).proposal;
    const replies = await Promise.all([1, 2, 3].map(() => accept(hash)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await service.call("/api/games/default")).body.version).toBe(1);
  });

  it.each([{}, { proposal_hash: "none" }, { proposal_hash: "0".repeat(64), weights: ones }])(
    "refuses %o",
    async (body) => expectProblem(await service.call(path, { body }), 400),
  );
});

/** Players of one scope with as many sessions each. */
const play = (players: number, sessions: number) =>
  send(
    service,
    Array.from({ length: players * sessions }, (_, i) => {
      const p = i % players;
      const n = Math.floor(i / players);
      return sessionRow(i, `p${p}`, {
        session_id: `s${n}`,
        recorded_at: new Date(nowMs - (sessions - n) * 3_600_000).toISOString(),
        headshot_rate: null,
        kills: 25 + (p % 7),
        headshots: 4 + ((p * 3 + n) % 9),
        actions_per_minute: 70 + ((p * 11 + n * 5) % 40),
        reaction_time_ms: 190 + ((p * 17 + n * 7) % 60),
      });
    }),
  );

async function settle(): Promise<void> {
  for (const job of ["rescore", "baselines", "rescore", "baselines", "rescore", "baselines", "rescore"]) {
    await runJobs(service, job);
  }
}

describe("scores", () => {
  it("are of the accepted weights once the baseline job is through, and replay", async () => {
    await play(40, 4);
    await settle();
    await plantVerdicts("default", 300);
    const { proposal } = await look();
    await accept(proposal.hash);
    await settle();
    const scope = await env.DB.prepare("SELECT baseline FROM scopes").first<{ baseline: string }>();
    const baseline = JSON.parse(scope?.baseline ?? "") as Baseline;
    expect(baseline.weights).toEqual(proposal.weights);
    const db = createDb(env.DB);
    const standings = await loadStandings(db, sql`standings s`);
    expect(standings).toHaveLength(40);
    for (const { game, mode, sessions, events, previous } of standings) {
      if (previous === null) throw new Error("a standing has no score");
      expect(previous.versions.profile).toBe(1);
      expect(previous.statistics.weights).toEqual(proposal.weights);
      const evidence = { game, mode, sessions, events, serverTrusted: true, reporterCredibility: 0.5 };
      const again = scoreEvidence({ ...evidence, asOfMs: previous.asOfMs }, baseline);
      expect(again).toEqual({ ...previous, versions: again.versions });
    }
  });

  it("that would move are counted among at most 200 of the riskiest, at a bounded cost", async () => {
    await play(120, 4);
    await settle();
    await plantVerdicts("default", 300);
    const reply = await service.call(path);
    expectAnswer(reply, getCombination, 200);
    const { effect } = reply.body.proposal;
    expect(effect.standings).toBe(120);
    expect(effect.crossings.map(({ risk }: { risk: number }) => risk)).toEqual([40, 70, 90]);
    const { queries, read, written } = costOf(reply);
    expect(written).toBe(0);
    expect(queries).toBeLessThanOrEqual(7);
    // Verdicts, the riskiest twice each, and six rows for each of 800 points of the sample.
    expect(read).toBeLessThanOrEqual(300 + 2 * 120 + 800 * 6 + 50);
  });
});
