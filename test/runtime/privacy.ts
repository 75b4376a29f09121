/** A person with a row in every table that holds rows about one. */
import { type Person, personalTables } from "../../src/db/person.ts";
import type { RegisteredTable } from "../../src/db/registry.ts";
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
    emitted: "added",
    ended_at: null,
    end_kind: null,
    causes: "[]",
  },
  appeals: { state: "pending", outcome: null, decided_at: null },
  reports: { outcome: null },
  events: { attributes: "{}", event_type: "speed_hack" },
  standings: { result: null, history: null, top: 1, risk: 0, changed_at: null, due_at: null },
  erasures: { finished_at: 1, due_at: null, targets: "[]", stage: "done" },
  players: { event_count: 0, recent_event: null },
};

/** What the table's column for the person holds. */
const personal = (table: RegisteredTable, { id, ref }: Person): unknown => {
  const { through, on, prefix } = table.person ?? {};
  if (through === "players") return ref;
  if (through !== undefined) return on === "subject" ? `subject-${id}` : id * 100;
  return prefix === undefined ? id : prefix + id;
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

/** Tables that hold rows of {@link insertAbout}, looked for by what they hold themselves: what they go through may be gone. */
export async function tablesAbout(who: Person): Promise<string[]> {
  const found: string[] = [];
  for (const table of personalTables) {
    const row = await env.DB.prepare(`SELECT 1 FROM "${table.name}" WHERE "${table.person?.column}" = ?`)
      .bind(personal(table, who))
      .first();
    if (row !== null) found.push(table.name);
  }
  return found;
}
