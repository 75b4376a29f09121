/** The adapter over match events, for MatchZy and Get5: the stream is one series of one server. */
import type {
  Adapter,
  AdapterCard,
  AdapterInput,
  AdapterResult,
  Explained,
  JsonValue,
  Verdict,
} from "../adapter.ts";
import { jsonOf } from "../json-body.ts";
import type { Origin } from "../log-session.ts";
import { Tally } from "../tally.ts";
import { idPartOf, plain } from "../text.ts";
import { idleEvents, type MatchEvent, matchEventOf, privateEvents } from "./events.ts";
import { emptyMap, isComplete, type MapState, withEvent } from "./map.ts";
import { rowsOf } from "./rows.ts";

/** Maps of one series; further ones are not followed. */
const maxMaps = 9;

type SeriesState = {
  readonly version: 1;
  readonly match: string;
  readonly origin: Origin;
  readonly maps: Readonly<Record<string, MapState>>;
};

const stateOf = (state: JsonValue | null): SeriesState | null =>
  state !== null && typeof state === "object" && "version" in state && state.version === 1
    ? (state as unknown as SeriesState)
    : null;

const serverOf = ({ server }: AdapterInput): string => (server ? idPartOf(server, 48) : "server");

function verdictOf(event: MatchEvent | null): Verdict {
  if (event === null) return "unparsed";
  if (event.kind !== "other") return "parsed";
  if (privateEvents.has(event.event)) return "never-stored";
  return idleEvents.has(event.event) ? "ignored" : "unparsed";
}

const feeds: Readonly<Record<MatchEvent["kind"], readonly string[]>> = {
  "round-end": ["kills", "deaths", "headshots", "damage_per_round", "kills_per_round", "duration_minutes"],
  "map-result": ["recorded_at", "rounds"],
  death: ["wallbang_kill_rate", "smoke_kill_rate", "blind_kill_rate"],
  other: [],
};

function explainedOf(input: unknown, line: number): Explained {
  const event = matchEventOf(input);
  const verdict = verdictOf(event);
  if (event === null || verdict === "unparsed") return { line, kind: "no-event", verdict, feeds: [] };
  return { line, kind: event.kind === "other" ? event.event : event.kind, verdict, feeds: feeds[event.kind] };
}

/** Closes the maps that `isOver` names. */
function closed(
  state: SeriesState,
  isOver: (map: MapState) => boolean,
  game: string,
): Pick<AdapterResult<SeriesState>, "state" | "sessions"> {
  const over = Object.entries(state.maps).filter(([, map]) => !map.done && isOver(map));
  const instance = `${state.origin.instance}:${state.match}`;
  const sessions = over.flatMap(([number, map]) => rowsOf(`${instance}:${number}`, map, state.origin, game));
  // What is out needs no totals any more, only to be known as out.
  const done = over.map(
    ([number, map]) => [number, { ...emptyMap, seenMs: map.seenMs, done: true }] as const,
  );
  return { state: { ...state, maps: { ...state.maps, ...Object.fromEntries(done) } }, sessions };
}

function freshState(input: AdapterInput, match: string): SeriesState {
  const origin: Origin = {
    instance: serverOf(input),
    server: plain(input.server ?? "", 128),
    game: input.game ?? null,
  };
  return { version: 1, match, origin, maps: {} };
}

function withMapEvent(state: SeriesState, event: MatchEvent, receivedAtMs: number): SeriesState {
  const number = String(event.map);
  const map = state.maps[number];
  if (map === undefined && (event.kind === "other" || Object.keys(state.maps).length >= maxMaps))
    return state;
  return {
    ...state,
    maps: { ...state.maps, [number]: withEvent(map ?? emptyMap, event, receivedAtMs) },
  };
}

/** `tellsDeaths`: does the sender post every death? Then a map waits for them. */
export function seriesAdapter(card: AdapterCard, tellsDeaths: boolean): Adapter {
  const game = card.games[0] ?? "cs2";
  const eventOf = ({ body }: AdapterInput): MatchEvent | null =>
    matchEventOf(jsonOf(body, card.maxBodyBytes));
  return {
    card,
    streamOf: (input) => {
      const event = eventOf(input);
      return event === null ? null : `${serverOf(input)}:${event.match}`;
    },
    read: (input, known) => {
      const tally = new Tally();
      const event = eventOf(input);
      tally.judge(verdictOf(event), event?.kind === "other" ? `event ${plain(event.event, 20)}` : "no event");
      const state = stateOf(known);
      if (event === null) return tally.result({ state });
      const next = withMapEvent(state ?? freshState(input, event.match), event, input.receivedAtMs);
      return tally.result(closed(next, (map) => isComplete(map, tellsDeaths), game));
    },
    flush: (known, nowMs) => {
      const tally = new Tally();
      const state = stateOf(known);
      if (state === null) return tally.result({ state: null });
      return tally.result(closed(state, ({ seenMs }) => nowMs - seenMs >= (card.idleMs ?? 0), game));
    },
    explain: (body) => {
      const whole = jsonOf(body, card.maxBodyBytes);
      return (Array.isArray(whole) ? whole.slice(0, 1_000) : [whole]).map((event, i) =>
        explainedOf(event, i + 1),
      );
    },
  };
}
