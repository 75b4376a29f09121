/** All that is stored, so that two runs can be told apart by what they did and by nothing else. */
import { env } from "../service.ts";
import { all } from "../trail.ts";

/**
 * Counted refusals are meant to be; keys of repeated requests are judged by the answers that they give, and seals by
 * whether the trail verifies.
 */
const bookkeeping = /^(sqlite_|_cf_|d1_|audit_denials|audit_seals|idempotency_keys)/;

/** What chance gave: ids, tokens, keys and their digests. */
const byChance =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9+/_-]{22,}={0,2}|gs[a-z]_[A-Za-z0-9_-]+/g;
export const withoutChance = (text: string): string => text.replaceAll(byChance, "*");

export interface State {
  readonly trail: readonly string[];
  /** The rows of each table as text, in the order of the text. */
  readonly domain: Readonly<Record<string, readonly string[]>>;
}

const textsOf = (rows: readonly Record<string, unknown>[]): string[] =>
  rows.map((row) => withoutChance(JSON.stringify(row)));

let names: readonly string[] = [];
async function tableNames(): Promise<readonly string[]> {
  const tables = await all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  names = tables.map(({ name }) => name).filter((name) => !bookkeeping.test(name));
  return names;
}

export async function readState(): Promise<State> {
  const tables = names.length > 0 ? names : await tableNames();
  const results = await env.DB.batch<Record<string, unknown>>(
    tables.map((name) =>
      env.DB.prepare(`SELECT * FROM ${name}${name === "audit_entries" ? " ORDER BY id" : ""}`),
    ),
  );
  const rows = Object.fromEntries(tables.map((name, place) => [name, results[place]?.results ?? []]));
  const { audit_entries: entries = [], ...rest } = rows;
  const domain = Object.entries(rest).map(([name, list]) => [name, textsOf(list).sort()]);
  // The number of an entry says how many there were before, and its digest says its number.
  const trail = entries.map(({ id: _, at: __, ...entry }) => entry);
  return { trail: textsOf(trail), domain: Object.fromEntries(domain) };
}

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
