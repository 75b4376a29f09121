/** What people add to a case: comments, and players who may have to do with it. */
import { sql } from "drizzle-orm";
import type { newestCaseId } from "./cases.ts";
import type { Db, Statement } from "./client.ts";

export interface CommentRow {
  readonly at: number;
  readonly id: string;
  readonly author: string;
  readonly text: string;
}

export interface CommentCursor {
  readonly at: number;
  readonly id: string;
}

/** Newest first. */
export function selectComments(db: Db, caseId: number, limit: number, before: CommentCursor | null) {
  const page = before === null ? sql`` : sql` AND (at, id) < (${before.at}, ${before.id})`;
  return db.all<CommentRow>(sql`SELECT at, id, author, text FROM case_comments WHERE case_id = ${caseId}${page}
    ORDER BY at DESC, id DESC LIMIT ${limit}`);
}

/** @param caseId its id, or SQL that names it within the batch that opens it */
export function insertComment(
  db: Db,
  caseId: number | ReturnType<typeof newestCaseId>,
  comment: CommentRow,
): Statement {
  return db.run(sql`INSERT INTO case_comments (case_id, at, id, author, text)
    VALUES (${caseId}, ${comment.at}, ${comment.id}, ${comment.author}, ${comment.text})`);
}

export interface LinkRow {
  readonly player_id: number;
  readonly ref: string | null;
  readonly username: string;
  readonly game: string;
  readonly note: string | null;
  readonly linked_at: number;
  readonly linked_by: string;
}

/** Links of a case by player; there are never more than `maxLinks`. */
export function selectLinks(db: Db, caseId: number) {
  return db.all<LinkRow>(sql`SELECT l.player_id, p.ref, p.username, p.game, l.note, l.linked_at, l.linked_by
    FROM case_links l CROSS JOIN players p ON p.id = l.player_id WHERE l.case_id = ${caseId}
    ORDER BY l.player_id LIMIT ${maxLinks}`);
}

/** Players linked to one case at most. */
export const maxLinks = 50;

/** Adds a link, or changes its note. Changes nothing where the case has {@link maxLinks} others. */
export function upsertLink(
  db: Db,
  caseId: number,
  link: Omit<LinkRow, "ref" | "username" | "game">,
): Statement {
  return db.run(sql`INSERT INTO case_links (case_id, player_id, note, linked_at, linked_by)
    SELECT ${caseId}, ${link.player_id}, ${link.note}, ${link.linked_at}, ${link.linked_by}
    WHERE (SELECT count(*) FROM case_links WHERE case_id = ${caseId} AND player_id <> ${link.player_id}) < ${maxLinks}
    ON CONFLICT (case_id, player_id) DO UPDATE SET note = excluded.note`);
}

export function deleteLink(db: Db, caseId: number, playerId: number): Statement {
  return db.run(sql`DELETE FROM case_links WHERE case_id = ${caseId} AND player_id = ${playerId}`);
}
