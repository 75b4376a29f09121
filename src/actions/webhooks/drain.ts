/** Delivering what is due: receivers side by side, each in order and by one sender at a time. */
import { batch, type Db } from "../../db/client.ts";
import {
  type Claim,
  type Condition,
  claimReceiver,
  markDigest,
  type Outcome,
  recordPage,
} from "../../db/deliveries.ts";
import type { WebhookRow } from "../../db/webhooks.ts";
import { auditWrites } from "../audit.ts";
import { faultOfAddress } from "./address.ts";
import { retryDelayMs } from "./backoff.ts";
import { type Answered, afterAnswer, conditionOf } from "./condition.ts";
import { type Courier, sendOnce } from "./courier.ts";
import { type OpenedEndpoint, openEndpoint } from "./endpoint.ts";
import { groupsOf, parcelOfRows, type Rows } from "./message.ts";

/** A Worker may have six connections open at once; one is for the store. */
const lanes = 5;
/** Longer than a page can take: one more request of 10 s after the time is up. */
const leaseMs = 60_000;

interface Run {
  readonly db: Db;
  readonly courier: Courier;
  readonly nowMs: number;
  readonly isOver: () => boolean;
}

interface Page {
  readonly outcomes: Outcome[];
  readonly condition: Condition;
}

/** What counts against a delivery: a receiver that is busy or gone says nothing of it. */
const isAttempt = ({ status }: Answered) => status !== 429 && status !== 410;

function outcomesOf({ courier, nowMs }: Run, rows: Rows, answered: Answered): Outcome[] {
  const { status, error } = answered;
  const random = courier.random();
  return rows.map(({ event_id, attempts }): Outcome => {
    const made = attempts + (answered.isDelivered || isAttempt(answered) ? 1 : 0);
    if (answered.isDelivered) return [event_id, "delivered", made, nowMs, status, null];
    const delayMs = isAttempt(answered) ? retryDelayMs(made, random) : 0;
    if (delayMs === null) return [event_id, "dead", made, nowMs, status, error];
    const dueAtMs = nowMs + Math.max(delayMs, answered.retryAfterMs ?? 0);
    return [event_id, "pending", made, dueAtMs, status, error];
  });
}

/** Sends message after message until the receiver wants a pause, fails too often, or the time is up. */
async function sendPage(run: Run, { webhook, due }: Claim, endpoint: OpenedEndpoint): Promise<Page> {
  const { db, courier, nowMs } = run;
  const outcomes: Outcome[] = [];
  let condition = conditionOf(webhook, nowMs);
  for (const rows of groupsOf(due, webhook.digest === 1)) {
    if (courier.left <= 0 || run.isOver()) break;
    if (webhook.digest === 1 && rows[0].digest_of === null) {
      const eventIds = rows.map(({ event_id }) => event_id);
      await batch(db, [markDigest(db, nowMs, webhook.id, eventIds)]);
    }
    const answered = await sendOnce(courier, parcelOfRows(webhook, endpoint, rows, courier.now()));
    const told = outcomesOf(run, rows, answered);
    outcomes.push(...told);
    condition = afterAnswer(condition, answered, {
      nowMs,
      random: courier.random(),
      minIntervalMs: webhook.min_interval_ms,
      died: told.filter(([, state]) => state === "dead").length,
    });
    if (condition.pause !== null || condition.nextAtMs > nowMs) break;
  }
  return { outcomes, condition };
}

const paused = (webhook: WebhookRow, nowMs: number, pause: string): Page => ({
  outcomes: [],
  condition: { ...conditionOf(webhook, nowMs), pause },
});

/** Nobody asked for it: the entry of a pause is the cron's. */
const origin = { principal: "system:cron", address: null, requestId: null };

/** Serves a receiver that was claimed, and gives it back. @returns deliveries that ended, well or not */
async function serve(run: Run, claim: Claim, token: string): Promise<number> {
  const { db, courier, nowMs } = run;
  const { webhook } = claim;
  const endpoint = await openEndpoint(courier.secrets, webhook);
  const page =
    endpoint === null
      ? paused(webhook, nowMs, "secret_unreadable")
      : faultOfAddress(endpoint.url, courier.isDevelopment) !== null
        ? paused(webhook, nowMs, "address_refused")
        : await sendPage(run, claim, endpoint);
  const resealed = endpoint?.resealed == null ? null : { was: webhook.sealed, now: endpoint.resealed };
  const { outcomes, condition } = page;
  const target = `webhook:${webhook.id}`;
  const entry = { action: "webhook.change", target, details: { paused: condition.pause } } as const;
  await batch(db, [
    ...recordPage(db, nowMs, { id: webhook.id, token }, outcomes, condition, resealed),
    ...(condition.pause === null ? [] : await auditWrites({ db, nowMs, origin }, entry)),
  ]);
  return outcomes.filter(([, state]) => state !== "pending").length;
}

/**
 * Delivers what is due at `nowMs`, until nothing is, the time is up or the courier may send no more. Lanes take one
 * receiver after the other, so that one which does not answer holds up its lane alone; a lane opens the next one once
 * it has found work. What a crash leaves claimed is free again after a minute, and is sent again under the same ids.
 * @returns deliveries that ended, well or not
 */
export async function drainWebhooks(
  db: Db,
  courier: Courier,
  nowMs: number,
  isOver: () => boolean,
): Promise<number> {
  const run: Run = { db, courier, nowMs, isOver };
  const opened: Promise<void>[] = [];
  const failures: unknown[] = [];
  let ended = 0;
  const open = () => {
    if (opened.length < lanes) opened.push(walk().catch((error: unknown) => void failures.push(error)));
  };
  async function walk(): Promise<void> {
    for (let taken = 0; courier.left > 0 && !isOver(); taken++) {
      const token = crypto.randomUUID();
      const claim = await claimReceiver(db, nowMs, { token, leaseMs });
      if (claim === null) return;
      if (taken === 0) open();
      ended += await serve(run, claim, token);
    }
  }
  open();
  // The list grows while it is walked.
  for (const one of opened) await one;
  if (failures.length > 0) throw failures[0];
  return ended;
}
