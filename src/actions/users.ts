/** People: an admin creates and changes them; everybody changes their own password. */
import { endAuthSessionsOf } from "../db/auth-sessions.ts";
import { batch, expectChanges, isGuardViolation, isUniqueViolation, type Statement } from "../db/client.ts";
import { findUser, insertUser, type UserChange, type UserRow, updateUser } from "../db/users.ts";
import type { Role } from "../env.ts";
import { busy, conflict, notFound } from "../http/problem.ts";
import { isoOf } from "./answers.ts";
import { type AuditEntry, auditWrites } from "./audit.ts";
import type { ActionContext } from "./context.ts";

const maybeIso = (ms: number | null) => (ms === null ? null : isoOf(ms));

export const userAnswer = (user: UserRow) => ({
  username: user.username,
  role: user.role,
  disabled: user.disabled_at !== null,
  created_at: isoOf(user.created_at),
  created_by: user.created_by,
  password_changed_at: isoOf(user.password_changed_at),
  last_sign_in_at: maybeIso(user.last_sign_in_at),
});

/** @throws Problem 404 */
export async function getUser(ctx: Pick<ActionContext, "db">, username: string): Promise<UserRow> {
  const user = await findUser(ctx.db, username);
  if (!user) throw notFound("The user");
  return user;
}

export interface NewPerson {
  readonly username: string;
  readonly passwordHash: string;
  readonly role: Role;
}

/** @throws Problem 409 where the name is taken */
export async function createUser(ctx: ActionContext, { username, passwordHash, role }: NewPerson) {
  const row: UserRow = {
    username,
    password_hash: passwordHash,
    role,
    created_at: ctx.nowMs,
    created_by: ctx.origin.principal,
    password_changed_at: ctx.nowMs,
    last_sign_in_at: null,
    disabled_at: null,
  };
  const entry: AuditEntry = { action: "user.create", target: `user:${username}`, details: { role } };
  try {
    await batch(ctx.db, [insertUser(ctx.db, row), ...(await auditWrites(ctx, entry))]);
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict("user_exists", "A user of this name exists already.");
    throw error;
  }
  return userAnswer(row);
}

/** Which sign-ins a change ends. */
interface Ending {
  readonly reason: string;
  /** The sign-in that stays. */
  readonly except?: string;
}

async function change(
  ctx: ActionContext,
  was: UserRow,
  to: UserChange,
  entry: AuditEntry,
  ending: Ending | null,
): Promise<UserRow> {
  const { db, nowMs } = ctx;
  const ends: Statement[] =
    ending === null ? [] : [endAuthSessionsOf(db, was.username, nowMs, ending.reason, ending.except)];
  try {
    await batch(db, [
      updateUser(db, was, to, nowMs),
      db.all(expectChanges(1)),
      ...ends,
      ...(await auditWrites(ctx, entry)),
    ]);
  } catch (error) {
    if (isGuardViolation(error)) throw busy();
    throw error;
  }
  return getUser(ctx, was.username);
}

/** What an admin changes; `passwordHash` is a new password's. */
export interface PersonChange {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
}

const isSame = (was: UserRow, { role, disabled, passwordHash }: PersonChange): boolean =>
  passwordHash === undefined &&
  (role === undefined || role === was.role) &&
  (disabled === undefined || disabled === (was.disabled_at !== null));

/** What the caller has seen of a user, where it is to be so still. */
export interface SeenUser {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

function requireSeen(was: UserRow, { role, disabled }: SeenUser): void {
  const isSeen =
    (role === undefined || role === was.role) &&
    (disabled === undefined || disabled === (was.disabled_at !== null));
  if (!isSeen) throw conflict("user_changed", "Somebody else changed this user meanwhile.");
}

/**
 * Changes a user; what is so already changes nothing. A new role or password, and a disabled user, end all sign-ins at
 * once.
 * @throws Problem 404, or 409 where the user is not as it was seen
 */
export async function changeUser(
  ctx: ActionContext,
  username: string,
  to: PersonChange,
  seen: SeenUser = {},
) {
  const was = await getUser(ctx, username);
  requireSeen(was, seen);
  const { role, passwordHash, disabled } = to;
  if (isSame(was, to)) return userAnswer(was);
  const disabledAt = disabled === undefined ? undefined : disabled ? (was.disabled_at ?? ctx.nowMs) : null;
  const details = {
    ...(role === undefined ? {} : { role: { from: was.role, to: role } }),
    ...(disabled === undefined ? {} : { disabled: { from: was.disabled_at !== null, to: disabled } }),
    ...(passwordHash === undefined ? {} : { password: "changed" }),
  };
  const entry: AuditEntry = { action: "user.change", target: `user:${username}`, details };
  const ends = disabled === true || passwordHash !== undefined || (role !== undefined && role !== was.role);
  const ending = ends ? { reason: disabled === true ? "disabled" : "changed" } : null;
  return userAnswer(await change(ctx, was, { role, passwordHash, disabledAt }, entry, ending));
}

/** A person changes their own password; every other sign-in of theirs ends. */
export async function changeOwnPassword(
  ctx: ActionContext,
  was: UserRow,
  passwordHash: string,
  sessionId: string | null,
): Promise<void> {
  const entry: AuditEntry = { action: "auth.password_change", target: `user:${was.username}`, details: {} };
  const ending = { reason: "password_changed", except: sessionId ?? "" };
  await change(ctx, was, { passwordHash }, entry, ending);
}
