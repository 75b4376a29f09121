/** `GET /metrics`: what was counted, and what a few rows say. */
import { batch, type Db } from "../../db/client.ts";
import {
  addCounts,
  type Backlog,
  type Block,
  type FlagRow,
  type JobEnd,
  type State,
  selectBacklog,
  selectBlocks,
  selectFlags,
} from "../../db/metrics.ts";
import { type Exposed, type Sample, writeExposition } from "../../metrics/exposition.ts";
import { counters, durationBoundsSeconds, durations, type GaugeId, gauges } from "../../metrics/families.ts";
import { type Counts, durationKeyOf, durationSumKey, partsOf, type Tally } from "../../metrics/tally.ts";

type Gauges = Partial<Record<GaugeId, readonly (readonly [labels: readonly string[], value: number])[]>>;

const samplesOf = (
  names: readonly string[],
  labels: readonly string[],
  value: number,
  suffix = "",
): Sample => ({
  suffix,
  labels: names.map((name, place) => [name, labels[place] ?? ""] as const),
  value,
});

/** What is counted without labels is 0 until it happens. */
function exposedCounters(counts: Counts): Exposed[] {
  const series = Object.entries(counts).map(([key, value]) => ({ ...partsOf(key), value }));
  const byId = Map.groupBy(series, ({ id }) => id);
  return Object.entries(counters).map(([id, family]) => {
    const known = byId.get(id) ?? (family.labels.length === 0 ? [{ labels: [], value: 0 }] : []);
    return {
      family,
      samples: known.map(({ labels, value }) => samplesOf(family.labels, labels, value, "_total")),
    };
  });
}

/** Buckets are stored each by itself and exposed as the format has them: each with all below it. */
function exposedDurations(counts: Counts): Exposed {
  let sum = 0;
  const bounds = [...durationBoundsSeconds.map((bound) => bound.toFixed(3).replace(/0{1,2}$/, "")), "+Inf"];
  const buckets = bounds.map((bound, place): Sample => {
    sum += counts[durationKeyOf(place)] ?? 0;
    return { suffix: "_bucket", labels: [["le", bound]], value: sum };
  });
  const whole = [samplesOf([], [], sum, "_count"), samplesOf([], [], counts[durationSumKey] ?? 0, "_sum")];
  return { family: durations, samples: [...buckets, ...whole] };
}

const one = (value: number) => [[[], value]] as const;
const ageOf = (sinceMs: number | null, nowMs: number) =>
  one(sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs) / 1_000);

function gaugesOfJobs(ends: Readonly<Record<string, JobEnd>>): Gauges {
  const jobs = Object.entries(ends);
  return {
    jobEnd: jobs.map(([job, { at }]) => [[job], at / 1_000]),
    jobDuration: jobs.map(([job, { ms }]) => [[job], ms / 1_000]),
    jobOk: jobs.map(([job, { ok }]) => [[job], ok ? 1 : 0]),
    jobRemaining: jobs.map(([job, { remaining }]) => [[job], remaining]),
  };
}

function gaugesOfState(state: State, atMs: number, nowMs: number): Gauges {
  const openedAt = state.cases.map(({ opened_at }) => opened_at);
  return {
    stateAt: one(atMs / 1_000),
    cases: state.cases.map(({ state: name, n }) => [[name], n]),
    caseAge: ageOf(openedAt.length === 0 ? null : Math.min(...openedAt), nowMs),
    deliveries: [
      [["pending"], state.pending],
      [["dead"], state.dead],
    ],
    webhooksPaused: one(state.webhooks_paused),
    automationPaused: [
      [["quota"], state.automation_paused],
      [["build"], state.paused_by_build ?? 0],
      [["flag_rate"], state.paused_by_flag_rate ?? 0],
    ],
  };
}

function gaugesOfBacklog(backlog: Backlog, flags: readonly FlagRow[], nowMs: number): Gauges {
  return {
    backlog: one(backlog.pending),
    backlogAge: ageOf(backlog.changed_at, nowMs),
    players: one(backlog.players),
    sessions: one(backlog.sessions),
    events: one(backlog.events),
    flags: flags.map(({ detector, version, flags: n }) => [[detector, String(version)], n]),
  };
}

const exposedGauges = (known: Gauges): Exposed[] =>
  (Object.keys(gauges) as GaugeId[]).map((id) => ({
    family: gauges[id],
    samples: (known[id] ?? []).map(([labels, value]) => samplesOf(gauges[id].labels, labels, value)),
  }));

interface Looked {
  readonly counted: Counts;
  readonly blocks: readonly Block[];
  readonly backlog: Backlog | undefined;
  readonly flags: readonly FlagRow[];
}

function exposedBy({ counted: counts, blocks, backlog, flags }: Looked, nowMs: number): Exposed[] {
  const block = (name: string) => blocks.find((row) => row.name === name);
  const objectOf = (name: string) => JSON.parse(block(name)?.value ?? "{}");
  const state = block("state");
  return [
    ...exposedCounters(counts),
    exposedDurations(counts),
    ...exposedGauges({
      ...gaugesOfJobs(objectOf("jobs")),
      ...(state ? gaugesOfState(objectOf("state"), state.at, nowMs) : {}),
      ...(backlog ? gaugesOfBacklog(backlog, flags, nowMs) : {}),
    }),
  ];
}

/**
 * What this isolate has counted is stored first, so that no scrape ever sees a counter fall. At most 50 rows read and
 * one written.
 */
export async function readMetrics(db: Db, tally: Tally, nowMs: number): Promise<string> {
  const counted = await storeCounted(db, tally, nowMs);
  const month = new Date(nowMs).toISOString().slice(0, 7);
  const looks = [selectBlocks(db), selectBacklog(db), selectFlags(db, month)] as const;
  const [blocks, [backlog], flags] = await batch(db, looks);
  return writeExposition(exposedBy({ counted, blocks, backlog, flags }, nowMs));
}

async function storeCounted(db: Db, tally: Tally, nowMs: number): Promise<Counts> {
  const counts = tally.take(nowMs);
  try {
    return await addCounts(db, nowMs, counts);
  } catch (error) {
    tally.giveBack(counts);
    throw error;
  }
}
