/** One fault at one call of D1, of the kinds that D1 has. */
import { aroundD1, type D1Call } from "../fault.ts";

/** What happens at the call: D1 does nothing, or does nothing and answers late, or does everything and nobody hears of it. */
export const faultKinds = ["fails", "times out", "loses the answer"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** D1's own words (developers.cloudflare.com/d1/observability/debug-d1), each in turn. */
const words: Readonly<Record<FaultKind, readonly string[]>> = {
  fails: [
    "D1 DB is overloaded. Too many requests queued.",
    "D1 DB reset because its code was updated.",
    "Internal error in D1 DB storage caused object to be reset.",
    "Internal error while starting up D1 DB storage caused object to be reset.",
    "Cannot resolve D1 DB due to transient issue on remote node.",
    "D1 DB is overloaded. Requests queued for too long.",
  ],
  "times out": ["D1 DB storage operation exceeded timeout which caused object to be reset."],
  "loses the answer": [
    "Network connection lost.",
    "D1 DB's isolate exceeded its memory limit and was reset.",
    "D1 DB exceeded its CPU time limit and was reset.",
    "Can't read from request stream because client disconnected.",
  ],
};
/** All of them. */
export const wordsOfD1: readonly string[] = Object.values(words).flat();

const errorOf = (kind: FaultKind, place: number): Error =>
  new Error(`D1_ERROR: ${words[kind][place % words[kind].length]}`);

/** Lets everything else that can go on go on first. */
const late = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

async function faulty<T>(kind: FaultKind, place: number, real: () => Promise<T>): Promise<T> {
  if (kind === "times out") await late();
  if (kind === "loses the answer") await real();
  throw errorOf(kind, place);
}

/** The statement that a call is about, in a few words: of a batch the first that writes. */
export function nameOf({ texts }: D1Call): string {
  const flat = texts.map((text) => text.replaceAll(/\s+/g, " ").trim());
  const text = flat.find((one) => /^(INSERT|UPDATE|DELETE)/.test(one)) ?? flat[0] ?? "";
  const [, verb, table] =
    /^(INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) (\w+)/.exec(text) ??
    /^(SELECT|WITH).*? FROM \(?(?:SELECT .*? FROM )?(\w+)/.exec(text) ??
    [];
  const more = texts.length > 1 ? ` +${texts.length - 1}` : "";
  return `${verb === undefined ? text.slice(0, 24) : `${verb} ${table}`}${more}`;
}

export const isWriting = (name: string): boolean => /^(INSERT|UPDATE|DELETE)/.test(name);

/** A D1 that tells which calls there were. */
export function watchedCalls(real: D1Database) {
  const calls: string[] = [];
  const DB = aroundD1(real, (call, make) => {
    calls.push(nameOf(call));
    return make();
  });
  return { DB, calls };
}

export interface Injected {
  readonly DB: D1Database;
  /** The calls so far, by {@link nameOf}. */
  readonly calls: readonly string[];
  /** Whether there were as many calls as that. */
  isHit(): boolean;
}

/** A D1 whose call number `at` (from 1) has a fault; the others are made. */
export function injectedD1(real: D1Database, kind: FaultKind, at: number): Injected {
  const calls: string[] = [];
  const DB = aroundD1(real, (call, make) => {
    calls.push(nameOf(call));
    return calls.length === at ? faulty(kind, at, make) : make();
  });
  return { DB, calls, isHit: () => calls.length >= at };
}
