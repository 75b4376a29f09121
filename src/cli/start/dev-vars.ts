/** .dev.vars: the variables and secrets of local development, which `npm start` makes once. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { localVariables } from "./project.ts";

/** 256 bits, in characters that need no quoting. */
export const randomSecret = (): string => Buffer.from(randomBytes(32)).toString("base64url");

/**
 * Not in the example: Cloudflare's deploy button deploys every line of that, and nobody's deployment is to be taken
 * for local development.
 */
const localOnly = 'ENVIRONMENT="development"\nTRUST_CF_HEADERS="false"\n';

/** The example with its empty JWT_SECRET filled in, and what makes it local. */
export function localFrom(example: string, secret: string): string {
  const filled = example.replace(/^JWT_SECRET=.*$/m, `JWT_SECRET="${secret}"`);
  if (filled === example) throw new Error(`${localVariables.example} has no JWT_SECRET line.`);
  return localOnly + filled;
}

/** Makes .dev.vars in `root` unless there is one, which is never touched. Answers whether it was made. */
export async function ensureDevVars(root: string): Promise<boolean> {
  const file = join(root, localVariables.file);
  if (existsSync(file)) return false;
  const example = await readFile(join(root, localVariables.example), "utf8");
  // `wx`: where two starts race, the second fails instead of invalidating the first one's tokens.
  await writeFile(file, localFrom(example, randomSecret()), { flag: "wx", mode: 0o600 });
  return true;
}

/** The variables that files set, in wrangler's order: a later file beats an earlier one. */
export async function readVariables(files: readonly string[]): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const file of files) {
    if (existsSync(file)) Object.assign(variables, parseEnv(await readFile(file, "utf8")));
  }
  return variables;
}
