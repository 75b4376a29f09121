/** A form with what stands in its fields: what is so now, or what was sent and has something wrong with it. */
import type { z } from "zod";
import type { Fault, Problem } from "../../http/problem.ts";
import { pointerOf } from "../../telemetry/session.ts";

/** By name; a field that may be ticked several times has several. */
export type Fields = Readonly<Record<string, readonly string[]>>;

export interface Draft {
  readonly fields: Fields;
  /** What is wrong, by the name of the field. */
  readonly faults: Readonly<Record<string, string>>;
  /** What is wrong with all of it, or why nothing was done. */
  readonly message: string | null;
}

/** A form that nobody has sent. Fields that have nothing are left out. */
export function draftOf(values: Readonly<Record<string, unknown>> = {}): Draft {
  const named = Object.entries(values).flatMap(([name, value]) => {
    const list = Array.isArray(value) ? value : [value];
    const texts = list.filter((each) => each !== null && each !== undefined).map(String);
    return texts.length === 0 ? [] : [[name, texts] as const];
  });
  return { fields: Object.fromEntries(named), faults: {}, message: null };
}

export const textIn = (fields: Fields, name: string): string => fields[name]?.[0] ?? "";

/** A fault of a part belongs to the field of the whole: `scopes.3` to `scopes`. */
export function faultAt({ faults }: Draft, name: string): string | null {
  const found = Object.entries(faults).find(([place]) => place === name || place.startsWith(`${name}.`));
  return found?.[1] ?? null;
}

export const hasFaultUnder = ({ faults }: Draft, start: string): boolean =>
  Object.keys(faults).some((place) => place === start || place.startsWith(`${start}.`));

const placeOf = (pointer: string): string => pointer.replace(/^\//, "").replaceAll("/", ".");

const lengthText = (count: unknown, unit: string): string =>
  `${String(count)} ${unit}${Number(count) === 1 ? "" : "s"}`;

function tooFew(issue: z.core.$ZodIssueTooSmall): string {
  const least = Number(issue.minimum);
  if (issue.origin === "string") {
    return least === 1 ? "must be filled in" : `must have at least ${lengthText(least, "character")}`;
  }
  if (issue.origin === "array") return least === 1 ? "choose at least one" : `at least ${least}`;
  return issue.inclusive === false ? `must be above ${least}` : `must be ${least} or more`;
}

function tooMuch(issue: z.core.$ZodIssueTooBig): string {
  const most = Number(issue.maximum);
  if (issue.origin === "string") return `must have at most ${lengthText(most, "character")}`;
  if (issue.origin === "array") return `at most ${most}`;
  return `must be ${most} or less`;
}

/** What people read at the field. A message of our own schemas is kept as it is. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  const isOwn = !/^(Invalid|Too|Unrecognized)/.test(issue.message);
  if (isOwn) return issue.message;
  if (issue.code === "too_small") return tooFew(issue);
  if (issue.code === "too_big") return tooMuch(issue);
  if (issue.code === "invalid_value") return "is none of the choices";
  if (issue.code === "invalid_type") return "is missing, or no such value";
  return issue.message;
}

const nothingSaved = "Nothing was saved. Correct what is marked, and send it again.";

/** What was sent, marked with what is wrong. */
export function refusedDraft(fields: Fields, issues: readonly z.core.$ZodIssue[]): Draft {
  const faults = issues.map((issue) => [placeOf(pointerOf(issue.path)), wordsOf(issue)] as const);
  const ofAll = faults.filter(([place]) => place === "").map(([, words]) => `The form ${words}.`);
  return {
    fields,
    faults: Object.fromEntries(faults.toReversed()),
    message: [nothingSaved, ...ofAll].join(" "),
  };
}

const detailOf = ({ pointer, detail }: Fault): string => {
  const name = placeOf(pointer);
  return detail.startsWith(`${name} `) ? detail.slice(name.length + 1).replace(/\.$/, "") : detail;
};

/** What was sent, with what the service said to it. */
export function answeredDraft(fields: Fields, problem: Problem): Draft {
  const faults = Object.fromEntries(problem.faults.map((fault) => [placeOf(fault.pointer), detailOf(fault)]));
  return { fields, faults, message: problem.faults.length > 0 ? nothingSaved : problem.message };
}
