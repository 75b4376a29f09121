/** The limit of ingest: a bare route that parses the JSON and inserts the rows, and does nothing else. */
import { Hono } from "hono";

interface Row {
  readonly player: string;
  readonly session_id: string;
  readonly recorded_at: string;
  readonly mode: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly [measure: string]: unknown;
}

/** Rows whose JSON stays within one value of D1. */
const perStatement = 5_000;

const valuesOf = (row: Row) => [
  Number(row.player.slice(1)),
  row.mode,
  Date.parse(row.recorded_at),
  row.session_id,
  row.duration_minutes,
  row.actions_per_minute,
  row.headshot_rate,
  row.reaction_time_ms,
  row.kills,
  row.deaths,
  row.headshots,
  row.shots_fired,
  row.shots_hit,
  row.metrics,
];

const insert = `INSERT INTO sessions (player_id, mode, recorded_at, session_id, duration_minutes, actions_per_minute,
    headshot_rate, reaction_time_ms, kills, deaths, headshots, shots_fired, shots_hit, metrics)
  SELECT ${Array.from({ length: 14 }, (_, place) => `value->>${place}`).join(", ")} FROM json_each(?)`;

const app = new Hono<{ Bindings: { DB: D1Database } }>();
app.post("/", async (c) => {
  const { sessions } = await c.req.json<{ sessions: Row[] }>();
  const statements: D1PreparedStatement[] = [];
  for (let from = 0; from < sessions.length; from += perStatement) {
    const values = sessions.slice(from, from + perStatement).map(valuesOf);
    statements.push(c.env.DB.prepare(insert).bind(JSON.stringify(values)));
  }
  const results = await c.env.DB.batch(statements);
  const written = results.reduce((sum, { meta }) => sum + (meta.rows_written ?? 0), 0);
  return c.json({ accepted: sessions.length, written });
});

export default app;
