/** A person with a row in every table that holds rows about one. */
import { type Person, personalTables, selectAbout } from "../../src/db/person.ts";
import type { RegisteredTable } from "../../src/db/registry.ts";
import { subjectOf } from "../../src/decisions/subject.ts";
import { env } from "./service.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
}

/** What CHECK constraints, JSON and foreign rows ask for. */
const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  cases: { state: "decided", origin: "manual", review: "first", verdict: "cleared", tags: "[]" },
  decisions: {
    type: "ban",
    origin: "person",
    emitted: "never",
    ended_at: 1,
    end_kind: "expired",
    causes: "[]",
  },
  appeals: { state: "pending", outcome: null, decided_at: null },
  reports: { outcome: null },
  events: { attributes: "{}", event_type: "speed_hack" },
  standings: { result: null, history: null, top: 1, risk: 0, changed_at: null, due_at: null },
  erasures: { finished_at: 1, due_at: null, targets: "[]", stage: "done" },
  players: { event_count: 0, recent_event: null },
};

const personal = (table: RegisteredTable, { id, ref, ...who }: Person): unknown => {
  if (table.person?.by === "ref") return ref;
  if (table.person?.by === "subject") return subjectOf({ id, ref, ...who });
  if (table.person?.through !== undefined) return id * 100;
  return table.person?.prefix === undefined ? id : table.person.prefix + id;
};

/** A row of the table about the person, every column with something in it; ids of its own are a hundred times the player's. */
export async function insertAbout(table: RegisteredTable, who: Person): Promise<void> {
  const { results } = await env.DB.prepare("SELECT * FROM pragma_table_info(?)")
    .bind(table.name)
    .all<Column>();
  const row: Record<string, unknown> = {};
  for (const { name, type } of results) row[name] = type === "TEXT" ? `${name}-${who.id}` : 1;
  for (const id of ["id", "case_id", "decision_id"]) if (row[id] === 1) row[id] = who.id * 100;
  if ("game" in row) row.game = who.game;
  if ("home" in row) row.home = who.game;
  Object.assign(row, values[table.name]);
  if (table.person !== null) row[table.person.column] = personal(table, who);
  if (table.name === "players") row.ref = who.ref;
  const names = Object.keys(row);
  await env.DB.prepare(
    `INSERT INTO "${table.name}" (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  )
    .bind(...Object.values(row))
    .run();
}

/** Tables in which rows about the person are found. */
export async function tablesAbout(db: Parameters<typeof selectAbout>[0], who: Person): Promise<string[]> {
  const found: string[] = [];
  for (const table of personalTables) {
    if ((await selectAbout(db, table, who, 1, null)).length > 0) found.push(table.name);
  }
  return found;
}
