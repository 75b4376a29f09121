/** People that an admin created. */
import { type SQL, sql } from "drizzle-orm";
import type { Role } from "../env.ts";
import type { Db, Statement } from "./client.ts";

export interface UserRow {
  readonly username: string;
  readonly password_hash: string;
  readonly role: Role;
  readonly created_at: number;
  readonly created_by: string;
  readonly password_changed_at: number;
  readonly last_sign_in_at: number | null;
  readonly disabled_at: number | null;
}

const columns = sql.raw(
  "username, password_hash, role, created_at, created_by, password_changed_at, last_sign_in_at, disabled_at",
);

/** The user of a name, in a list of one or none. */
export function selectUser(db: Db, username: string) {
  return db.all<UserRow>(sql`SELECT ${columns} FROM users WHERE username = ${username}`);
}

export async function findUser(db: Db, username: string): Promise<UserRow | null> {
  const [row] = await selectUser(db, username);
  return row ?? null;
}

/** By name. */
export function selectUsers(db: Db, limit: number, after: string | null) {
  const page = after === null ? sql`` : sql` WHERE username > ${after}`;
  return db.all<UserRow>(sql`SELECT ${columns} FROM users${page} ORDER BY username LIMIT ${limit}`);
}

export type NewUser = Pick<UserRow, "username" | "password_hash" | "role" | "created_at" | "created_by">;

/** Fails on a known name. */
export function insertUser(db: Db, user: NewUser): Statement {
  return db.run(sql`INSERT INTO users (username, password_hash, role, created_at, created_by, password_changed_at)
    VALUES (${user.username}, ${user.password_hash}, ${user.role}, ${user.created_at}, ${user.created_by},
      ${user.created_at})`);
}

/** What an admin or the person changes; undefined stays. */
export interface UserChange {
  readonly role?: Role | undefined;
  readonly passwordHash?: string | undefined;
  readonly disabledAt?: number | null | undefined;
}

/** Changes a user that still is as it was read; one row, or none. */
export function updateUser(db: Db, was: UserRow, change: UserChange, nowMs: number): Statement {
  const { role, passwordHash, disabledAt } = change;
  const sets: SQL[] = [sql`role = ${role ?? was.role}`];
  if (passwordHash !== undefined) {
    sets.push(sql`password_hash = ${passwordHash}`, sql`password_changed_at = ${nowMs}`);
  }
  if (disabledAt !== undefined) sets.push(sql`disabled_at = ${disabledAt}`);
  return db.run(sql`UPDATE users SET ${sql.join(sets, sql`, `)} WHERE ${isStill(was)}`);
}

/** Whether a user is as it was read: nobody changed its password, role or access meanwhile. */
const isStill = ({ username, password_hash, role, disabled_at }: UserRow): SQL =>
  sql`username = ${username} AND password_hash = ${password_hash} AND role = ${role} AND disabled_at IS ${disabled_at}`;

/** Notes a sign-in, with the password hashed anew if its parameters are old; one row, or none if the user changed. */
export function signedInUser(db: Db, was: UserRow, nowMs: number, rehashed: string | null): Statement {
  return db.run(sql`UPDATE users SET last_sign_in_at = ${nowMs},
    password_hash = ${rehashed ?? was.password_hash} WHERE ${isStill(was)}`);
}
