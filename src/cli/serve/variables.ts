/** The variables of a self-hosted service: from files and from the environment, and what makes them unfit. */
import { existsSync } from "node:fs";
import { isDevelopment, readConfiguration } from "../../auth/accounts.ts";
import type { Env } from "../../env.ts";
import { readVariables } from "../start/dev-vars.ts";

type VariableName = {
  [Name in keyof Env]-?: NonNullable<Env[Name]> extends string ? Name : never;
}[keyof Env];
export type ServeVariables = Readonly<Record<string, string>>;

/** A variable that `env.ts` gains has to be named here: the compiler says so. */
const known: Readonly<Record<VariableName, true>> = {
  ENVIRONMENT: true,
  JWT_SECRET: true,
  JWT_SECRET_PREVIOUS: true,
  SERVICE_USERNAME: true,
  SERVICE_PASSWORD: true,
  SERVICE_ACCOUNTS: true,
  RATE_LIMIT_REQUESTS: true,
  RATE_LIMIT_PERIOD_SECONDS: true,
  RATE_LIMIT_ROWS: true,
  RATE_LIMIT_POLICIES: true,
  SESSION_RETENTION_DAYS: true,
  EVENT_RETENTION_DAYS: true,
  CASE_RETENTION_DAYS: true,
  HISTORY_RETENTION_DAYS: true,
  AUDIT_RETENTION_DAYS: true,
  CORS_ORIGINS: true,
  SECURITY_CONTACT: true,
  SSO_ISSUER: true,
  SSO_AUDIENCE: true,
  SSO_JWKS_URL: true,
  SSO_ROLE_MAP: true,
  SSO_ALGORITHMS: true,
  SSO_ROLE_CLAIM: true,
  SSO_SUBJECT_CLAIM: true,
  SSO_TOKEN_HEADER: true,
  SSO_AUTHORIZE_URL: true,
  SSO_TOKEN_URL: true,
  SSO_CLIENT_ID: true,
  SSO_CLIENT_SECRET: true,
  SSO_SCOPES: true,
  TRUST_CF_HEADERS: true,
};

/** Nobody overwrites CF-Connecting-IP here unless a proxy in front does, which its operator then says. */
const defaults = { ENVIRONMENT: "production", TRUST_CF_HEADERS: "false" } as const;

/** The variables of the defaults, the files and the environment, each beating those before. */
export async function readServeVariables(
  files: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ServeVariables> {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`No such file: ${missing.join(", ")}`);
  const set: Record<string, string> = {};
  for (const name of Object.keys(known)) {
    const value = environment[name];
    if (value !== undefined && value !== "") set[name] = value;
  }
  return { ...defaults, ...(await readVariables(files)), ...set };
}

/** A random secret of 32 bytes has about 27 different characters in base64, 14 in hexadecimal. */
const minDistinctCharacters = 10;

/** Why a secret of sufficient length is guessable all the same; null where nothing tells. */
function weaknessOf(secret: string): string | null {
  if (new Set(secret).size < minDistinctCharacters)
    return "JWT_SECRET repeats itself: it must come from a random generator.";
  if (/change.?me|replace.?me|example|placeholder|your.?secret|^(secret|password)/i.test(secret))
    return "JWT_SECRET is a placeholder: it must come from a random generator.";
  return null;
}

/** What keeps a service with these variables from being safe to serve, a sentence each; never a value of a secret. */
export function unfitness(variables: ServeVariables): readonly string[] {
  const env = variables as unknown as Env;
  const configuration = readConfiguration(env);
  if ("missing" in configuration) return configuration.missing;
  const weakness = isDevelopment(env) ? null : weaknessOf(configuration.jwtSecret);
  return weakness === null ? [] : [weakness];
}
