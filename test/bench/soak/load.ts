/** Mixed load on a service that is killed again and again: who does what, and what was acknowledged to them. */
import { setTimeout as pause } from "node:timers/promises";
import { rowOf } from "../rows.ts";
import { byCookie, byToken, type Caller, type Credentials, createCaller, type Tally } from "./caller.ts";

export const game = "soak";
export const analyst: Credentials = { username: "soak_analyst", password: "plum orbit canvas ninety" };
const players = 200;
const rowsOfBulk = 100;
/** One bulk request in so many is sent again although it was acknowledged. */
const resentEvery = 5;

/** What the service said that it had taken. */
export interface Ledger {
  /** `ref session_id`. */
  readonly sessions: Set<string>;
  readonly events: Set<string>;
  readonly reports: Set<string>;
  readonly decisions: Set<number>;
  readonly cases: Set<number>;
  readonly verdicts: Set<number>;
  /** What was said of rows and does not agree with what was sent. */
  readonly faults: string[];
}

export const createLedger = (): Ledger => ({
  sessions: new Set(),
  events: new Set(),
  reports: new Set(),
  decisions: new Set(),
  cases: new Set(),
  verdicts: new Set(),
  faults: [],
});

export interface Loaded {
  readonly origin: string;
  readonly ledger: Ledger;
  readonly admin: Credentials;
  /** By whom, what was answered. */
  readonly tally: Tally;
  /** An API key of all the scopes that machines need. */
  readonly key: string;
  isOver(): boolean;
}

const refOf = (n: number) => `p${n % players}`;

function callersOf({ origin, tally, key, admin }: Loaded) {
  return {
    machine: createCaller(origin, tally, async () => ({ "x-api-key": key })),
    boss: createCaller(origin, tally, byToken(origin, tally, admin)),
    judge: createCaller(origin, tally, byToken(origin, tally, analyst)),
    browser: createCaller(origin, tally, byCookie(origin, tally, analyst)),
  };
}

/** Distinct rows, the next ones each time; a minute apart, so that none lies in the future. */
function rowSource() {
  let next = 0;
  return (count: number) =>
    Array.from({ length: count }, () => {
      const n = next++;
      return { ...rowOf(n % players, Math.floor(n / players), 120), game };
    });
}

type Rows = ReturnType<ReturnType<typeof rowSource>>;

async function sendSessions(machine: Caller, ledger: Ledger, rows: Rows, isNdjson: boolean): Promise<void> {
  const lines = rows.map((row) => JSON.stringify(row)).join("\n");
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await machine.ask(
    "/api/telemetry/sessions",
    isNdjson ? { raw: lines, headers } : { body: { sessions: rows }, keyed: true },
  );
  if (answer.accepted + answer.duplicates !== rows.length) {
    ledger.faults.push(`Of ${rows.length} sessions ${JSON.stringify(answer)}`);
  }
  for (const { player, session_id } of rows) ledger.sessions.add(`${player} ${session_id}`);
}

/** Each of these does its work once. */
function actsOf(loaded: Loaded): Readonly<Record<string, (n: number) => Promise<unknown>>> {
  const { ledger } = loaded;
  const { machine, boss, judge, browser } = callersOf(loaded);
  const take = rowSource();
  let cursor: string | null = null;
  return {
    single: () => sendSessions(machine, ledger, take(1), false),
    async bulk(n) {
      const rows = take(rowsOfBulk);
      await sendSessions(machine, ledger, rows, n % 2 === 0);
      if (n % resentEvery === 0) await sendSessions(machine, ledger, rows, n % 2 === 0);
    },
    async event(n) {
      const at = new Date().toISOString();
      const event = { player: refOf(n), game, event_id: `e${n}`, type: "speed_hack", occurred_at: at };
      await machine.ask("/api/telemetry/events", { body: { events: [event] } });
      ledger.events.add(`e${n}`);
    },
    async report(n) {
      const body = { player: refOf(n), game, reason: "aimbot", reporter: refOf(n + 1) };
      const found = await machine.ask(`/api/players/@${refOf(n)}?game=${game}`).catch(() => null);
      if (found === null) return;
      const { event } = await machine.ask("/api/security/report", {
        body: { player_id: found.id, reason: body.reason, reporter: body.reporter },
        keyed: true,
      });
      ledger.reports.add(event.id);
    },
    async verdict(n) {
      const ref = `judged-${n}`;
      const player = await machine.ask("/api/players", { body: { game, ref, username: ref }, keyed: true });
      const opened = await boss.ask("/api/cases", { body: { player_id: player.id }, keyed: true });
      ledger.cases.add(opened.id);
      await judge.ask(`/api/cases/${opened.id}/claim`, { method: "POST" });
      const verdict = n % 3 === 0 ? "cleared" : "confirmed";
      await judge.ask(`/api/cases/${opened.id}/verdict`, { body: { verdict, reason: "Seen." }, keyed: true });
      ledger.verdicts.add(opened.id);
      const ban = { player_id: player.id, type: "ban", reason: "Aim assistance." };
      const { id } = await machine.ask("/api/decisions", { body: ban, keyed: true });
      ledger.decisions.add(id);
      const { decision } = await machine
        .ask(`/api/decisions/check?player=@${ref}&game=${game}`)
        .catch(() => ({}));
      if (decision === null) ledger.faults.push(`${ref} is banned, and the check does not say so`);
    },
    async stream() {
      const since: string = cursor === null ? "" : `?since=${encodeURIComponent(cursor)}`;
      cursor = (await machine.ask(`/api/decisions/stream${since}`)).cursor;
    },
    async reads(n) {
      await machine.ask("/api/security/dashboard");
      await machine.ask(`/api/players?game=${game}&limit=20`);
      const found = await machine.ask(`/api/players/@${refOf(n)}?game=${game}`).catch(() => null);
      if (found !== null) await machine.ask(`/api/security/player-risk/${found.id}`);
    },
    async console() {
      for (const page of ["/", "/players", "/queue", "/decisions"]) await browser.ask(page);
    },
  };
}

/** How long each of them rests between two works, in ms: together far below what the service carries. */
const restMs: Readonly<Record<string, number>> = {
  single: 50,
  bulk: 400,
  event: 150,
  report: 200,
  verdict: 500,
  stream: 300,
  reads: 100,
  console: 500,
};

/** Everybody works until it is over; a fault is written down, and the work goes on. */
export async function runLoad(loaded: Loaded): Promise<void> {
  const works = Object.entries(actsOf(loaded)).map(async ([name, act]) => {
    for (let n = 0; !loaded.isOver(); n++) {
      await act(n).catch((error: unknown) => loaded.ledger.faults.push(`${name}: ${error}`));
      await pause(restMs[name] ?? 100);
    }
  });
  await Promise.all(works);
}
