/** The accounts that the service's secrets configure, and what is missing until they are right. */
import { z } from "zod";
import type { Env, Role } from "../env.ts";
import { roles } from "../env.ts";
import { hmacHex, isSameSecret } from "./digest.ts";

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
}

export interface Configuration {
  readonly jwtSecret: string;
  readonly accounts: readonly Account[];
}

/** Works where ENVIRONMENT says development, and nowhere else. */
const localAccount: Account = { username: "security_console", password: "letmein123", role: "admin" };

const minSecretBytes = 32;
const minPasswordLength = 12;

const FurtherAccounts = z.array(
  z.strictObject({
    username: z.string().min(1).max(128),
    password: z.string().min(1).max(1024),
    role: z.enum(roles),
  }),
);

export const isDevelopment = (env: Env): boolean => env.ENVIRONMENT === "development";

function furtherAccounts(env: Env): readonly Account[] | string {
  if (!env.SERVICE_ACCOUNTS) return [];
  try {
    return FurtherAccounts.parse(JSON.parse(env.SERVICE_ACCOUNTS));
  } catch {
    return "SERVICE_ACCOUNTS must be a JSON array of {username, password, role}.";
  }
}

function mainAccounts(env: Env): readonly Account[] | string {
  const { SERVICE_USERNAME: username, SERVICE_PASSWORD: password } = env;
  if (username && password) return [{ username, password, role: "admin" }];
  if (username || password)
    return "SERVICE_USERNAME and SERVICE_PASSWORD are configured together or not at all.";
  return isDevelopment(env) ? [localAccount] : [];
}

/** Why an account must not exist outside development; null if it may. */
function weakness(account: Account): string | null {
  if (account.password === localAccount.password) return "The local development password is refused here.";
  if (account.password.length < minPasswordLength) {
    return `Passwords of service accounts have at least ${minPasswordLength} characters.`;
  }
  return null;
}

/** The configuration, or one sentence a part that says what is missing. Never a value of a secret. */
export function readConfiguration(env: Env): Configuration | { readonly missing: readonly string[] } {
  const missing: string[] = [];
  const jwtSecret = env.JWT_SECRET ?? "";
  if (new TextEncoder().encode(jwtSecret).length < minSecretBytes) {
    missing.push(`JWT_SECRET must be set to ${minSecretBytes} bytes or more.`);
  }
  const accounts: Account[] = [];
  for (const found of [mainAccounts(env), furtherAccounts(env)]) {
    if (typeof found === "string") missing.push(found);
    else accounts.push(...found);
  }
  if (accounts.length === 0) missing.push("SERVICE_USERNAME and SERVICE_PASSWORD must be set.");
  if (new Set(accounts.map(({ username }) => username)).size < accounts.length) {
    missing.push("Account names must be unique.");
  }
  if (!isDevelopment(env)) missing.push(...new Set(accounts.map(weakness).filter((why) => why !== null)));
  return missing.length > 0 ? { missing } : { jwtSecret, accounts };
}

/** No account has it: what an unknown name is compared with, so that it takes as long as a known one. */
const nobody: Account = { username: "", password: "\u0000", role: "viewer" };

/** The account of these credentials, or null. Unknown name and wrong password take the same time. */
export async function findAccount(
  accounts: readonly Account[],
  username: string,
  password: string,
): Promise<Account | null> {
  const account = accounts.find((candidate) => candidate.username === username) ?? nobody;
  const same = await isSameSecret(account.password, password);
  return same && account !== nobody ? account : null;
}

/** Changes when the account's password or role does: ends the refresh tokens given out before. */
export function credentialOf(configuration: Configuration, account: Account): Promise<string> {
  return hmacHex(configuration.jwtSecret, `${account.username}\n${account.role}\n${account.password}`);
}
