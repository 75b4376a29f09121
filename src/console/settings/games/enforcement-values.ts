/** A game's settings of cases and decisions as fields, and back. */
import { type DecisionType, decisionTypes } from "../../../decisions/decision.ts";
import type { Automation, EnforcementSettings } from "../../../decisions/settings.ts";
import { badRequest } from "../../../http/problem.ts";
import type { Sent } from "../answer-form.ts";
import { type Draft, type Fields, textIn } from "../draft.ts";
import { ladderIn, ladderText } from "./ladder.ts";
import { movedFaults, placesOf, renumbered } from "./rows.ts";

const list = "policies";

/** What a type that nobody has set up begins with. */
const untouched = {
  state: "",
  min_band: "critical",
  groups: 2,
  daily_quota: 20,
  length: "policy",
  delay_window_hours: 0,
};

function automationValues(automation: Automation | undefined): Record<string, unknown> {
  if (automation === undefined) return untouched;
  const { enabled, policy, days, ...rest } = automation;
  const length = policy === undefined ? (days === null ? "endless" : "days") : "policy";
  return { ...rest, state: enabled ? "on" : "off", length, policy, days };
}

const under = (start: string, values: Record<string, unknown>) =>
  Object.entries(values).map(([name, value]) => [`${start}.${name}`, value] as const);

export const enforcementValues = (settings: EnforcementSettings): Record<string, unknown> => ({
  case_threshold: settings.case_threshold,
  second_review_share: settings.second_review_share,
  ...Object.fromEntries(
    Object.entries(settings.policies).flatMap(([name, { ladder, counts_days }], place) =>
      under(`${list}.${place}`, { name, ladder: ladderText(ladder), counts_days }),
    ),
  ),
  ...Object.fromEntries(
    decisionTypes.flatMap((type) => under(`automation.${type}`, automationValues(settings.automation[type]))),
  ),
});

const isKept = (fields: Fields, place: number): boolean =>
  ["name", "ladder", "counts_days"].some((name) => textIn(fields, `${list}.${place}.${name}`).trim() !== "");
const keptIn = (fields: Fields): number[] => placesOf(fields, list).filter((place) => isKept(fields, place));
const nameAt = (fields: Fields, place: number): string => textIn(fields, `${list}.${place}.name`).trim();

function policiesIn(sent: Sent): Record<string, object> {
  const rows = placesOf(sent.fields, list).map((place) => {
    const at = (name: string) => `${list}.${place}.${name}`;
    const ladder = ladderIn(sent.text(at("ladder")));
    return [
      place,
      sent.word(at("name")) ?? "",
      { ladder, counts_days: sent.number(at("counts_days")) ?? null },
    ] as const;
  });
  const kept = new Set(keptIn(sent.fields));
  return Object.fromEntries(
    rows.filter(([place]) => kept.has(place)).map(([, name, policy]) => [name, policy]),
  );
}

function automationIn(sent: Sent, type: DecisionType) {
  const at = (name: string) => `automation.${type}.${name}`;
  const state = sent.word(at("state"));
  const length = sent.text(at("length"));
  const policy = sent.word(at("policy"));
  const days = sent.number(at("days"));
  const rest = {
    min_band: sent.word(at("min_band")),
    groups: sent.number(at("groups")),
    daily_quota: sent.number(at("daily_quota")),
    delay_window_hours: sent.number(at("delay_window_hours")),
  };
  if (state === undefined) return [];
  const lengths: Readonly<Record<string, object>> = {
    policy: { policy },
    days: { days },
    endless: { days: null },
  };
  return [[type, { enabled: state === "on", ...rest, ...lengths[length] }] as const];
}

export const readEnforcement = (sent: Sent) => ({
  case_threshold: sent.number("case_threshold"),
  second_review_share: sent.number("second_review_share"),
  policies: policiesIn(sent),
  automation: Object.fromEntries(decisionTypes.flatMap((type) => automationIn(sent, type))),
});

/** Two policies of one name would be one. @throws Problem 400 */
export function refuseTwins(fields: Fields): void {
  const names = keptIn(fields).map((place) => nameAt(fields, place));
  const twin = names.findIndex((name, place) => names.indexOf(name) < place);
  if (twin < 0) return;
  throw badRequest([
    {
      pointer: `/${list}/${names[twin]}`,
      code: "invalid_value",
      detail: "is the name of another policy too",
    },
  ]);
}

/** The row that a fault of a policy belongs to, by the policy's name: of those that fit, the longest. */
function rowOf(place: string, names: readonly string[]): { row: number; rest: string } | null {
  const fits = names
    .map((name, row) => ({ row, start: `${list}.${name}` }))
    .filter(({ start }) => place === start || place.startsWith(`${start}.`))
    .sort((a, b) => b.start.length - a.start.length || b.row - a.row);
  const [best] = fits;
  return best === undefined ? null : { row: best.row, rest: place.slice(best.start.length + 1) };
}

/** A fault of a step is one of its line. */
function moveFault(place: string, words: string, names: readonly string[]): readonly [string, string] {
  const found = rowOf(place, names);
  if (found === null) return [place, words];
  const [, step] = /^ladder\.(\d+)/.exec(found.rest) ?? [];
  const at = `${list}.${found.row}`;
  if (step !== undefined) return [`${at}.ladder`, `line ${Number(step) + 1} ${words}`];
  return [`${at}.${found.rest === "" ? "name" : found.rest}`, words];
}

/** What was sent, with its rows and the faults of them numbered alike. */
export function enforcementDraft(draft: Draft): Draft {
  const kept = keptIn(draft.fields);
  const names = kept.map((place) => nameAt(draft.fields, place));
  return {
    ...draft,
    fields: renumbered(draft.fields, list, kept),
    faults: movedFaults(draft.faults, (place, words) => moveFault(place, words, names)),
  };
}
