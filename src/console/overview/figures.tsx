/** The figures at the top: what waits for somebody, and whether the service does well. */
import type { Child, FC } from "hono/jsx";
import { troubledJobs } from "../../actions/watch/job-health.ts";
import { ageText } from "../queue/table.tsx";
import { countText } from "../text.tsx";
import { Count, hrefOf } from "./links.tsx";
import type { Overview } from "./load.ts";

interface FigureProps {
  readonly name: string;
  readonly value: Child;
  readonly note: Child;
}

export const Figure: FC<FigureProps> = ({ name, value, note }) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd class="figure-value">{value}</dd>
    <dd class="muted small">{note}</dd>
  </div>
);

type Part = FC<{ overview: Overview; nowMs: number }>;

const Waiting: Part = ({ overview: { waiting, game }, nowMs }) => {
  const { counts, isCut } = waiting;
  const state = (name: keyof typeof counts.states) => (
    <Count n={counts.states[name]} href={hrefOf("/queue", { game, state: name })} isCut={isCut} />
  );
  const oldest = counts.oldest && (
    <>
      oldest opened <a href={`/cases/${counts.oldest.id}`}>{ageText(nowMs - counts.oldest.openedAtMs)}</a>
    </>
  );
  return (
    <>
      <Figure name="Open cases" value={state("open")} note={oldest ?? "nothing waits"} />
      <Figure name="In review" value={state("claimed")} note="held by somebody" />
      <Figure name="Appeals" value={state("appealed")} note="judged anew" />
    </>
  );
};

const Critical: Part = ({ overview: { bands, game } }) => (
  <Figure
    name="Critical players"
    value={
      bands === null ? (
        <span class="muted">–</span>
      ) : (
        <Count
          n={bands.counts.critical}
          href={hrefOf("/players", { band: "critical", game })}
          isCut={bands.isCut}
        />
      )
    }
    note={bands === null ? "counted by the next sweep" : "risk 90 and above"}
  />
);

function jobsNote(jobs: Overview["jobs"]): Child {
  const troubled = troubledJobs(jobs).length;
  const waiting = jobs.filter(({ health }) => health === "never ran").length;
  if (troubled > 0) return <strong>{troubled === 1 ? "1 needs a look" : `${troubled} need a look`}</strong>;
  if (waiting === jobs.length) return "cron has not run yet";
  return waiting === 0 ? "ran well when due" : `ran well, ${waiting} not due yet`;
}

const Jobs: Part = ({ overview: { jobs } }) => {
  const well = jobs.filter(({ health }) => health === "well").length;
  return (
    <Figure
      name="Jobs"
      value={
        <a href="#jobs">
          {well} of {jobs.length}
        </a>
      }
      note={jobsNote(jobs)}
    />
  );
};

const Players: Part = ({ overview: { totals } }) => (
  <Figure
    name="Players"
    value={<Count n={totals.players} href="/players" />}
    note={
      totals.pending === 0 ? "all scores up to date" : `${countText(totals.pending)} standings await a score`
    }
  />
);

export const Figures: Part = (props) => (
  <dl class="figures">
    <Waiting {...props} />
    <Critical {...props} />
    {props.overview.game === undefined ? <Players {...props} /> : null}
    <Jobs {...props} />
  </dl>
);
