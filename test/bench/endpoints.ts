/** What is measured: the main endpoints, each as a caller would use it, with bodies and answers of the same size in every database. */
import type { Call } from "./client.ts";
import { rowOf } from "./rows.ts";
import { openCases, readPlayers, type World, writtenPlayers } from "./world.ts";

/** `read`: of one player or one page, so held to the targets. */
export type EndpointKind = "read" | "page" | "write" | "other";

export interface Endpoint {
  readonly name: string;
  readonly kind: EndpointKind;
  /** Requests a round, of the usual number: less where each costs more, or where there is not more to change. */
  readonly share: number;
  /** Makes ready, which is not measured, and says what to send. */
  prepare(world: World, count: number): Promise<Call[]>;
}

const list = "limit=20";
const made = <T>(count: number, make: (place: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place));
const at = <T>(items: readonly T[], place: number): T => items[place % items.length] as T;

const get = (
  name: string,
  kind: EndpointKind,
  pathOf: (world: World, place: number) => string,
): Endpoint => ({
  name,
  kind,
  share: 1,
  prepare: async (world, count) =>
    made(count, (place) => ({
      method: "GET",
      path: pathOf(world, place),
      headers: kind === "page" ? world.page : world.api,
    })),
});

const post = (
  name: string,
  share: number,
  callOf: (world: World, place: number) => readonly [path: string, body: unknown],
  kind: EndpointKind = "write",
): Endpoint => ({
  name,
  kind,
  share,
  prepare: async (world, count) =>
    made(count, (place) => {
      const [path, body] = callOf(world, place);
      return { method: "POST", path, headers: world.api, body: JSON.stringify(body) };
    }),
});

const player = (place: number) => at(readPlayers, place);
const written = (place: number) => at(writtenPlayers, place);
const caseOf = ({ cases }: World, place: number) => cases.get(player(place)) ?? 0;
/** A player of the game that nobody asked for in the last seconds, so that nothing is remembered of it. */
const stranger = ({ next }: World) => `guest-${next()}`;

const bulkPlayers = 200;
export const bulkRows = 1_000;
export const bulkBody = ({ next }: World) => {
  const base = next() * bulkRows;
  const rows = made(bulkRows, (place) => {
    const number = base + place;
    return rowOf(1 + (number % bulkPlayers), Math.floor(number / bulkPlayers), 1);
  });
  return { sessions: rows };
};
/** What bulk posts of the round before stored: the smaller database must not grow into the larger one. */
export const forgetBulk = async ({ service }: World) => {
  const db = await service.database();
  const ofBulk = "(SELECT id FROM players WHERE game = 'bench')";
  await db.prepare(`DELETE FROM sessions WHERE player_id IN ${ofBulk}`).run();
};

const session = (next: number) => {
  const { player: _, game: __, ...row } = rowOf(next % 50, next, 1);
  return { ...row, session_id: `live-${next}`, mode: "ranked" };
};

const eventsAtOnce = 100;
const eventBody = ({ next }: World) => ({
  events: made(eventsAtOnce, (place) => ({
    player_id: written(place),
    event_id: `live-${next()}`,
    type: "speed_anomaly",
    severity: "low",
    occurred_at: new Date().toISOString(),
  })),
});

const bulk = post("bulk of 1,000 sessions", 0.05, (world) => ["/api/telemetry/sessions", bulkBody(world)]);
const verdict = post("verdict", 0.1, (world, place) => {
  const id = caseOf(world, place);
  world.cases.delete(player(place));
  return [`/api/cases/${id}/verdict`, { verdict: "cleared", reason: "Plain play." }];
});

export const endpoints: readonly Endpoint[] = [
  get("health", "other", () => "/health"),
  get("player", "read", (_, place) => `/api/players/${player(place)}`),
  get("behavior", "read", (_, place) => `/api/players/${player(place)}/behavior`),
  get("risk", "read", (_, place) => `/api/security/player-risk/${player(place)}`),
  get("sessions page", "read", (_, place) => `/api/players/${player(place)}/sessions?${list}`),
  get("players list", "read", () => `/api/players?${list}`),
  get("search by name", "read", () => `/api/players?name=sim11:0000&${list}`),
  get("cases list", "read", () => `/api/cases?${list}`),
  get("case", "read", (world, place) => `/api/cases/${caseOf(world, place)}`),
  get(
    "explanation",
    "read",
    (world, place) => `/api/cases/${caseOf(world, place)}/explanation?audience=analyst`,
  ),
  get("check", "read", (world) => `/api/decisions/check?game=sim&player=@${stranger(world)}`),
  get("stream page", "read", () => `/api/decisions/stream?since=0&${list}`),
  get("dashboard", "read", () => "/api/security/dashboard"),
  post(
    "check of 100",
    0.5,
    (world) => ["/api/decisions/check", { game: "sim", players: made(100, () => stranger(world)) }],
    "other",
  ),
  get("console: overview", "page", () => "/"),
  get("console: players", "page", () => "/players"),
  get("console: player", "page", (_, place) => `/players/${player(place)}`),
  get("console: queue", "page", () => "/queue"),
  get("console: case", "page", (world, place) => `/cases/${caseOf(world, place)}`),
  post("single session", 1, (world, place) => {
    const path = `/api/players/${written(place)}/session`;
    return [path, session(world.next())];
  }),
  { ...bulk, prepare: async (world, count) => forgetBulk(world).then(() => bulk.prepare(world, count)) },
  post("100 events", 0.2, (world) => ["/api/telemetry/events", eventBody(world)]),
  post("report", 0.5, (world, place) => [
    "/api/security/report",
    { player_id: written(place), reason: "aimbot", severity: "high", reporter: `r${world.next()}` },
  ]),
  post("claim", 0.1, (world, place) => [`/api/cases/${caseOf(world, place)}/claim`, {}]),
  {
    ...verdict,
    async prepare(world, count) {
      await openCases(world);
      for (let place = 0; place < count; place++) {
        await world.service.call("POST", `/api/cases/${caseOf(world, place)}/claim`);
      }
      return verdict.prepare(world, count);
    },
  },
];
