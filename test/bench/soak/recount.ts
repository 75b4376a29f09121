/** What is stored in the end, counted over all tables of the stopped service, beside what was acknowledged. */
import { DatabaseSync } from "node:sqlite";
import { databaseFolder, findDatabase } from "../../../src/cli/start/database.ts";
import { game, type Ledger } from "./load.ts";

export interface Line {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** Each counts what is wrong: 0 where the maintained counters are what the tables hold. */
const wrongs: Readonly<Record<string, string>> = {
  "totals that differ from their tables": `SELECT (players <> (SELECT count(*) FROM players))
    + (sessions <> (SELECT count(*) FROM sessions)) + (events <> (SELECT count(*) FROM events))
    + (pending <> (SELECT count(*) FROM standings WHERE changed_at IS NOT NULL))
    + (high_risk <> (SELECT count(*) FROM standings WHERE top = 1 AND risk >= 7000))
    + (risk_sum <> (SELECT coalesce(sum(risk), 0) FROM standings WHERE top = 1))
    + (actions_per_minute_n <> (SELECT count(actions_per_minute) FROM sessions))
    + (abs(actions_per_minute_sum - (SELECT total(actions_per_minute) FROM sessions)) > 0.001)
    + (headshot_rate_n <> (SELECT count(headshot_rate) FROM sessions))
    + (abs(headshot_rate_sum - (SELECT total(headshot_rate) FROM sessions)) > 0.001) AS n FROM totals`,
  "players with a wrong count of events": `SELECT count(*) AS n FROM players p
    WHERE event_count <> (SELECT count(*) FROM events e WHERE e.player_id = p.id)`,
  "players with a wrong last sight": `SELECT count(*) AS n FROM players p
    WHERE last_seen_at <> coalesce((SELECT max(recorded_at) FROM sessions s WHERE s.player_id = p.id), 0)`,
  "players without one top standing": `SELECT count(*) AS n FROM players p
    WHERE (SELECT count(*) FROM standings s WHERE s.player_id = p.id AND top = 1) <> 1`,
  "patterns with a wrong count": `SELECT count(*) AS n FROM patterns p
    WHERE occurrences <> (SELECT count(*) FROM events e WHERE e.event_type = p.pattern)`,
  "reporters with a wrong count": `SELECT count(*) AS n FROM reporters r
    WHERE reports <> (SELECT count(*) FROM reports x WHERE x.reporter = r.reporter AND x.game = r.game)`,
  "rows without their player": `SELECT (SELECT count(*) FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM players p WHERE p.id = s.player_id))
    + (SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT 1 FROM players p WHERE p.id = e.player_id)) AS n`,
  "deliveries that did not arrive": "SELECT count(*) AS n FROM deliveries WHERE state <> 'delivered'",
};

type Database = InstanceType<typeof DatabaseSync>;

const numberOf = (database: Database, text: string): number => Number(database.prepare(text).get()?.n ?? -1);
const textsOf = (database: Database, text: string): string[] =>
  database
    .prepare(text)
    .all()
    .map(({ id }) => String(id));

/** How many of those that were acknowledged are there, and how many are there besides. */
function linesOf(
  what: string,
  acknowledged: ReadonlySet<string | number>,
  stored: readonly string[],
): Line[] {
  const wanted = new Set([...acknowledged].map(String));
  const there = new Set(stored);
  const kept = [...wanted].filter((id) => there.has(id)).length;
  return [
    { what: `${what} acknowledged, and stored`, expected: wanted.size, found: kept },
    { what: `${what} stored`, expected: wanted.size, found: stored.length },
  ];
}

/** @param received ids of webhook messages that came */
export async function recount(
  stateDir: string,
  ledger: Ledger,
  received: ReadonlySet<string>,
): Promise<Line[]> {
  const file = await findDatabase(databaseFolder({ persistTo: stateDir }));
  if (file === null) throw new Error(`No database below ${stateDir}.`);
  using database = new DatabaseSync(file, { readOnly: true });
  const texts = (text: string) => textsOf(database, text);
  const players = `JOIN players p ON p.id = x.player_id WHERE p.game = '${game}'`;
  const events = [...received].map((id) => id.split("_")[2] ?? "");
  const delivered = texts("SELECT event_id AS id FROM deliveries");
  const entriesOf = (action: string) =>
    numberOf(database, `SELECT count(*) AS n FROM audit_entries WHERE action = '${action}'`);
  return [
    ...linesOf(
      "sessions",
      ledger.sessions,
      texts(`SELECT p.ref || ' ' || x.session_id AS id FROM sessions x ${players}`),
    ),
    ...linesOf(
      "events",
      ledger.events,
      texts(`SELECT x.id FROM events x ${players} AND x.source <> 'report'`),
    ),
    ...linesOf("reports", ledger.reports, texts(`SELECT x.id FROM reports x ${players}`)),
    ...linesOf("verdicts", ledger.verdicts, texts("SELECT case_id AS id FROM reviews")),
    ...linesOf("decisions", ledger.decisions, texts("SELECT id FROM decisions")),
    { what: "entries about reports", expected: ledger.reports.size, found: entriesOf("player.report") },
    { what: "entries about verdicts", expected: ledger.verdicts.size, found: entriesOf("case.verdict") },
    { what: "entries about decisions", expected: ledger.decisions.size, found: entriesOf("decision.make") },
    {
      what: "events delivered, and received",
      expected: delivered.length,
      found: delivered.filter((id) => events.includes(id)).length,
    },
    { what: "events received", expected: delivered.length, found: new Set(events).size },
    ...Object.entries(wrongs).map(([what, text]) => ({ what, expected: 0, found: numberOf(database, text) })),
  ];
}
