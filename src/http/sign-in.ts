/** Checking credentials with a limit on failures, per address and per account (OWASP Authentication Cheat Sheet). */
import type { Context } from "hono";
import { type Account, findAccount } from "../auth/accounts.ts";
import { sha256Hex } from "../auth/digest.ts";
import type { AppEnv } from "../env.ts";
import { getConfiguration } from "./gate.ts";
import { addressOf, takePermit, tooMany } from "./permits.ts";
import { Problem } from "./problem.ts";

/**
 * A failure takes a permit of the address and one of the account; a success takes none, but needs one to be left:
 * past the limit a right guess is refused as a wrong one is. The counters decide in order, so that of any number
 * of parallel guesses no more than the limit learn anything.
 * @throws Problem 401 or 429
 */
export async function signIn(c: Context<AppEnv>, username: string, password: string): Promise<Account> {
  const account = await findAccount(getConfiguration(c.env).accounts, username, password);
  const permits = account ? 0 : 1;
  const verdicts = await Promise.all([
    takePermit(c, "login_address", addressOf(c), permits),
    takePermit(c, "login_account", await sha256Hex(username), permits),
  ]);
  if (verdicts.some((verdict) => !verdict.allowed)) throw tooMany();
  if (!account) throw new Problem(401, "invalid_credentials", "Unknown name or wrong password.");
  return account;
}
