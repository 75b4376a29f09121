/**
 * `npm run bench`: everything in one table, as Markdown on stdout. BENCH_QUICK=1 asks less often and fills a smaller
 * database; progress goes to stderr.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { BuiltWorker } from "../../src/cli/serve/built.ts";
import type { Units } from "./bill.ts";
import { lostRequests } from "./client.ts";
import { measureCore, sessionsEach } from "./core.ts";
import { endpoints } from "./endpoints.ts";
import {
  type Bare,
  bareOf,
  bareRead,
  type Figures,
  type Measured,
  measureBare,
  measureEndpoint,
  median,
} from "./measure.ts";
import { buildBench, startBench } from "./miniflare.ts";
import { billTable, endpointTable, shown, tableOf } from "./report.ts";
import { bundleKb, measureStart } from "./startup.ts";
import { copyState } from "./state.ts";
import { readStorage } from "./storage.ts";
import { measureIngest, measureSweep, type Rate } from "./throughput.ts";
import { startWorld, type World } from "./world.ts";

const isQuick = process.env.BENCH_QUICK === "1";
const sizes = [1_000, Number(process.env.BENCH_SESSIONS ?? (isQuick ? 20_000 : 500_000))] as const;
const inFlight = 4;
const plan = isQuick ? { rounds: 3, requestsARound: 60 } : { rounds: 5, requestsARound: 200 };
const starts = isQuick ? 3 : 7;

const startedMs = performance.now();
const progress = (what: string): void =>
  console.error(`${((performance.now() - startedMs) / 1_000).toFixed(0)} s: ${what}`);

async function startBare(worker: BuiltWorker): Promise<Bare> {
  const service = await startBench({ worker, isService: false });
  const db = await service.database();
  await db
    .prepare(
      "INSERT INTO players (game, ref, username, name_key, created_at) VALUES ('sim', 'x', 'x', 'x', 1)",
    )
    .run();
  return bareOf(service, inFlight);
}

async function measureAll(worlds: readonly World[], bare: Bare) {
  const route = await measureBare(bare, "/", plan);
  const read = await measureBare(bare, bareRead, plan);
  const measured: Measured[] = [];
  for (const endpoint of endpoints) {
    progress(endpoint.name);
    measured.push(await measureEndpoint(endpoint, worlds, bare, plan));
  }
  return { bare: { route, read }, measured };
}

const figuresOf = (measured: readonly Measured[], name: string): Figures => {
  const found = measured.find(({ endpoint }) => endpoint.name === name)?.bySize.at(-1);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
};

function ratesTable(
  ingest: Rate & { readonly ofBare: number },
  sweep: Rate,
  core: readonly number[],
): string {
  const row = (name: string, { perSecond, cpuUs, rowsRead, rowsWritten }: Rate, note: string) => [
    name,
    ...[perSecond, cpuUs, rowsRead, rowsWritten].map(shown),
    note,
  ];
  return tableOf(
    ["", "a second", "CPU µs each", "rows read each", "rows written each", ""],
    [
      row(
        "sessions taken in, 1,000 a request",
        ingest,
        `${Math.round(100 * ingest.ofBare)} % of a bare route`,
      ),
      row("standings swept", sweep, "as many sessions each as are evidence, at most 100"),
      [
        "players scored by the pure core",
        shown(median(core)),
        "",
        "",
        "",
        `${sessionsEach} sessions each, Node`,
      ],
    ],
  );
}

async function startTable(service: BuiltWorker, bare: BuiltWorker): Promise<string> {
  const rows: string[][] = [];
  for (const [name, worker, path] of [
    ["service", service, "/health"],
    ["bare Hono", bare, "/"],
  ] as const) {
    const all = [];
    for (let n = 0; n < starts; n++) all.push(await measureStart(worker, path));
    const answered = all.map(({ answeredMs }) => answeredMs);
    const { plain, gzipped } = bundleKb(worker);
    rows.push([
      name,
      shown(median(answered)),
      `${Math.min(...answered).toFixed(0)} to ${Math.max(...answered).toFixed(0)}`,
      ...[median(all.map(({ cpuMs }) => cpuMs)), median(all.map(({ residentMb }) => residentMb))].map(shown),
      ...[plain, gzipped].map(shown),
    ]);
  }
  const heads = ["", "first answer ms", "of all", "CPU ms", "memory MB", "bundle KB", "gzip KB"];
  return tableOf(heads, rows);
}

const built = mkdtempSync(join(tmpdir(), "bench-built-"));
const states: string[] = [];
const running: (World | Bare)[] = [];
const stopAll = async () => {
  for (const { client, service } of running.splice(0)) {
    await client.close();
    await service.stop();
  }
};
try {
  const worker = await buildBench(join(built, "service"));
  const bareWorker = await buildBench(join(built, "bare"), "test/bench/bare/wrangler.toml");
  for (const size of sizes) states.push(await copyState(worker, size));
  const storage = await readStorage(states.at(-1) ?? "");
  progress("databases are filled");
  const worlds: World[] = [];
  for (const state of states) {
    const world = await startWorld(worker, state, inFlight);
    worlds.push(world);
    running.push(world);
  }
  const bare = await startBare(bareWorker);
  running.push(bare);
  const { bare: bareFigures, measured } = await measureAll(worlds, bare);
  const large = worlds.at(-1) as World;
  progress("ingest and sweep");
  const ingest = await measureIngest(large, bare, isQuick ? 2 : 3, isQuick ? 5 : 20);
  const sweep = await measureSweep(large, isQuick ? 400 : 4_000);
  await stopAll();
  progress("core and start");
  const core = measureCore(isQuick ? 300 : 1_500, 5);
  const startFigures = await startTable(worker, bareWorker);
  const units: Units = {
    single: figuresOf(measured, "single session"),
    bulkSession: ingest,
    standing: sweep,
    check: figuresOf(measured, "check"),
    bytesPerSession: storage.bytesASessionInAll,
  };
  const [cpu] = cpus();
  console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of ${cpu?.model.trim()}, Node ${process.versions.node}, \
load of the machine ${loadavg()
    .map((load) => load.toFixed(1))
    .join(", ")}. Each endpoint: ${plan.rounds} rounds of \
${plan.requestsARound} requests (writes fewer), ${inFlight} at once, after a round that is not counted.\n`);
  console.log(`${endpointTable(sizes, bareFigures, measured)}\n`);
  console.log(`${ratesTable(ingest, sweep, core)}\n`);
  console.log(`${startFigures}\n`);
  const { megabytes, sessions, bytesASession, bytesAnEvent, bytesAPlayer, bytesASessionInAll } = storage;
  const bytes = [bytesASession, bytesAnEvent, bytesAPlayer, bytesASessionInAll].map(shown);
  const heads = ["sessions", "database MB", "bytes a session", "an event", "a player", "all over sessions"];
  console.log(`${tableOf(heads, [[sessions.toLocaleString("en-US"), shown(megabytes), ...bytes]])}\n`);
  console.log(billTable(units));
  if (lostRequests() > 0) progress(`${lostRequests()} requests were never answered, and are left out`);
} finally {
  await stopAll();
  for (const folder of [...states, built]) rmSync(folder, { recursive: true, force: true });
}
progress("done");
