/** `npm run import`: a file of sessions, or a game server's log, into a running service. */
import { systemWorld } from "../client/world.ts";
import { InputError } from "./evaluate/input-error.ts";
import { runCommand } from "./evaluate/run.ts";
import { type ImportOptions, readImportOptions } from "./import/options.ts";
import { type Result, runImport } from "./import/run.ts";

/** Requests under way are heard out for so long after Ctrl-C; a second Ctrl-C ends them at once. */
const graceMs = 10_000;

const stop = new AbortController();
const abort = new AbortController();

function interrupt(): void {
  if (stop.signal.aborted) abort.abort(stop.signal.reason);
  stop.abort(new Error("The import was interrupted."));
  setTimeout(() => abort.abort(stop.signal.reason), graceMs).unref();
}

function summaryOf({ counts }: Result, { rejected, dryRun, adapter }: ImportOptions): string {
  const taken = dryRun ? "could be accepted" : "accepted";
  const text = `${adapter === null ? "" : "Sessions: "}${counts.accepted} ${taken}, ${counts.duplicates} duplicates, ${counts.rejected} rejected`;
  return counts.rejected > 0 ? `${text}; the rejected rows and why: ${rejected}` : `${text}.`;
}

async function main(options: ImportOptions): Promise<void> {
  const surroundings = { world: systemWorld, screen: process.stderr, stop: stop.signal, abort: abort.signal };
  const result = await runImport(options, surroundings);
  if (result.isDone) return console.log(summaryOf(result, options));
  console.error(`Interrupted. The same command goes on from ${options.state}.`);
  process.exitCode = 130;
}

/** One line of what went wrong, with its cause where the error itself says little. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error ? ` ${(error.cause.cause as Error)?.message ?? error.cause.message}` : "";
  return `${error.message}${cause}`;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
await runCommand(async () => {
  const options = readImportOptions(process.argv.slice(2), process.env);
  try {
    await main(options);
  } catch (error) {
    if (error instanceof InputError) throw error;
    console.error(`The import failed: ${reasonOf(error)}`);
    if (!options.dryRun) console.error(`The same command goes on from ${options.state}.`);
    process.exitCode = 1;
  }
});
