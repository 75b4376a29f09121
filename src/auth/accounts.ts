/** The accounts that the service's secrets configure, and what is missing until they are right. */
import { z } from "zod";
import type { Env, Role } from "../env.ts";
import { roles } from "../env.ts";
import { retentionFaults } from "../telemetry/retention.ts";
import { hmacHex, isSameSecret } from "./digest.ts";
import { readSsoConfiguration, type SsoConfiguration } from "./sso/configuration.ts";

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
}

export interface Configuration {
  /** Signs. */
  readonly jwtSecret: string;
  /** Verify: the current secret, then the one before the last rotation if there is one. */
  readonly jwtSecrets: readonly string[];
  readonly accounts: readonly Account[];
  /** Null where no identity provider is configured. */
  readonly sso: SsoConfiguration | null;
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

function faultsOfNames(names: readonly string[]): readonly string[] {
  const isRepeated = new Set(names).size < names.length;
  // So are the sign-ins of the identity provider's people told apart from ours.
  const isForeign = names.some((name) => name.startsWith("sso:"));
  return [
    ...(isRepeated ? ["Account names must be unique."] : []),
    ...(isForeign ? ["Account names must not begin with sso:."] : []),
  ];
}

const isLongEnough = (secret: string): boolean => new TextEncoder().encode(secret).length >= minSecretBytes;

/** The configuration, or one sentence a part that says what is missing. Never a value of a secret. */
export function readConfiguration(env: Env): Configuration | { readonly missing: readonly string[] } {
  const missing: string[] = [];
  const jwtSecret = env.JWT_SECRET ?? "";
  if (!isLongEnough(jwtSecret)) missing.push(`JWT_SECRET must be set to ${minSecretBytes} bytes or more.`);
  const previous = env.JWT_SECRET_PREVIOUS ?? "";
  if (previous !== "" && !isLongEnough(previous)) {
    missing.push(`JWT_SECRET_PREVIOUS must be empty or hold ${minSecretBytes} bytes or more.`);
  }
  const accounts: Account[] = [];
  for (const found of [mainAccounts(env), furtherAccounts(env)]) {
    if (typeof found === "string") missing.push(found);
    else accounts.push(...found);
  }
  if (accounts.length === 0) missing.push("SERVICE_USERNAME and SERVICE_PASSWORD must be set.");
  missing.push(...faultsOfNames(accounts.map(({ username }) => username)));
  if (!isDevelopment(env)) missing.push(...new Set(accounts.map(weakness).filter((why) => why !== null)));
  missing.push(...retentionFaults(env));
  const sso = readSsoConfiguration(env);
  if (typeof sso === "string") return { missing: [...missing, sso] };
  const jwtSecrets = previous === "" ? [jwtSecret] : [jwtSecret, previous];
  return missing.length > 0 ? { missing } : { jwtSecret, jwtSecrets, accounts, sso };
}

/** Equality with a configured password, in constant time. */
export const isConfiguredPassword = (account: Account, password: string): Promise<boolean> =>
  isSameSecret(account.password, password);

const fingerprint = (secret: string, { username, role, password }: Account): Promise<string> =>
  hmacHex(secret, `${username}\n${role}\n${password}`);

/** Changes when the account's password or role does: ends the sign-ins from before. */
export const credentialOf = (configuration: Configuration, account: Account): Promise<string> =>
  fingerprint(configuration.jwtSecret, account);

/** Whether a fingerprint is the account's of today, under any secret that is still accepted. */
export async function isCredentialOf(
  { jwtSecrets }: Configuration,
  account: Account,
  credential: string,
): Promise<boolean> {
  for (const secret of jwtSecrets) {
    if (await isSameSecret(credential, await fingerprint(secret, account))) return true;
  }
  return false;
}
