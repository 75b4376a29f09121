/** The secrets of a deployment: kept, given, asked for or made, and refused when weak. */
import { type ServeVariables, unfitness } from "../serve/variables.ts";
import { randomSecret } from "../start/dev-vars.ts";

const required = ["JWT_SECRET", "SERVICE_USERNAME", "SERVICE_PASSWORD"] as const;
const optional = ["JWT_SECRET_PREVIOUS", "SERVICE_ACCOUNTS", "SSO_CLIENT_SECRET"] as const;

/** Asks the person at the terminal; null where there is none. */
export type Ask = ((question: string) => Promise<string>) | null;

const questions = {
  SERVICE_USERNAME: "Name of the first admin: ",
  SERVICE_PASSWORD: "Their password, 12 characters or more: ",
} as const;

/** Stands for a deployed value that we can't read, so that the others are judged. */
const unread = { JWT_SECRET: randomSecret(), SERVICE_USERNAME: "unread", SERVICE_PASSWORD: randomSecret() };

/** Throws with a sentence for each secret that must not be deployed. */
export function refuseWeak(secrets: ServeVariables): void {
  const reasons = unfitness({ ENVIRONMENT: "production", ...unread, ...secrets });
  if (reasons.length > 0) throw new Error(["Not deployed:", ...reasons.map((why) => `- ${why}`)].join("\n"));
}

/**
 * The secrets to upload: those that `given` has, and of the required ones what is not `deployed` yet. Deployed ones that
 * nobody gives stay as they are: a new JWT_SECRET would sign everybody out.
 */
export async function gatherSecrets(
  given: ServeVariables,
  deployed: ReadonlySet<string>,
  ask: Ask,
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const name of [...required, ...optional]) if (given[name]) secrets[name] = given[name];
  if (!secrets.JWT_SECRET && !deployed.has("JWT_SECRET")) secrets.JWT_SECRET = randomSecret();
  for (const name of ["SERVICE_USERNAME", "SERVICE_PASSWORD"] as const) {
    if (secrets[name] || deployed.has(name)) continue;
    if (ask === null)
      throw new Error(`${name} is not deployed yet: give it in the environment or in --env-file.`);
    secrets[name] = await ask(questions[name]);
  }
  refuseWeak(secrets);
  return secrets;
}
