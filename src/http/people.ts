/** The rules about people that the API and the console share. */
import type { Context } from "hono";
import { HashingBusy, hashPassword } from "../auth/passwords.ts";
import type { UserRow } from "../db/users.ts";
import { type AppEnv, type Person, principalOf } from "../env.ts";
import { noteDenial } from "./denials.ts";
import { getConfiguration } from "./gate.ts";
import { busy, conflict, Problem } from "./problem.ts";
import { checkLimited } from "./sign-in.ts";

/** @throws Problem 503 while too many passwords are being hashed */
export async function hashed(password: string): Promise<string> {
  try {
    return await hashPassword(password);
  } catch (error) {
    if (error instanceof HashingBusy) throw busy();
    throw error;
  }
}

/** Accounts of the service's secrets are changed there. @throws Problem 409 */
export function requireFreeName(c: Context<AppEnv>, username: string): void {
  const { accounts } = getConfiguration(c.env);
  if (!accounts.some((account) => account.username.toLowerCase() === username)) return;
  throw conflict("user_exists", "An account of this name is configured in the service's secrets.");
}

export const isOwnAccount = (person: Person, username: string): boolean =>
  person.kind === "user" && person.subject === username;

/** So no admin locks themselves out, and the last one stays. @throws Problem 409 */
export function refuseOwnAccount(person: Person, username: string): void {
  if (!isOwnAccount(person, username)) return;
  throw conflict("own_account", "Nobody changes their own role or access: ask another admin.");
}

/**
 * The person's own stored user, once the current password is proved.
 * @throws Problem 403 for a wrong one, 409 for an account of the service's secrets, 429
 */
export async function requirePassword(c: Context<AppEnv>, person: Person, current: string): Promise<UserRow> {
  const found = person.kind === "user" ? await checkLimited(c, person.subject, current) : null;
  if (found === null) {
    await noteDenial(c, "sign_in_failed", principalOf(person));
    throw new Problem(403, "wrong_password", "The current password is wrong.");
  }
  if (found.user === null) {
    throw conflict("configured_account", "This account's password is changed in the service's secrets.");
  }
  return found.user.row;
}
