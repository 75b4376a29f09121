/** Whether the service can serve, and whether it keeps up: five yes or no, and no figures. */
import { batch, type Db } from "../../db/client.ts";
import { type JobEnd, selectBacklog, selectBlock } from "../../db/metrics.ts";

/** The sweep runs every five minutes, so it has failed twice by then. */
export const sweepSilentMs = 15 * 60_000;
/** A changed player that waits longer than this is told of, too. */
export const backlogAgedMs = 30 * 60_000;

const checkNames = ["configuration", "database", "limiter", "sweep", "backlog"] as const;
export type Checks = Readonly<Record<(typeof checkNames)[number], "ok" | "failing">>;

export interface Readiness {
  /** `degraded`: it serves, but scores are late. */
  readonly status: "ready" | "degraded" | "unready";
  readonly checks: Checks;
}

export interface Probes {
  readonly db: Db;
  readonly nowMs: number;
  isConfigured(): boolean;
  /** Rejects where the limiter cannot be reached. */
  askLimiter(): Promise<unknown>;
  pause(ms: number): Promise<void>;
}

/** A check that takes longer has failed. */
const patienceMs = 2_000;

const verdictOf = (isOk: boolean) => (isOk ? "ok" : "failing") as "ok" | "failing";

interface Progress {
  readonly sweep: boolean;
  readonly backlog: boolean;
}

/** A sweep that never ended yet is late only where somebody waits for it. */
function progressOf(
  changedAtMs: number | null,
  ends: Partial<Record<string, JobEnd>>,
  nowMs: number,
): Progress {
  const waitedMs = changedAtMs === null ? 0 : nowMs - changedAtMs;
  const { rescore } = ends;
  return {
    sweep: rescore ? rescore.ok && nowMs - rescore.at <= sweepSilentMs : waitedMs <= sweepSilentMs,
    backlog: waitedMs <= backlogAgedMs,
  };
}

async function readProgress({ db, nowMs }: Probes): Promise<Progress> {
  const [[backlog], [jobs]] = await batch(db, [selectBacklog(db), selectBlock(db, "jobs")]);
  return progressOf(backlog?.changed_at ?? null, jobs ? JSON.parse(jobs.value) : {}, nowMs);
}

/** What it comes to within the time that a check has; null where it fails or takes longer. */
const inTime = <T>({ pause }: Probes, work: Promise<T>): Promise<T | null> =>
  Promise.race([work.catch(() => null), pause(patienceMs).then(() => null)]);

/** One batch of three rows read, and one call to the limiter that takes no permit. */
export async function checkReadiness(probes: Probes): Promise<Readiness> {
  const [progress, limiter] = await Promise.all([
    inTime(probes, readProgress(probes)),
    inTime(probes, probes.askLimiter()),
  ]);
  const configuration = probes.isConfigured();
  const checks = {
    configuration: verdictOf(configuration),
    database: verdictOf(progress !== null),
    limiter: verdictOf(limiter !== null),
    sweep: verdictOf(progress?.sweep === true),
    backlog: verdictOf(progress?.backlog === true),
  };
  if (!configuration || progress === null || limiter === null) return { status: "unready", checks };
  return { status: progress.sweep && progress.backlog ? "ready" : "degraded", checks };
}
