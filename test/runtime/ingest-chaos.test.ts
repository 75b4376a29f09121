/** Senders that break off, a store that fails before or after it wrote, deliveries twice and out of order: 50 seeds. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ActionContext } from "../../src/actions/context.ts";
import type { IngestAnswer } from "../../src/actions/ingest/answer.ts";
import { ingest } from "../../src/actions/ingest/ingest.ts";
import { sessionKind } from "../../src/actions/ingest/sessions.ts";
import { createDb } from "../../src/db/client.ts";
import { ndjsonRows } from "../../src/http/bulk/ndjson.ts";
import { wireParts } from "../../src/http/bytes.ts";
import { Problem } from "../../src/http/problem.ts";
import { watchedD1 } from "./fault.ts";
import { createRandom } from "./random.ts";
import { expectCountersRight, expectDaysRight } from "./recount.ts";
import { iso } from "./samples.ts";
import { env, freshDatabase, nowMs } from "./service.ts";
import { bytesOf, linesOf } from "./streams.ts";

type Random = ReturnType<typeof createRandom>;

const senders = 10;
const rowsOfSeed = 60;
/** Rows of a chunk: a delivery takes several. */
const chunkRows = 8;

/** A D1 that fails now and then: before it does anything, or after it has done everything. */
function moodyD1(random: Random, percent: number) {
  const lost = { sessions: 0 };
  const after = (results: readonly D1Result[], texts: readonly string[]) => {
    const place = texts.findIndex((text) => text.startsWith("INSERT INTO sessions"));
    if (random(100) >= percent) return;
    // Written, but nobody hears of it.
    lost.sessions += results[place]?.meta.changes ?? 0;
    throw new Error("D1_ERROR: Network connection lost.");
  };
  const before = () => {
    if (random(100) < percent) throw new Error("D1_ERROR: Network connection lost.");
  };
  return { DB: watchedD1(env.DB, before, after), lost };
}

/** The bytes in parts of random size; breaks off after `end` bytes where that is within them. */
function brokenStream(bytes: Uint8Array, random: Random, end: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= end) return controller.error(new Error("the sender has gone"));
      if (at >= bytes.length) return controller.close();
      const to = Math.min(at + 1 + random(3_000), bytes.length, end);
      controller.enqueue(bytes.slice(at, to));
      at = to;
    },
  });
}

const contextOf = (DB: D1Database): ActionContext => ({
  db: createDb(DB),
  nowMs,
  completion: null,
  origin: { principal: "key:1", address: null, requestId: null },
  reach: { games: null, defaultGame: "default" },
  newId: () => crypto.randomUUID(),
});

interface Row {
  readonly session_id: string;
  readonly kills: number;
}

const isBad = ({ kills }: Row) => kills < 0;
const gameOf = (seed: number) => `g${seed}`;

const rowsFor = (seed: number) =>
  Array.from({ length: rowsOfSeed }, (_, n) => ({
    player: `p${n % 9}`,
    game: gameOf(seed),
    session_id: `s${n}`,
    recorded_at: iso(nowMs - n * 60_000),
    kills: n % 17 === 5 ? -1 : n,
    headshot_rate: n / 200,
  }));

async function storedOf(seed: number): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT s.session_id FROM players p JOIN sessions s ON s.player_id = p.id WHERE p.game = ?",
  )
    .bind(gameOf(seed))
    .all<{ session_id: string }>();
  return results.map(({ session_id }) => session_id);
}

interface Outcome {
  readonly accepted: number;
  /** Rows decided; all of them where it ended well. */
  readonly decided: number;
}

/** Delivers rows once, and holds the answer to its word at the time it is given. */
async function deliver(seed: number, rows: readonly Row[], DB: D1Database, random: Random): Promise<Outcome> {
  const bytes = bytesOf(linesOf(rows));
  const end = random(3) === 0 ? random(bytes.length) : Number.POSITIVE_INFINITY;
  const parts = ndjsonRows(wireParts(brokenStream(bytes, random, end), 1_000_000));
  const ctx = contextOf(DB);
  let answer: Omit<IngestAnswer, "unknown_fields">;
  let decided = rows.length;
  try {
    answer = await ingest(ctx, sessionKind(ctx, 0), parts, { chunkRows });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect([400, 503]).toContain(error.status);
    answer = error.members as unknown as IngestAnswer;
    decided = Number(error.members.stored_through) + 1;
  }
  expect(answer.accepted + answer.duplicates + answer.rejected.length).toBe(decided);
  const refused = answer.rejected.map(({ index }) => index);
  expect(refused).toEqual(rows.slice(0, decided).flatMap((row, n) => (isBad(row) ? [n] : [])));
  const stored = new Set(await storedOf(seed));
  const said = rows.slice(0, decided).filter((row) => !isBad(row));
  expect(said.filter(({ session_id }) => !stored.has(session_id))).toEqual([]);
  return { accepted: answer.accepted, decided };
}

const shuffled = <T>(list: readonly T[], random: Random): T[] =>
  list
    .map((value) => [random(1_000_000), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);

/** One sender: its part of the rows, some of them twice, in an order of its own, until all are in. */
async function sendAll(seed: number, all: readonly Row[], sender: number, DB: D1Database): Promise<number> {
  const random = createRandom(seed * 1_000 + sender);
  const part = all.filter((_, n) => n % senders === sender || random(4) === 0);
  let rest = shuffled([...part, ...part.slice(0, random(10))], random);
  let accepted = 0;
  for (let tries = 0; rest.length > 0; tries++) {
    if (tries > 200) throw new Error("It never ends.");
    const outcome = await deliver(seed, rest, DB, random);
    accepted += outcome.accepted;
    // Sending on from where it broke off, or everything again, is the same.
    if (outcome.decided === rest.length || random(2) === 0) rest = rest.slice(outcome.decided);
  }
  return accepted;
}

describe("chaos", () => {
  beforeAll(freshDatabase);

  it.each(Array.from({ length: 50 }, (_, n) => n + 1))("seed %i: each session once", async (seed) => {
    const { DB, lost } = moodyD1(createRandom(seed), 5);
    const all = rowsFor(seed);
    const accepted = await Promise.all(
      Array.from({ length: senders }, (_, sender) => sendAll(seed, all, sender, DB)),
    );
    const good = all.filter((row) => !isBad(row)).map(({ session_id }) => session_id);
    expect((await storedOf(seed)).sort()).toEqual(good.sort());
    expect(accepted.reduce((sum, n) => sum + n, 0) + lost.sessions).toBe(good.length);
    // Each recount reads all seeds so far.
    if (seed % 5 === 0) {
      await expectCountersRight();
      await expectDaysRight();
    }
  });
});
