/** Cases, decisions and settings as they are stored, and reviewers who claim and judge. */
import { signAppealLink } from "../../src/auth/appeal-links.ts";
import type { Verdict } from "../../src/decisions/verdict.ts";
import type { LedgerLine } from "../../src/detection/risk.ts";
import type { Call, Reply, Service } from "./service.ts";
import { env, nowMs } from "./service.ts";

const jwtSecret = "test-secret-of-more-than-thirty-two-bytes";
export const hour = 3_600_000;

/** A line of aim that a case may rest on. */
export const aimLine: LedgerLine = {
  kind: "term",
  id: "aim.headshot-level",
  group: "aim",
  points: 8_325,
  sentence: "Hit the head with 61.2 % of 400 kills; the scope's median is 24 %.",
  observed: 0.612,
  unit: "share",
  median: 0.24,
  per100k: 0.4,
  exposure: 400,
  sinceMs: nowMs - 24 * hour,
  sessionIds: ["evening-session"],
};

/** What a case was opened on, as far as verdicts and explanations look into it. */
const evidenceOf = (game: string, mode: string, ledger: readonly LedgerLine[]) =>
  JSON.stringify({
    format: 1,
    game,
    mode,
    score: {
      risk: 8_325,
      confidence: "sufficient",
      calibrated: true,
      ledger,
      versions: { core: 3, profile: 0, baseline: 2, detectors: { "aim.headshot-level": 1 } },
    },
  });

export interface StoredCase {
  readonly id: number;
  readonly playerId: number;
  readonly game: string;
  readonly mode: string;
  readonly state: string;
  readonly review: string;
  readonly round: number;
  readonly verdict: Verdict | null;
  readonly holder: string | null;
  readonly leaseUntilMs: number | null;
  readonly ledger: readonly LedgerLine[];
}

const stored: StoredCase = {
  id: 1,
  playerId: 1,
  game: "cs2",
  mode: "premier",
  state: "open",
  review: "first",
  round: 1,
  verdict: null,
  holder: null,
  leaseUntilMs: null,
  ledger: [aimLine],
};

/** The player of a case or a decision, with one standing. */
const withPlayer = (id: number, game: string, mode: string) => [
  env.DB.prepare(
    `INSERT OR IGNORE INTO players (id, game, ref, username, name_key, created_at)
      VALUES (?1, ?2, 'ref-' || CAST(?1 AS INTEGER), 'player', 'player', 0)`,
  ).bind(id, game),
  env.DB.prepare(
    `INSERT OR IGNORE INTO standings (player_id, mode, game, top, risk)
      VALUES (?1, ?3, ?2, NOT EXISTS (SELECT 1 FROM standings WHERE player_id = ?1), 0)`,
  ).bind(id, game, mode),
];

/** Puts a case into the database, with its player and what it was opened on. */
export async function insertCase(more: Partial<StoredCase> = {}): Promise<StoredCase> {
  const row = { ...stored, ...more };
  await env.DB.batch([
    ...withPlayer(row.playerId, row.game, row.mode),
    env.DB.prepare(
      `INSERT INTO cases (id, player_id, game, mode, state, origin, review, round, opened_at, opened_by, risk, confidence,
        baseline_version, evidence_hash, priority, holder, lease_until, verdict, decided_at)
        VALUES (?, ?, ?, ?, ?, 'detection', ?, ?, ?, 'system:cron', 8325, 'sufficient', 2, 'h', 1, ?, ?, ?, ?)`,
    ).bind(
      ...[row.id, row.playerId, row.game, row.mode, row.state, row.review, row.round, nowMs - hour],
      ...[row.holder, row.leaseUntilMs, row.verdict, row.verdict === null ? null : nowMs - hour],
    ),
    env.DB.prepare("INSERT INTO case_evidence (case_id, content, judged) VALUES (?, ?, '{}')").bind(
      row.id,
      evidenceOf(row.game, row.mode, row.ledger),
    ),
  ]);
  return row;
}

export interface StoredDecision {
  readonly id: number;
  readonly playerId: number;
  readonly home: string;
  readonly game: string;
  readonly type: string;
  readonly caseId: number | null;
  readonly origin: "person" | "automatic";
  readonly madeBy: string;
  readonly endKind: string | null;
}

const decided: StoredDecision = {
  id: 1,
  playerId: 1,
  home: "cs2",
  game: "cs2",
  type: "ban",
  caseId: 1,
  origin: "person",
  madeBy: "user:maker",
  endKind: null,
};

/** Puts a decision into the database that has begun, or is over if it says how. */
export async function insertDecision(more: Partial<StoredDecision> = {}): Promise<StoredDecision> {
  const row = { ...decided, ...more };
  await env.DB.batch(withPlayer(row.playerId, row.home, "premier"));
  await env.DB.prepare(
    `INSERT INTO decisions (id, player_id, place, subject, home, game, type, starts_at, policy, reason, case_id, origin,
      made_by, made_at, ended_at, end_kind, end_reason, emitted)
      VALUES (?1, ?2, ?1, 'ref-' || CAST(?2 AS INTEGER), ?3, ?4, ?5, ?6, 'cheating', 'seen', ?7, ?8, ?9, ?6, ?10, ?11, ?11, 'added')`,
  )
    .bind(
      ...[
        row.id,
        row.playerId,
        row.home,
        row.game,
        row.type,
        nowMs - hour,
        row.caseId,
        row.origin,
        row.madeBy,
      ],
      ...[row.endKind === null ? null : nowMs - hour / 2, row.endKind],
    )
    .run();
  return row;
}

/** One policy, so that a verdict can ask for it. */
const policies = { cheating: { ladder: [{ type: "ban" }] } };

/** Declares the share of second reviews. */
export const setShare = (share: number, game = "cs2") =>
  env.DB.prepare(
    `INSERT INTO enforcement_settings (game, version, settings, declared_at, declared_by)
      SELECT ?1, coalesce(max(version), 0) + 1, ?2, 0, 'user:tester' FROM enforcement_settings WHERE game = ?1`,
  )
    .bind(game, JSON.stringify({ second_review_share: share, policies }))
    .run();

/** Leases a case to somebody, as a claim does. */
export const hold = (caseId: number, subject: string, untilMs = nowMs + hour) =>
  env.DB.prepare(
    `UPDATE cases SET state = iif(state = 'open', 'claimed', state), holder = ?, lease_until = ?,
      revision = revision + 1 WHERE id = ?`,
  )
    .bind(`user:${subject}`, untilMs, caseId)
    .run();

export const judge = (
  service: Service,
  subject: string,
  verdict: Verdict,
  { caseId = 1, ...more }: Call & { caseId?: number; body?: object } = {},
): Promise<Reply> =>
  service.call(`/api/cases/${caseId}/verdict`, {
    role: "analyst",
    subject,
    ...more,
    body: { verdict, reason: `${subject} says so`, ...more.body },
  });

/** The path of a link to the appeal of a decision, as the service signs it. */
export const linkTo = async (decisionId: number, atMs = nowMs, secret = jwtSecret): Promise<string> =>
  `/appeals/${await signAppealLink(secret, decisionId, atMs, "test")}`;

/** Claims and judges at once. */
export async function review(
  service: Service,
  subject: string,
  verdict: Verdict,
  caseId = 1,
): Promise<Reply> {
  await hold(caseId, subject);
  return judge(service, subject, verdict, { caseId });
}

export const caseRow = async (id = 1) =>
  (await env.DB.prepare("SELECT * FROM cases WHERE id = ?").bind(id).first<Record<string, unknown>>()) ?? {};
