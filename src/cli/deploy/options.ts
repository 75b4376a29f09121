/** What `npm run deploy -- ...` was asked for. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface DeployOptions {
  /** Nothing leaves this machine. */
  readonly dryRun: boolean;
  /** Of wrangler.toml; empty: the one without a name, which is production. */
  readonly env: string;
  /** Where it will answer; null: where wrangler says. */
  readonly url: string | null;
  /** Files that hold secrets; absolute. The environment beats them. */
  readonly envFiles: readonly string[];
}

const known = {
  "dry-run": { type: "boolean", default: false },
  env: { type: "string", default: "" },
  url: { type: "string" },
  "env-file": { type: "string", multiple: true, default: [] as string[] },
} as const;

/** Reads the arguments after `npm run deploy --`. Throws with what is wrong. */
export function readDeployOptions(args: readonly string[], cwd: string): DeployOptions {
  const { values } = parseArgs({ args: [...args], options: known });
  return {
    dryRun: values["dry-run"],
    env: values.env,
    url: values.url ?? null,
    envFiles: values["env-file"].map((file) => resolve(cwd, file)),
  };
}
