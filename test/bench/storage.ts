/** What stored sessions, events and players weigh: pages of the database file, by table and index. */
import { DatabaseSync } from "node:sqlite";
import { databaseFolder, findDatabase } from "../../src/cli/start/database.ts";

export interface Storage {
  readonly megabytes: number;
  readonly sessions: number;
  readonly bytesASession: number;
  readonly bytesAnEvent: number;
  /** With its standing. */
  readonly bytesAPlayer: number;
  /** Everything over the sessions. */
  readonly bytesASessionInAll: number;
}

/** `stateDir` is not served meanwhile. */
export async function readStorage(stateDir: string): Promise<Storage> {
  const file = await findDatabase(databaseFolder({ persistTo: stateDir }));
  if (file === null) throw new Error(`No database below ${stateDir}`);
  using database = new DatabaseSync(file);
  const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  const bytes = number("PRAGMA page_count") * number("PRAGMA page_size");
  const weights = database
    .prepare(`SELECT m.tbl_name AS name, sum(s.pgsize) AS bytes FROM dbstat s
      JOIN sqlite_master m ON m.name = s.name GROUP BY m.tbl_name`)
    .all();
  const weightOf = (...names: string[]) =>
    weights
      .filter(({ name }) => names.includes(String(name)))
      .reduce((sum, row) => sum + Number(row.bytes), 0);
  const [sessions, events, players] = [
    number("SELECT count(*) FROM sessions"),
    number("SELECT count(*) FROM events"),
    number("SELECT count(*) FROM players"),
  ];
  return {
    megabytes: bytes / 1e6,
    sessions,
    bytesASession: weightOf("sessions") / sessions,
    bytesAnEvent: weightOf("events") / events,
    bytesAPlayer: weightOf("players", "standings") / players,
    bytesASessionInAll: bytes / sessions,
  };
}
