/** How the jobs do, and a warning at the top where one does not. */
import type { FC } from "hono/jsx";
import { type Health, type JobHealth, troubledJobs } from "../../actions/watch/job-health.ts";
import type { Person } from "../../env.ts";
import { type Column, Table } from "../blocks/table.tsx";
import { ageText } from "../queue/table.tsx";
import { countText } from "../text.tsx";
import { hrefOf, IfAllowed } from "./links.tsx";

const columns: readonly Column[] = [
  { title: "Job" },
  { title: "Health", class: "w-health" },
  { title: "Ended", class: "w-ended" },
  { title: "Took", class: "cell-risk w-points cell-took" },
  { title: "Left", class: "cell-risk w-left" },
];

const levels: Readonly<Record<Health, string>> = {
  well: "low",
  late: "elevated",
  failed: "critical",
  "never ran": "none",
};

const tookText = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
const none = <span class="muted">–</span>;

/** What people and cron did about the job, for those who may read the trail. */
const trailOf = (job: string): string => hrefOf("/audit", { target: `job:${job}` });

const Row: FC<{ of: JobHealth; viewer: Person; nowMs: number }> = ({ of, viewer, nowMs }) => {
  const { job, health, end } = of;
  const linked = (text: string) => (
    <IfAllowed viewer={viewer} route="GET /audit" href={trailOf(job)}>
      {text}
    </IfAllowed>
  );
  return (
    <tr>
      <th scope="row">{linked(job)}</th>
      <td>
        <span class={`badge badge-${levels[health]}`}>{health}</span>
      </td>
      <td>{end === null ? none : ageText(nowMs - end.at)}</td>
      <td class="cell-risk cell-took">{end === null ? none : tookText(end.ms)}</td>
      <td class="cell-risk">
        {end === null ? (
          none
        ) : end.remaining === 0 ? (
          <span class="muted">0</span>
        ) : (
          linked(countText(end.remaining))
        )}
      </td>
    </tr>
  );
};

export const Jobs: FC<{ jobs: readonly JobHealth[]; viewer: Person; nowMs: number }> = ({
  jobs,
  viewer,
  nowMs,
}) => (
  <section aria-labelledby="jobs" class="panel">
    <div class="panel-head">
      <h2 id="jobs">Jobs</h2>
      <a href="/docs#post_api_ops_jobs_job_runs">Run one</a>
    </div>
    <Table
      class="jobs keep numbers"
      caption="As cron left them; left is work that was still due."
      columns={columns}
    >
      {jobs.map((of) => (
        <Row of={of} viewer={viewer} nowMs={nowMs} />
      ))}
    </Table>
  </section>
);

const sayings: Readonly<Record<string, string>> = {
  failed: "failed when it ran last",
  late: "has not ended when it should have",
};

/** What keeps scores or decisions from being up to date: before everything else. */
export const Trouble: FC<{ jobs: readonly JobHealth[] }> = ({ jobs }) => {
  const troubled = troubledJobs(jobs);
  return troubled.length === 0 ? null : (
    <p class="notice notice-error trouble">
      {troubled.map(({ job, health }, place) => (
        <>
          {place === 0 ? "" : "; "}
          <strong>{job}</strong> {sayings[health]}
        </>
      ))}
      . <a href="#jobs">See the jobs</a>
    </p>
  );
};
