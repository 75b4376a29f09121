/** The list of decisions. */
import type { FC } from "hono/jsx";
import { decisionTypes } from "../../decisions/decision.ts";
import { Empty } from "../blocks/empty.tsx";
import { Filters, Select } from "../blocks/filters.tsx";
import { Pager } from "../blocks/pager.tsx";
import { Layout, type View } from "../layout.tsx";
import { wordsOf } from "../text.tsx";
import type { DecisionsView } from "./load.ts";
import { DecisionsTable } from "./table.tsx";

const Results: FC<{ list: DecisionsView; nowMs: number }> = ({ list, nowMs }) => {
  const { rows, hint, looked, first, next } = list;
  if (hint !== null) {
    return (
      <div class="notice notice-hint" data-count data-said="These filters do not go together.">
        <p>{hint.text}</p>
        <p class="ways">
          <a href={hint.href}>Show these</a>
        </p>
      </div>
    );
  }
  if (rows.length === 0 && next !== null) {
    return (
      <>
        <p class="notice notice-plain" data-count>
          None among the {looked} looked through. There are older ones.
        </p>
        <Pager of="decisions" first={first} next={next} />
      </>
    );
  }
  if (rows.length === 0) {
    return (
      <Empty title="No decisions here">
        They are made with a verdict, by a game's backend, or by a rule that an admin switched on.{" "}
        <a href="/queue">See what waits</a>
      </Empty>
    );
  }
  return (
    <>
      <p class="unseen" data-count>
        {rows.length} {rows.length === 1 ? "decision" : "decisions"}
        {next === null ? "" : ", more follow"}
      </p>
      {looked === null || next === null ? null : (
        <p class="muted small">
          {rows.length} of the {looked} looked through; older ones follow.
        </p>
      )}
      <DecisionsTable rows={rows} nowMs={nowMs} />
      <Pager of="decisions" first={first} next={next} />
    </>
  );
};

export const DecisionsPage: FC<{ view: View; list: DecisionsView }> = ({ view, list }) => {
  const { query, games } = list;
  const options = [...games.map((game) => [game, game] as const), ["*", "Holding everywhere"] as const];
  return (
    <Layout title="Decisions" current="decisions" viewer={view.viewer} flash={view.flash}>
      <div class="heading">
        <h1>Decisions</h1>
      </div>
      <Filters action="/decisions" label="Decisions">
        <Select name="game" label="Game" any="All games" options={options} value={query.game} />
        <Select
          name="state"
          label="State"
          any="Any state"
          options={[
            ["live", "Not ended"],
            ["ended", "Ended"],
          ]}
          value={query.state}
        />
        <Select
          name="type"
          label="Type"
          any="Any type"
          options={decisionTypes.map((type) => [type, wordsOf(type)] as const)}
          value={query.type}
        />
        <Select
          name="origin"
          label="Made by"
          any="Anybody"
          options={[
            ["person", "People"],
            ["automatic", "Rules"],
          ]}
          value={query.origin}
        />
        <Select
          name="made"
          label="Made"
          any="Any time"
          options={[["week", "Within a week"]]}
          value={query.made}
        />
        <label class="field">
          <span>Player's id</span>
          <input
            type="text"
            inputmode="numeric"
            name="player"
            value={query.player ?? ""}
            maxlength={15}
            autocomplete="off"
          />
        </label>
      </Filters>
      <div id="results">
        <Results list={list} nowMs={view.nowMs} />
      </div>
    </Layout>
  );
};
