/** The list of players: search, filters, table, pages, export. */
import type { FC } from "hono/jsx";
import { bands, confidences } from "../../http/schemas/answers.ts";
import { Empty } from "../blocks/empty.tsx";
import { Filters, Select } from "../blocks/filters.tsx";
import { Pager } from "../blocks/pager.tsx";
import { Layout, type View } from "../layout.tsx";
import { countText, Text } from "../text.tsx";
import type { PlayersView } from "./load.ts";
import { hrefOf, type PlayersPageQuery } from "./query.ts";
import { PlayersTable } from "./table.tsx";

const seenOptions = [
  ["day", "Within 24 hours"],
  ["week", "Within 7 days"],
  ["month", "Within 30 days"],
] as const;
const same = (values: readonly string[]) => values.map((value) => [value, value] as const);

/** What is filtered by stays among the choices, though nobody plays it. */
const withChosen = (values: readonly string[], chosen: string | undefined) =>
  same(chosen === undefined || values.includes(chosen) ? values : [...values, chosen]);

const PlayerFilters: FC<{ players: PlayersView }> = ({ players: { query, games, modes } }) => (
  <Filters action="/players" label="Players">
    <label class="field field-search">
      <span>Name or game id</span>
      <input
        type="search"
        name="q"
        value={query.q ?? ""}
        maxlength={128}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        data-search
      />
    </label>
    <Select name="game" label="Game" any="All games" options={same(games)} value={query.game} />
    <Select
      name="mode"
      label="Mode"
      any="All modes"
      options={withChosen(modes, query.mode)}
      value={query.mode}
    />
    <Select
      name="band"
      label="Band"
      any="All bands"
      options={same([...bands].reverse())}
      value={query.band}
    />
    <Select
      name="confidence"
      label="Evidence"
      any="Any evidence"
      options={same(confidences)}
      value={query.confidence}
    />
    <Select name="seen" label="Last seen" any="Any time" options={seenOptions} value={query.seen} />
    {query.sort ? <input type="hidden" name="sort" value={query.sort} /> : null}
    {query.dir ? <input type="hidden" name="dir" value={query.dir} /> : null}
  </Filters>
);

const isFiltered = ({ q, game, mode, band, confidence, seen }: PlayersPageQuery): boolean =>
  [q, game, mode, band, confidence, seen].some((value) => value !== undefined);

/** A page that ended before it was full: whoever stands there may come on a later one. */
const NobodyYet: FC<{ looked: number; next: string }> = ({ looked, next }) => (
  <Empty title="Nobody among these">
    None of the {looked} players that this page looked through has their risk from this mode.{" "}
    <a href={next}>Look through the next</a>
  </Empty>
);

const Nobody: FC<{ view: PlayersView }> = ({ view: { query, list, next } }) =>
  list.looked !== null && next !== null ? (
    <NobodyYet looked={list.looked} next={next} />
  ) : isFiltered(query) ? (
    <Empty title="Nobody matches">
      {query.q === undefined ? (
        "No player stands there now. "
      ) : (
        <>
          No name begins with <Text value={query.q} />, and no id does.{" "}
        </>
      )}
      <a href="/players">Show all players</a>
    </Empty>
  ) : (
    <Empty title="No players yet">
      Players appear with their first session. Send some to{" "}
      <a href="/docs#post_api_telemetry_sessions">POST /api/telemetry/sessions</a>.
    </Empty>
  );

/** How many are shown, for everybody, and for those who hear it after a search. */
const Count: FC<{ view: PlayersView }> = ({ view: { byId, list, next, totals, query } }) => {
  const shown = byId.length + list.rows.length;
  const more =
    list.looked !== null
      ? ` among the ${list.looked} looked through, more may follow`
      : next === null
        ? ""
        : ", more follow";
  const of = isFiltered(query) ? "" : ` of ${countText(totals.players)}`;
  return (
    <p class="muted small" data-count>
      {shown}
      {of} {shown === 1 && of === "" ? "player" : "players"}
      {more}
    </p>
  );
};

const Exports: FC<{ query: PlayersPageQuery }> = ({ query }) => {
  const href = (format: string) => {
    const list = hrefOf(query, {}, "/players/export");
    return `${list}${list.includes("?") ? "&" : "?"}format=${format}`;
  };
  return (
    <p class="exports small">
      Export <a href={href("csv")}>CSV</a> <a href={href("ndjson")}>NDJSON</a>
    </p>
  );
};

const Results: FC<{ view: PlayersView }> = ({ view }) => {
  const { hint, byId, list, previous, next, query } = view;
  if (hint !== null) {
    return (
      <div class="notice notice-hint" data-count data-said="These filters do not go together.">
        <p>{hint.text}</p>
        <p class="ways">
          {hint.ways.map(({ text, href }) => (
            <a href={href}>{text}</a>
          ))}
        </p>
      </div>
    );
  }
  const isEmpty = byId.length + list.rows.length === 0;
  return (
    <>
      <div class="list-head">
        <Count view={view} />
        {isEmpty ? null : <Exports query={query} />}
      </div>
      {isEmpty ? <Nobody view={view} /> : <PlayersTable view={view} />}
      <Pager of="players" previous={previous} next={next} />
    </>
  );
};

export const PlayersPage: FC<{ view: View; players: PlayersView }> = ({ view, players }) => (
  <Layout title="Players" current="players" viewer={view.viewer} flash={view.flash}>
    <div class="heading">
      <h1>Players</h1>
    </div>
    <PlayerFilters players={players} />
    <div id="results">
      <Results view={players} />
    </div>
  </Layout>
);
