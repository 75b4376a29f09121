/**
 * `npm run bench:ingest [ROUNDS]`: sessions a second at batches of 1 to 10,000, beside the limit (a bare route that
 * parses and inserts the same rows into the same table) and one request per session. Service and limit take turns, so
 * that whatever else the machine does burdens both.
 */
import { loadavg } from "node:os";
import { type BenchService, startBench } from "./miniflare.ts";
import { rowOf } from "./rows.ts";
import { cpuMs } from "./workerd.ts";

const rounds = Number(process.argv[2] ?? 3);
const players = 200;
/** Cloudflare's list price of D1: developers.cloudflare.com/d1/platform/pricing */
const dollarsPerMillionRows = 1;

interface Plan {
  readonly batch: number;
  /** Requests a round. */
  readonly requests: number;
}
const plans: readonly Plan[] = [
  { batch: 1, requests: 200 },
  { batch: 100, requests: 40 },
  { batch: 1_000, requests: 10 },
  { batch: 10_000, requests: 2 },
];

interface Target {
  readonly name: string;
  readonly service: BenchService;
  send(rows: readonly ReturnType<typeof rowOf>[]): Promise<number>;
}

interface Tally {
  sessions: number;
  seconds: number;
  cpuMs: number;
  written: number;
}

const writtenIn = (timing: string) => Number(/(\d+) rows written/.exec(timing)?.[1] ?? 0);
let next = 0;
const rowsOf = (count: number) =>
  Array.from({ length: count }, () => {
    next += 1;
    return rowOf(1 + (next % players), Math.floor(next / players), 60);
  });

async function measure(target: Target, { batch, requests }: Plan, tally: Tally): Promise<void> {
  const bodies = Array.from({ length: requests }, () => rowsOf(batch));
  const before = { cpu: cpuMs(target.service.pid), at: performance.now() };
  for (const rows of bodies) tally.written += await target.send(rows);
  tally.seconds += (performance.now() - before.at) / 1_000;
  tally.cpuMs += cpuMs(target.service.pid) - before.cpu;
  tally.sessions += batch * requests;
}

const empty = (): Tally => ({ sessions: 0, seconds: 0, cpuMs: 0, written: 0 });

function lineOf({ sessions, seconds, cpuMs: cpu, written }: Tally, limit: Tally | null) {
  const rate = sessions / seconds;
  const perSession = written / sessions;
  return {
    "sessions/s": Math.round(rate),
    "of the limit": limit ? `${Math.round((100 * rate * limit.seconds) / limit.sessions)} %` : "",
    "CPU us/session": Math.round((1_000 * cpu) / sessions),
    "of the limit's CPU": limit ? `${((cpu / sessions) * (limit.sessions / limit.cpuMs)).toFixed(1)} x` : "",
    "rows written/session": perSession.toFixed(3),
    "$ per million sessions": (perSession * dollarsPerMillionRows).toFixed(2),
  };
}

const [service, bare] = [
  await startBench(),
  await startBench({ config: "test/bench/limit.toml", isService: false }),
];

const bulk: Target = {
  name: "bulk",
  service,
  async send(rows) {
    const { body, timing } = await service.send(
      "/api/telemetry/sessions",
      JSON.stringify({ sessions: rows }),
    );
    if (body.accepted !== rows.length) throw new Error(`accepted ${body.accepted} of ${rows.length}`);
    return writtenIn(timing);
  },
};
const limit: Target = {
  name: "limit",
  service: bare,
  async send(rows) {
    return Number((await bare.send("/", JSON.stringify({ sessions: rows }))).body.written);
  },
};
const single: Target = {
  name: "one request per session",
  service,
  async send([row]) {
    const { player, game, ...session } = row ?? rowOf(1, 1);
    const { timing } = await service.send(
      `/api/players/@${player}/session?game=${game}`,
      JSON.stringify(session),
    );
    return writtenIn(timing);
  },
};

try {
  // Every player is known, and both workers are warm, before anything is counted.
  for (const target of [bulk, limit]) for (let n = 0; n < 5; n++) await target.send(rowsOf(1_000));
  const table: Record<string, ReturnType<typeof lineOf>> = {};
  for (const plan of plans) {
    const tallies = { bulk: empty(), limit: empty(), single: empty() };
    for (let round = 0; round < rounds; round++) {
      await measure(limit, plan, tallies.limit);
      await measure(bulk, plan, tallies.bulk);
      if (plan.batch === 1) await measure(single, plan, tallies.single);
    }
    table[`limit, ${plan.batch} a request`] = lineOf(tallies.limit, null);
    table[`bulk, ${plan.batch} a request`] = lineOf(tallies.bulk, tallies.limit);
    if (plan.batch === 1) table[single.name] = lineOf(tallies.single, tallies.limit);
  }
  console.table(table);
  console.log(
    `Load of the machine (1, 5, 15 minutes): ${loadavg()
      .map((load) => load.toFixed(1))
      .join(", ")}`,
  );
} finally {
  await Promise.all([service.stop(), bare.stop()]);
}
