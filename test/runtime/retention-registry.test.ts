/** Every table whose rows end has a job that ends them: an old row and a young one in each, and a recount of all. */
import { beforeEach, describe, expect, it } from "vitest";
import { registry } from "../../src/db/registry.ts";
import { jobs } from "../../src/env.ts";
import { dayMs } from "./decisions.ts";
import { expectCountersRight, tableCounts } from "./recount.ts";
import { createPlayer } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, appendBulk, run, trail } from "./trail.ts";

let service: Service;
let player = 0;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await appendBulk(3, longAgoMs);
  await trail.seal(9);
  player = await createPlayer(service, { username: "Nightjar", ref: "owl" });
});

type Insert = (id: number, atMs: number) => readonly string[];

const caseAt: Insert = (id, at) => [
  `INSERT INTO cases (id, player_id, game, mode, state, origin, review, opened_at, opened_by, risk, confidence,
    baseline_version, evidence_hash, priority, verdict, decided_at) VALUES (${id}, ${player}, 'default', 'm', 'decided',
    'manual', 'first', ${at}, 'a', 0, 'sufficient', 0, 'h', 0, 'cleared', ${at})`,
];
const decisionAt: Insert = (id, at) => [
  `INSERT INTO decisions (id, player_id, place, subject, home, game, type, starts_at, reason, case_id, origin, made_by,
    made_at, ended_at, end_kind, emitted) VALUES (${id}, ${player}, ${id}, 'owl', 'default', 'default', 'ban', ${at}, 'r',
    ${id}, 'person', 'a', ${at}, ${at}, 'revoked', 'never')`,
];
const eventAt: Insert = (id, at) => [
  `INSERT INTO events (player_id, detected_at, id, event_type, severity, source)
    VALUES (${player}, ${at}, 'e${id}', 'type${id}', 'low', 'report')`,
  `INSERT INTO patterns VALUES ('type${id}', 1)`,
  "UPDATE totals SET events = events + 1",
  `UPDATE players SET event_count = event_count + 1, recent_event = json_object('player_id', ${player}, 'detected_at',
    ${at}, 'id', 'e${id}', 'event_type', 'type${id}', 'severity', 'low', 'source', 'report', 'session_id', NULL, 'notes',
    NULL, 'reporter', NULL)`,
];

/** A row of each table by a time; what goes with another row stands after it. */
const inserts: Readonly<Record<string, Insert>> = {
  sessions: (id, at) => [
    `INSERT INTO sessions (player_id, mode, recorded_at, session_id) VALUES (${player}, 'default', ${at}, 's${id}')`,
    "UPDATE totals SET sessions = sessions + 1",
    `UPDATE totals SET latest_sessions = json_array(json_array(${player}, 'default', ${at}, 's${id}'))`,
    `UPDATE players SET last_seen_at = ${at}`,
  ],
  events: eventAt,
  reports: (id, at) => [
    `INSERT INTO reports (player_id, id, game, reason, severity, reported_at, weight)
      VALUES (${player}, 'e${id}', 'default', 'r', 'low', ${at}, 0.5)`,
  ],
  cases: caseAt,
  case_evidence: (id) => [`INSERT INTO case_evidence VALUES (${id}, '{}', '{}')`],
  case_comments: (id, at) => [`INSERT INTO case_comments VALUES (${id}, ${at}, 'c', 'a', 't')`],
  case_links: (id, at) => [`INSERT INTO case_links VALUES (${id}, ${player}, NULL, ${at}, 'a')`],
  reviews: (id, at) => [
    `INSERT INTO reviews (case_id, reviewer, round, review, verdict, reason, reviewed_at)
      VALUES (${id}, 'a', 1, 'first', 'cleared', 'r', ${at})`,
  ],
  verdict_samples: (id) => [`INSERT INTO verdict_samples VALUES ('default', ${id}, 0, '[]')`],
  decisions: decisionAt,
  decision_causes: (id) => [`INSERT INTO decision_causes VALUES ('d', 1, ${id})`],
  appeals: (id, at) => [
    `INSERT INTO appeals (decision_id, case_id, player_id, game, state, statement, filed_at, filed_by, outcome, decided_at)
      VALUES (${id}, ${id}, ${player}, 'default', 'decided', 's', ${at}, 'a', 'upheld', ${at})`,
  ],
  baseline_versions: (id, at) => [
    `INSERT INTO baseline_versions VALUES ('default', 'default', ${2 * id - 1}, '{}', ${at}), ('default', 'default', ${2 * id}, '{}', ${at})`,
  ],
  histogram_deltas: () => ["INSERT INTO histogram_deltas (deltas) VALUES ('[]')"],
  auth_sessions: (id, at) => [
    `INSERT INTO auth_sessions (id, subject, role, credential, created_at, last_used_at, expires_at)
      VALUES ('i${id}', 'a', 'admin', '', ${at}, ${at}, ${at})`,
  ],
  refresh_tokens: (id, at) => [
    `INSERT INTO refresh_tokens (token_hash, session_id, issued_at, expires_at) VALUES ('h${id}', 's', ${at}, ${at})`,
  ],
  idempotency_keys: (id, at) => [
    `INSERT INTO idempotency_keys (key_hash, body_hash, claimed_at, claim, expires_at) VALUES ('k${id}', 'b', ${at}, 'c', ${at})`,
  ],
  audit_denials: (id, at) => [
    `INSERT INTO audit_denials VALUES (${Math.floor(at / 60_000)}, 'k', 'w${id}', 1, ${at})`,
  ],
  adapter_streams: (id, at) =>
    // Twice silent: what the first flush leaves is gone with the second.
    [`INSERT INTO adapter_streams VALUES (1, 'get5', 's${id}', 1, '{}', NULL, ${at})`],
  decision_changes: (id, at) => [
    `INSERT INTO decision_changes (game, subject, decision_id, kind, at, body) VALUES ('default', 'owl', ${id}, 'add', ${at}, '{}')`,
  ],
  outbox: (id, at) => [
    `INSERT INTO outbox VALUES (${id}, 'decision.made', 'default', ${at}, '{}')`,
    `UPDATE outbox_position SET event_id = ${id}`,
  ],
  deliveries: (id, at) => [
    `INSERT OR IGNORE INTO webhooks (id, name, host, sealed, format, created_at, created_by)
      VALUES (1, 'n', 'h', 's', 'json', ${at}, 'a')`,
    `INSERT INTO deliveries (webhook_id, event_id, state, due_at) VALUES (1, ${id}, 'delivered', ${at})`,
  ],
};

/** Sealed by the real sealer: entries, their seals, and the checkpoint that pruning leaves. */
const sealed = ["audit_entries", "audit_seals", "audit_checkpoints"];
/** Neither wait for a time: what the next baseline is folded from, and a stream that is idle, go at once. */
const atOnce = ["histogram_deltas"];

const ends = (kept: string) => kept !== "service" && kept !== "player";
const longAgoMs = nowMs - 5_000 * dayMs;
const untilMs = nowMs + 30 * dayMs;
const hasExpiry = ["auth_sessions", "refresh_tokens", "idempotency_keys"];

async function fill(): Promise<void> {
  for (const [name, insert] of Object.entries(inserts)) {
    const youngMs = hasExpiry.includes(name) ? untilMs : nowMs - 60_000;
    await run(...insert(1, longAgoMs), ...insert(2, youngMs)).catch((error: Error) => {
      throw new Error(`${name}: ${error.message}`);
    });
  }
  await appendBulk(2, nowMs - 60_000);
}

async function runAll(): Promise<void> {
  for (const job of jobs) await runJobs(service, job);
}

describe("tables whose rows end", () => {
  it("are all tried here", () => {
    const names = registry.filter(({ kept }) => ends(kept)).map(({ name }) => name);
    expect([...Object.keys(inserts), ...sealed].toSorted()).toEqual(names.toSorted());
  });

  it("lose the old row to some job, and keep the young one", async () => {
    await fill();
    const before = await tableCounts();
    for (const name of Object.keys(inserts))
      if (name in before) expect(before[name], name).toBeGreaterThan(1);
    await runAll();
    await runAll();
    const after = await tableCounts();
    const left = Object.fromEntries(Object.keys(inserts).map((name) => [name, after[name]]));
    const one = Object.fromEntries(
      Object.keys(inserts)
        .filter((name) => name in after)
        .map((name) => [name, atOnce.includes(name) ? 0 : 1]),
    );
    // Of baselines, one that was replaced a minute ago is still what scores rest on.
    expect(left).toEqual({ ...left, ...one, baseline_versions: 3 });
    const baselines = await all("SELECT version FROM baseline_versions");
    expect(baselines).toEqual([{ version: 2 }, { version: 3 }, { version: 4 }]);
    for (const name of ["auth_sessions", "audit_denials"]) {
      const old = await all(
        `SELECT * FROM ${name} WHERE ${name === "auth_sessions" ? "id = 'i1'" : "who = 'w1'"}`,
      );
      expect(old, name).toEqual([]);
    }
    expect(await all(`SELECT id FROM audit_entries WHERE at < ${nowMs - 366 * dayMs}`)).toEqual([]);
    expect(await all("SELECT entries FROM audit_checkpoints")).toEqual([{ entries: 3 }]);
    expect(await all(`SELECT last_id FROM audit_seals WHERE last_at < ${nowMs - 366 * dayMs}`)).toEqual([]);
    await expectCountersRight({ isPruned: true });
  });

  it("lose the young one in its time too, and nothing else is lost ever", async () => {
    await fill();
    await runAll();
    const before = await tableCounts();
    service.clock.nowMs = nowMs + 5_000 * dayMs;
    await runAll();
    await runAll();
    const after = await tableCounts();
    // The last of each: a scope's baseline, and the ends that streams go on from.
    const stays = { baseline_versions: 1, decision_changes: 1, outbox: 1, deliveries: 1 };
    for (const { name, kept } of registry) {
      if (!(name in after) || sealed.includes(name)) continue;
      if (ends(kept)) expect(after[name], name).toBe(stays[name as keyof typeof stays] ?? 0);
      else if (!["patterns", "scopes"].includes(name))
        expect(after[name], name).toBeGreaterThanOrEqual(before[name] ?? 0);
    }
    await expectCountersRight({ isPruned: true });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM players").first("n")).toBe(1);
  });
});
