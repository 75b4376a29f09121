/** When the sweep opens a case, and when it does not. */
import { beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/auth/digest.ts";
import { canonicalJson } from "../../src/decisions/canonical-json.ts";
import type { FrozenEvidence } from "../../src/decisions/frozen-evidence.ts";
import { priorBaseline } from "../../src/detection/baseline.ts";
import { shooter } from "../../src/detection/profile.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import {
  casesOf,
  decide,
  expectWholeCases,
  honestRows,
  hourMs,
  openedCase,
  suspectRows,
  twoRefreshes,
} from "./cases.ts";
import { expectCountersRight } from "./recount.ts";
import { idOf, send } from "./samples.ts";
import { costOf, createService, freshDatabase, runJobs, type Service } from "./service.ts";
import { all } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const dayMs = 24 * hourMs;
const riskOf = async () => (await service.call("/api/players/@p")).body.risk_score as number;
const report = async () =>
  service.call("/api/security/report", { body: { player_id: await idOf(service, "p") } });

describe("two refreshes in a row", () => {
  it("open a case, the second within an hour and without a new session; one does not", async () => {
    await send(service, suspectRows(0, 8));
    await runJobs(service);
    expect(await riskOf()).toBeGreaterThanOrEqual(70);
    expect(await casesOf()).toEqual([]);
    service.clock.nowMs += hourMs - 1;
    await runJobs(service);
    expect(await casesOf()).toEqual([]);
    service.clock.nowMs += 1;
    await runJobs(service);
    expect(await casesOf()).toMatchObject([{ state: "open", origin: "detection", mode: "default" }]);
    await expectWholeCases();
    await expectCountersRight();
  });

  it("one high and one low open none", async () => {
    await send(service, suspectRows(0, 8));
    await runJobs(service);
    await send(service, honestRows(8, 100));
    await twoRefreshes(service);
    expect(await riskOf()).toBeLessThan(70);
    expect(await casesOf()).toEqual([]);
  });

  it("of too short a record open none", async () => {
    await send(service, honestRows(0, 2, "p", { headshot_rate: 1, headshots: 12, kills: 12 }));
    await twoRefreshes(service);
    expect((await service.call("/api/players/@p")).body.confidence).toBe("insufficient");
    expect(await casesOf()).toEqual([]);
  });

  it("open no second one while it is pending, in whatever state", async () => {
    const id = await openedCase(service);
    await service.call(`/api/cases/${id}/claim`, { method: "POST" });
    await send(service, suspectRows(-65, -55));
    await twoRefreshes(service);
    expect(await casesOf()).toHaveLength(1);
  });

  it("open one for each mode that stands so", async () => {
    await send(service, [
      ...suspectRows(0, 8, "p", { mode: "a" }),
      ...suspectRows(20, 28, "p", { mode: "b" }),
    ]);
    await twoRefreshes(service);
    expect((await casesOf()).map(({ mode }) => mode).sort()).toEqual(["a", "b"]);
  });

  it("open any number in one run, though each batch holds few", async () => {
    await send(
      service,
      Array.from({ length: 40 }, (_, p) => suspectRows(p * 10, p * 10 + 8, `p${p}`)).flat(),
    );
    await twoRefreshes(service);
    expect(await casesOf()).toHaveLength(40);
    await expectWholeCases();
    await expectCountersRight();
  });
});

describe("a case", () => {
  it("freezes what it was opened on: the hash is that of the bytes, and the score is computed again from them", async () => {
    const id = await openedCase(service);
    const shown = await service.call(`/api/cases/${id}`);
    const { body: frozen } = await service.call(`/api/cases/${id}/evidence`);
    expect(shown.body).toMatchObject({ evidence_intact: true, opened_by: "system:detection", holder: null });
    expect(await sha256Hex(canonicalJson(frozen))).toBe(shown.body.evidence_hash);
    const [entry] = (await service.call("/api/audit?action=case.open")).body.entries;
    expect(entry).toMatchObject({ target: `case:${id}`, actor: "system:detection" });
    expect(entry.details.evidence_hash).toBe(shown.body.evidence_hash);
    const { game, mode, score, sessions, events, assumed } = frozen as FrozenEvidence;
    const evidence = { game, mode, sessions, events, ...assumed, asOfMs: score.asOfMs };
    const again = scoreEvidence(evidence, priorBaseline, shooter);
    expect({ ...again, versions: { ...again.versions, profile: 0 } }).toEqual(score);
    expect(sessions).toHaveLength(8);
    expect(frozen).toMatchObject({
      baseline_version: 0,
      profile_version: 0,
      left_out: { sessions: [], events: [] },
    });
  });

  it("reads the same after everything changed that it was made of", async () => {
    const id = await openedCase(service);
    const before = (await service.call(`/api/cases/${id}/evidence`)).body;
    await send(service, honestRows(-69, -49));
    await service.call("/api/players/1", { method: "PATCH", body: { username: "other" } });
    await runJobs(service, "baselines");
    await twoRefreshes(service);
    expect((await service.call(`/api/cases/${id}/evidence`)).body).toEqual(before);
  });

  it("tells when its evidence is not what was frozen", async () => {
    const id = await openedCase(service);
    await all("UPDATE case_evidence SET content = replace(content, '\"format\":1', '\"format\":2')");
    expect((await service.call(`/api/cases/${id}`)).body.evidence_intact).toBe(false);
  });

  it("costs the sweep a handful of rows", async () => {
    await send(service, suspectRows(0, 8));
    const first = await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    service.clock.nowMs += hourMs;
    const run = await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    expect(run.body.processed).toBe(1);
    expect(costOf(run).read).toBeLessThanOrEqual(costOf(first).read + 45);
    // A case, its indexes, its evidence, its entry in the trail and a counter for each line of its ledger, beside the
    // standing's own and the slice's.
    expect(costOf(run).written).toBeLessThanOrEqual(4 + 20 + 20);
  });
});

describe("the same evidence", () => {
  /** Everything that changes but new evidence. */
  async function muchChanges(): Promise<void> {
    await twoRefreshes(service);
    await runJobs(service, "baselines");
    await twoRefreshes(service);
    await service.call("/api/games/default", { method: "PUT", body: { modes: ["default"] } });
    await runJobs(service, "baselines");
    await twoRefreshes(service);
    await report();
    await twoRefreshes(service);
    service.clock.nowMs += dayMs;
    await twoRefreshes(service);
    expect(await riskOf()).toBeGreaterThanOrEqual(70);
  }

  it.each(["cleared", "confirmed", "inconclusive"])(
    "never opens a case again once it is %s",
    async (verdict) => {
      await decide(await openedCase(service), verdict);
      await muchChanges();
      expect(await casesOf()).toHaveLength(1);
    },
  );

  it("is the same under other ids, and when it comes late", async () => {
    await send(service, suspectRows(0, 120));
    await decide(await openedCase(service), "cleared");
    const copies = suspectRows(0, 50).map((row, n) => ({ ...row, session_id: `copy${n}` }));
    await send(service, [...copies, ...suspectRows(130, 160)]);
    await twoRefreshes(service);
    expect(await riskOf()).toBeGreaterThanOrEqual(70);
    expect(await casesOf()).toHaveLength(1);
  });

  it("while an appeal asks about it, is under review already", async () => {
    const id = await openedCase(service);
    await decide(id, "confirmed");
    await all(`UPDATE cases SET state = 'appealed' WHERE id = ${id}`);
    await muchChanges();
    expect(await casesOf()).toHaveLength(1);
  });
});

describe("new evidence", () => {
  it.each(["cleared", "confirmed"])(
    "opens a case after one that was %s, and stands by itself",
    async (verdict) => {
      const first = await openedCase(service);
      await decide(first, verdict);
      await send(service, honestRows(-65, -60));
      await twoRefreshes(service);
      expect(await casesOf(), "more of the honest kind").toHaveLength(1);
      await send(service, suspectRows(-125, -115));
      await runJobs(service);
      expect(await casesOf()).toHaveLength(2);
      const { body } = await service.call(`/api/cases/${first + 1}/evidence`);
      expect(body.sessions).toHaveLength(15);
      expect(body.left_out.sessions).toHaveLength(8);
      await decide(first + 1, "cleared");
      await twoRefreshes(service);
      expect(await casesOf(), "judged now too").toHaveLength(2);
      await expectWholeCases();
    },
  );

  it("after an inconclusive one is three active sessions", async () => {
    const first = await openedCase(service);
    await decide(first, "inconclusive");
    const idle = { duration_minutes: 0 };
    await send(service, [...honestRows(-62, -60), ...honestRows(-68, -65, "p", idle)]);
    await twoRefreshes(service);
    expect(await casesOf()).toHaveLength(1);
    await send(service, honestRows(-121, -120));
    await runJobs(service);
    expect(await casesOf()).toHaveLength(2);
    const { body } = await service.call(`/api/cases/${first + 1}/evidence`);
    expect(body.sessions.length).toBeGreaterThan(8);
    expect(body.left_out.sessions).toEqual([]);
  });

  it("does not bring back what was cleared before an inconclusive case", async () => {
    await decide(await openedCase(service), "cleared");
    await send(service, suspectRows(-68, -60));
    await twoRefreshes(service);
    const second = (await casesOf()).at(-1)?.id ?? 0;
    await decide(second, "inconclusive");
    await send(service, honestRows(-124, -121));
    await twoRefreshes(service);
    const { body } = await service.call(`/api/cases/${second + 1}/evidence`);
    expect(body.left_out.sessions).toHaveLength(8);
  });
});
