/** What any Worker costs: a bare route, one with a single read of D1, and one that parses rows and inserts them. */
import { Hono } from "hono";

interface Row {
  readonly player: string;
  readonly session_id: string;
  readonly recorded_at: string;
  readonly mode?: string | undefined;
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly [measure: string]: unknown;
}

/** Rows whose JSON stays within one value of D1. */
const perStatement = 5_000;

const measures = [
  "duration_minutes",
  "actions_per_minute",
  "headshot_rate",
  "reaction_time_ms",
  "kills",
  "deaths",
  "headshots",
  "shots_fired",
  "shots_hit",
  "movement_speed",
] as const;
const columns = ["player_id", "mode", "recorded_at", "session_id", "metrics", ...measures];

const valuesOf = (row: Row) => [
  Number(row.player.replace(/^.*\D/, "")),
  row.mode,
  Date.parse(row.recorded_at),
  row.session_id,
  row.metrics,
  ...measures.map((name) => row[name]),
];

const insert = `INSERT INTO sessions (${columns.join(", ")})
  SELECT ${columns.map((_, place) => `value->>${place}`).join(", ")} FROM json_each(?)`;

const app = new Hono<{ Bindings: { DB: D1Database } }>();

app.get("/", (c) => c.json({ status: "ok" }));

app.get("/read/:id", async (c) => {
  const player = await c.env.DB.prepare("SELECT * FROM players WHERE id = ?").bind(c.req.param("id")).first();
  return player === null ? c.notFound() : c.json(player);
});

app.post("/", async (c) => {
  const { sessions } = await c.req.json<{ sessions: Row[] }>();
  const statements: D1PreparedStatement[] = [];
  for (let from = 0; from < sessions.length; from += perStatement) {
    const values = sessions.slice(from, from + perStatement).map(valuesOf);
    statements.push(c.env.DB.prepare(insert).bind(JSON.stringify(values)));
  }
  await c.env.DB.batch(statements);
  return c.json({ accepted: sessions.length });
});

export default app;
