/** Checking credentials, with a limit on failures (OWASP Authentication Cheat Sheet). */
import type { Context } from "hono";
import { type Account, type Configuration, credentialOf, isConfiguredPassword } from "../auth/accounts.ts";
import { accountDigest, createDevice, deviceOf } from "../auth/devices.ts";
import { HashingBusy, hashPassword, isPassword, needsRehash } from "../auth/passwords.ts";
import { usernameKey } from "../auth/usernames.ts";
import { findUser, type UserRow } from "../db/users.ts";
import type { AppEnv, Role } from "../env.ts";
import type { LimitClass } from "../rate-limit/policy.ts";
import { noteDenial } from "./denials.ts";
import { deviceCookie, setDeviceCookie } from "./device-cookie.ts";
import { getConfiguration } from "./gate.ts";
import { addressOf, takePermit, tooMany } from "./permits.ts";
import { busy, Problem } from "./problem.ts";

/** Somebody whose credentials were checked. */
export interface SignedIn {
  readonly subject: string;
  readonly role: Role;
  /** Fingerprint of a configured account's credentials; empty for a stored user. */
  readonly credential: string;
  /** The stored user as it was read, and its password hashed anew if that is due. */
  readonly user: { readonly row: UserRow; readonly rehashed: string | null } | null;
}

type Counter = readonly [LimitClass, string];

/**
 * Which counters a failure goes to. A device that signed in to the account before has one of its own: guesses by
 * strangers, from whatever addresses, cannot lock it out, and its own do not count for anybody else.
 */
async function countersOf(
  c: Context<AppEnv>,
  configuration: Configuration,
  username: string,
): Promise<readonly Counter[]> {
  const account = await accountDigest(usernameKey(username));
  const device = await deviceOf(configuration.jwtSecrets, deviceCookie(c), c.var.nowMs);
  if (device !== null && device.account === account) return [["login_device", device.id]];
  return [
    ["login_address", addressOf(c)],
    ["login_account", account],
  ];
}

/** Asks all counters; false if one of them refuses. */
async function ask(c: Context<AppEnv>, counters: readonly Counter[], permits: number): Promise<boolean> {
  const verdicts = await Promise.all(counters.map(([cls, key]) => takePermit(c, cls, key, permits)));
  return verdicts.every(({ allowed }) => allowed);
}

async function checkConfigured(
  configuration: Configuration,
  account: Account,
  password: string,
): Promise<SignedIn | null> {
  if (await isConfiguredPassword(account, password)) {
    const credential = await credentialOf(configuration, account);
    return { subject: account.username, role: account.role, credential, user: null };
  }
  // A wrong password takes as long as it does for any other account.
  await isPassword(password, null);
  return null;
}

async function checkStored(c: Context<AppEnv>, username: string, password: string): Promise<SignedIn | null> {
  const row = await findUser(c.var.db, usernameKey(username));
  if (!(await isPassword(password, row?.password_hash ?? null)) || row === null) return null;
  if (row.disabled_at !== null) return null;
  const rehashed = needsRehash(row.password_hash) ? await hashPassword(password) : null;
  return { subject: row.username, role: row.role, credential: "", user: { row, rehashed } };
}

/** Whose credentials these are; null: nobody's. @throws Problem 503 while too many are being checked */
export async function checkCredentials(
  c: Context<AppEnv>,
  username: string,
  password: string,
): Promise<SignedIn | null> {
  const configuration = getConfiguration(c.env);
  const account = configuration.accounts.find((candidate) => candidate.username === username);
  try {
    return account
      ? await checkConfigured(configuration, account, password)
      : await checkStored(c, username, password);
  } catch (error) {
    if (error instanceof HashingBusy) throw busy();
    throw error;
  }
}

async function refuseLimited(c: Context<AppEnv>): Promise<never> {
  await noteDenial(c, "sign_in_limited", addressOf(c));
  throw tooMany();
}

/**
 * Checks credentials with the counters asked before, so that a refused guess costs no hashing, and after: a failure
 * takes a permit, a success takes none but needs one to be left. The counters decide in order, so that of any number
 * of parallel guesses no more than the limit learn anything.
 * @throws Problem 429, or `null` for wrong credentials
 */
export async function checkLimited(
  c: Context<AppEnv>,
  username: string,
  password: string,
): Promise<SignedIn | null> {
  const counters = await countersOf(c, getConfiguration(c.env), username);
  if (!(await ask(c, counters, 0))) return refuseLimited(c);
  const found = await checkCredentials(c, username, password);
  if (!(await ask(c, counters, found ? 0 : 1))) return refuseLimited(c);
  return found;
}

/** @throws Problem 401 or 429 */
export async function signIn(c: Context<AppEnv>, username: string, password: string): Promise<SignedIn> {
  const found = await checkLimited(c, username, password);
  if (found === null) {
    await noteDenial(c, "sign_in_failed", addressOf(c));
    throw new Problem(401, "invalid_credentials", "Unknown name or wrong password.");
  }
  const { jwtSecret } = getConfiguration(c.env);
  setDeviceCookie(c, await createDevice(jwtSecret, usernameKey(found.subject), c.var.nowMs));
  return found;
}
