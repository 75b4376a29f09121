/** The jobs that cron and operators run. */
export const jobs = [
  "streams",
  "rescore",
  "baselines",
  "housekeeping",
  "audit",
  "decisions",
  "webhooks",
  "erasures",
  "retention",
] as const;
export type Job = (typeof jobs)[number];
