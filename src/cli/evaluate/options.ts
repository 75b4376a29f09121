/** What `npm run evaluate` and `npm run evaluate:simulated` were asked for. Everything wrong is an InputError. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { type Condition, parseCondition } from "./groups.ts";
import { InputError } from "./input-error.ts";

interface Common {
  /** null: the newest session. */
  readonly asOfMs: number | null;
  readonly by: readonly string[];
  readonly where: readonly Condition[];
  /** Folder for the HTML report. */
  readonly report: string | null;
  /** File of the games' profile; null is the built-in one. */
  readonly profile: string | null;
}

export interface EvaluateOptions extends Common {
  readonly sessions: string;
  readonly labels: string;
}

export interface SimulateOptions extends Common {
  readonly seed: number;
  readonly players: number;
  readonly prevalence: number;
  /** When the simulated population stops playing. */
  readonly nowMs: number;
  /** Folder for sessions.ndjson and labels.csv. */
  readonly write: string | null;
}

export const evaluateUsage = `Usage: npm run evaluate -- SESSIONS.ndjson LABELS.csv [options]
  --as-of TIME      judge at this time (ISO 8601); default: the newest session
  --profile FILE    the game's profile (JSON), as PUT /api/games/{game} takes it
  --by COLUMN       figures by a column of the labels; repeatable
  --where CONDITION figures of a subset, such as "cheaters_in_match<=2"; repeatable
  --report DIR      write an HTML report there`;

export const simulateUsage = `Usage: npm run evaluate:simulated -- [options]
  --seed N          which population; default 1
  --prevalence P    share of cheaters, 0 to 1; default 0.1
  --players N       default 6000
  --now TIME        when the population stops playing: ISO 8601 or "now"; default 2026-10-01T00:00:00Z
  --write DIR       write sessions.ndjson and labels.csv there
  --as-of, --profile, --by, --where, --report as for npm run evaluate`;

type Flags = NonNullable<ParseArgsConfig["options"]>;
const commonFlags = {
  "as-of": { type: "string" },
  profile: { type: "string" },
  by: { type: "string", multiple: true },
  where: { type: "string", multiple: true },
  report: { type: "string" },
} as const satisfies Flags;
const simulateFlags = {
  ...commonFlags,
  seed: { type: "string" },
  prevalence: { type: "string" },
  players: { type: "string" },
  now: { type: "string" },
  write: { type: "string" },
} as const satisfies Flags;

/** A fixed end, so that a seed means the same population on every day; before it the service would refuse its rows. */
const defaultNowMs = Date.UTC(2026, 9, 1);

function parse<T extends Flags>(args: readonly string[], flags: T, usage: string) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
  } catch (error) {
    throw new InputError(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function timeOf(flag: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InputError(`--${flag} wants an ISO 8601 time, not "${text}".`);
  return ms;
}

function numberOf(flag: string, text: string, low: number, high: number, isWhole: boolean): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= low && value <= high && (!isWhole || Number.isInteger(value))) return value;
  throw new InputError(
    `--${flag} wants a ${isWhole ? "whole " : ""}number from ${low} to ${high}, not "${text}".`,
  );
}

interface CommonValues {
  readonly "as-of"?: string | undefined;
  readonly profile?: string | undefined;
  readonly by?: string[] | undefined;
  readonly where?: string[] | undefined;
  readonly report?: string | undefined;
}

const commonOf = (values: CommonValues): Common => ({
  asOfMs: values["as-of"] === undefined ? null : timeOf("as-of", values["as-of"]),
  by: values.by ?? [],
  where: (values.where ?? []).map(parseCondition),
  report: values.report ?? null,
  profile: values.profile ?? null,
});

export function readEvaluateOptions(args: readonly string[]): EvaluateOptions {
  const { values, positionals } = parse(args, commonFlags, evaluateUsage);
  const [sessions, labels, extra] = positionals;
  if (sessions === undefined || labels === undefined || extra !== undefined) {
    throw new InputError(`A sessions file and a labels file are needed, and nothing else.\n${evaluateUsage}`);
  }
  return { ...commonOf(values), sessions, labels };
}

export function readSimulateOptions(args: readonly string[], clockMs: number): SimulateOptions {
  const { values, positionals } = parse(args, simulateFlags, simulateUsage);
  if (positionals.length > 0) throw new InputError(`Unexpected "${positionals[0]}".\n${simulateUsage}`);
  const { now, write } = values;
  return {
    ...commonOf(values),
    seed: numberOf("seed", values.seed ?? "1", 0, 2 ** 48, true),
    prevalence: numberOf("prevalence", values.prevalence ?? "0.1", 0, 1, false),
    players: numberOf("players", values.players ?? "6000", 1, 1_000_000, true),
    nowMs: now === undefined ? defaultNowMs : now === "now" ? clockMs : timeOf("now", now),
    write: write ?? null,
  };
}
