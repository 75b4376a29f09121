/** Every metric of the service, once: what is exposed, what the documents may name, what is counted. */

export interface Family {
  /** With the unit as its last part, where it has one; samples of counters add `_total`. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly unit?: string;
  readonly help: string;
  readonly labels: readonly string[];
}

const counter = (name: string, help: string, labels: readonly string[] = []) =>
  ({ name: `gamesec_${name}`, type: "counter", help, labels }) as const satisfies Family;
const gauge = (name: string, help: string, labels: readonly string[] = []) =>
  ({ name: `gamesec_${name}`, type: "gauge", help, labels }) as const satisfies Family;
const seconds = (name: string, help: string, labels: readonly string[] = []) =>
  ({ ...gauge(`${name}_seconds`, help, labels), unit: "seconds" }) as const satisfies Family;

/** Counted as they happen. Their label values come from fixed lists, so their number is bounded. */
export const counters = {
  requests: counter("requests", "Requests answered, by the route of the access table and status.", [
    "route",
    "status",
  ]),
  ingestRows: counter("ingest_rows", "Rows of telemetry, by what became of them.", ["kind", "outcome"]),
  d1Queries: counter("d1_queries", "Statements sent to D1.", ["by"]),
  d1RowsRead: counter("d1_rows_read", "Rows that D1 read, as it bills them.", ["by"]),
  d1RowsWritten: counter("d1_rows_written", "Rows that D1 wrote, as it bills them.", ["by"]),
  limiterCalls: counter("limiter_calls", "Calls to the counters of the rate limits."),
  limiterFailures: counter("limiter_failures", "Requests during which the counters could not be reached."),
  webhookAttempts: counter("webhook_attempts", "Messages sent to receivers, by what they answered.", [
    "outcome",
  ]),
  prunedRows: counter("pruned_rows", "Rows past their retention that were deleted or shortened.", ["kind"]),
  jobRuns: counter("job_runs", "Runs of jobs by cron.", ["job", "outcome"]),
} as const;
export type CounterId = keyof typeof counters;

/** How long requests took; the last bucket has no bound. */
export const durations = {
  name: "gamesec_request_duration_seconds",
  type: "histogram",
  unit: "seconds",
  help: "How long requests took, by the isolate's clock.",
  labels: [],
} as const satisfies Family;
export const durationBoundsSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/** Looked up when they are asked for, or in the last five minutes. */
export const gauges = {
  backlog: gauge("backlog", "Standings whose evidence changed since their last score."),
  backlogAge: seconds("backlog_oldest_age", "How long the longest-waiting changed standing has waited."),
  jobEnd: seconds("job_last_end_timestamp", "When cron last ran the job to its end.", ["job"]),
  jobDuration: seconds("job_last_duration", "How long that took.", ["job"]),
  jobOk: gauge("job_last_success", "1 where it ended well, else 0.", ["job"]),
  jobRemaining: gauge("job_last_remaining", "Work that was due when it ended.", ["job"]),
  players: gauge("players", "Players stored."),
  sessions: gauge("sessions", "Sessions stored."),
  events: gauge("events", "Events stored."),
  flags: gauge("detector_flags", "Flags of built-in detectors in cases opened this month (UTC).", [
    "detector",
    "version",
  ]),
  stateAt: seconds("state_timestamp", "When what follows was counted."),
  cases: gauge("cases_open", "Cases that are not decided, counted to 5,000.", ["state"]),
  caseAge: seconds("cases_oldest_age", "How long ago the oldest of these was opened."),
  deliveries: gauge("webhook_deliveries", "Deliveries that wait or were given up, each counted to 5,000.", [
    "state",
  ]),
  webhooksPaused: gauge("webhooks_paused", "Webhooks that are paused."),
  automationPaused: gauge(
    "automation_paused",
    "Automatic decisions stopped: kinds by today's quota, scopes by a warning.",
    ["cause"],
  ),
} as const;
export type GaugeId = keyof typeof gauges;

export const families: readonly Family[] = [...Object.values(counters), durations, ...Object.values(gauges)];
