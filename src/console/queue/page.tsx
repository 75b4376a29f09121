/** The queue: what waits, the most urgent first, and a button that takes the next. */
import type { FC } from "hono/jsx";
import { Empty } from "../blocks/empty.tsx";
import { Filters, Select } from "../blocks/filters.tsx";
import { Pager } from "../blocks/pager.tsx";
import { Layout, type View } from "../layout.tsx";
import { Text, Time } from "../text.tsx";
import { mayCall } from "../viewing.ts";
import type { QueueView } from "./load.ts";
import type { QueueQuery } from "./query.ts";
import { CasesTable } from "./table.tsx";

const stateOptions = [
  ["open", "Open"],
  ["claimed", "Claimed"],
  ["appealed", "Appealed"],
  ["decided", "Decided"],
] as const;

const ClaimNext: FC<{ query: QueueQuery }> = ({ query }) => (
  <form method="post" action="/queue/claim" class="claim">
    {query.game === undefined ? null : <input type="hidden" name="game" value={query.game} />}
    <button type="submit" data-key="c">
      Claim next
    </button>
  </form>
);

const Held: FC<{ held: QueueView["held"] }> = ({ held }) =>
  held.length === 0 ? null : (
    <p class="notice notice-plain held">
      You hold{" "}
      {held.map(({ id, username, lease_until }, place) => (
        <>
          {place === 0 ? null : ", "}
          <a href={`/cases/${id}`}>
            case {id}, <Text value={username} />
          </a>
          , until <Time ms={lease_until} />
        </>
      ))}
      .
    </p>
  );

const Results: FC<{ queue: QueueView; nowMs: number }> = ({ queue, nowMs }) => {
  const { query, rows, first, next } = queue;
  if (rows.length === 0) {
    const isFiltered = query.game !== undefined || query.state !== undefined;
    return (
      <Empty title={isFiltered ? "No case matches" : "Nothing waits"}>
        {isFiltered
          ? "No case stands there now. "
          : "A case opens when a player stands at the threshold at two refreshes in a row. "}
        {isFiltered ? (
          <a href="/queue">Show all that wait</a>
        ) : (
          <a href="/players">See the riskiest players</a>
        )}
      </Empty>
    );
  }
  const caption = query.state === "decided" ? "Newest first." : "The most urgent first.";
  return (
    <>
      <p class="unseen" data-count>
        {rows.length} {rows.length === 1 ? "case" : "cases"}
        {next === null ? "" : ", more follow"}
      </p>
      <CasesTable rows={rows} nowMs={nowMs} caption={caption} />
      <Pager of="cases" first={first} next={next} />
    </>
  );
};

export const QueuePage: FC<{ view: View; queue: QueueView }> = ({ view, queue }) => (
  <Layout title="Queue" current="queue" viewer={view.viewer} flash={view.flash}>
    <div class="heading">
      <h1>Queue</h1>
      {mayCall(view.viewer, "POST /queue/claim") ? <ClaimNext query={queue.query} /> : null}
    </div>
    <Held held={queue.held} />
    <Filters action="/queue" label="Cases">
      <Select
        name="game"
        label="Game"
        any="All games"
        options={queue.games.map((game) => [game, game] as const)}
        value={queue.query.game}
      />
      <Select
        name="state"
        label="State"
        any="All that wait"
        options={stateOptions}
        value={queue.query.state}
      />
    </Filters>
    <div id="results">
      <Results queue={queue} nowMs={view.nowMs} />
    </div>
  </Layout>
);
