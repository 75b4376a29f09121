/**
 * Where D1 answers from: its primary, or a copy that is near (D1's Sessions API,
 * developers.cloudflare.com/d1/best-practices/read-replication). Both can say afterwards where the database stood, as
 * a bookmark: who sends that back reads what it wrote, wherever it reads.
 */

/** A database as `meterD1` takes it. */
export interface PlacedD1 {
  readonly d1: D1Database;
  /** Where the database stood at the newest answer so far; null before the first. */
  bookmark(): string | null;
}

/** Wherever the nearest copy stands. */
export const anywhere = "first-unconstrained";

/** Bookmarks sort as text, oldest first (D1's glossary). */
const newestOf = (sessions: readonly D1DatabaseSession[]): string | null =>
  sessions.reduce<string | null>((newest, session) => {
    const own = session.getBookmark();
    return own !== null && (newest === null || own > newest) ? own : newest;
  }, null);

/**
 * The primary, at every call: each is the first of a session of its own. A session of several calls may be answered by
 * a copy from its second on, and who reads again after a lost race would read the same old rows for ever.
 */
export function atPrimary(real: D1Database): PlacedD1 {
  const sessions: D1DatabaseSession[] = [];
  const open = () => {
    const session = real.withSession("first-primary");
    sessions.push(session);
    return session;
  };
  const d1 = {
    prepare: (query: string) => open().prepare(query),
    batch: (statements: D1PreparedStatement[]) => open().batch(statements),
  };
  return { d1: d1 as unknown as D1Database, bookmark: () => newestOf(sessions) };
}

/** One session for all calls, from a bookmark on or {@link anywhere}: each reads at least what those before have seen. */
export function nearBy(real: D1Database, from: string): PlacedD1 {
  const session = real.withSession(from);
  return { d1: session as unknown as D1Database, bookmark: () => session.getBookmark() };
}
