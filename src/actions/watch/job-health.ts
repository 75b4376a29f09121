/** How the jobs do: what each left behind when it ended last, and whether it should have ended again by now. Pure. */
import type { JobEnd } from "../../db/metrics.ts";
import { type Job, jobs } from "../../job-names.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How often cron runs each, as in `wrangler.toml`; a test compares them. */
export const jobEveryMs: Readonly<Record<Job, number>> = {
  decisions: minuteMs,
  webhooks: minuteMs,
  streams: 5 * minuteMs,
  rescore: 5 * minuteMs,
  erasures: 5 * minuteMs,
  retention: 5 * minuteMs,
  audit: 5 * minuteMs,
  baselines: hourMs,
  housekeeping: 24 * hourMs,
};

/** What a run may take longer, or a cron may come later. */
const graceOf = (everyMs: number): number => Math.max(10 * minuteMs, everyMs / 10);

export type Health = "well" | "failed" | "late" | "never ran";

export interface JobHealth {
  readonly job: Job;
  readonly health: Health;
  readonly end: JobEnd | null;
}

function healthOf(job: Job, end: JobEnd | undefined, nowMs: number): Health {
  if (end === undefined) return "never ran";
  if (!end.ok) return "failed";
  const everyMs = jobEveryMs[job];
  return nowMs - end.at > everyMs + graceOf(everyMs) ? "late" : "well";
}

/** All jobs, those that do not do well first. */
export function jobsHealth(ends: Readonly<Partial<Record<Job, JobEnd>>>, nowMs: number): JobHealth[] {
  const all = jobs.map((job) => ({
    job,
    health: healthOf(job, ends[job], nowMs),
    end: ends[job] ?? null,
  }));
  return [...all.filter(({ health }) => health !== "well"), ...all.filter(({ health }) => health === "well")];
}

/** A job that never ran is no trouble where none has: cron is not there yet. */
export const troubledJobs = (all: readonly JobHealth[]): JobHealth[] =>
  all.filter(({ health }) => health === "failed" || health === "late");
