/** A game's profile as fields, and back. */
import type { DeclaredMetric, GameProfile } from "../../../detection/game-profile.ts";
import { weightedGroups } from "../../../detection/group-weights.ts";
import type { Sent } from "../answer-form.ts";
import type { Draft, Fields } from "../draft.ts";
import { movedFaults, placesOf, renumbered } from "./rows.ts";

const list = "metrics";
const texts = ["name", "label", "kind", "unit", "direction", "exposure", "group"] as const;
const numbers = ["range.0", "range.1", "minimum_exposure", "prior.median", "prior.spread"] as const;
/** What a new row is filled in with counts for nothing. */
const typed = ["name", "label", "unit", "range.0", "range.1", "prior.median", "prior.spread"] as const;

const metricValues = (metric: DeclaredMetric, place: number): readonly (readonly [string, unknown])[] => {
  const { range, prior, ...rest } = metric;
  const values = {
    ...rest,
    "range.0": range[0],
    "range.1": range[1],
    "prior.median": prior?.median,
    "prior.spread": prior?.spread,
  };
  return Object.entries(values).map(([name, value]) => [`${list}.${place}.${name}`, value] as const);
};

export const profileValues = ({
  modes,
  shooter,
  metrics,
  weights,
}: GameProfile): Record<string, unknown> => ({
  modes: modes.join("\n"),
  shooter: shooter ? "yes" : undefined,
  ...Object.fromEntries(metrics.flatMap(metricValues)),
  ...Object.fromEntries(weightedGroups.map((group) => [`weights.${group}`, weights?.[group]])),
});

/** Rows that say anything and are not to go. */
const isKept = (fields: Fields, place: number): boolean => {
  const at = (name: string) => (fields[`${list}.${place}.${name}`]?.[0] ?? "").trim();
  return at("remove") !== "yes" && typed.some((name) => at(name) !== "");
};
const keptIn = (fields: Fields): number[] => placesOf(fields, list).filter((place) => isKept(fields, place));

function metricIn(sent: Sent, place: number) {
  const at = (name: string) => `${list}.${place}.${name}`;
  const text = Object.fromEntries(texts.map((name) => [name, sent.word(at(name))]));
  const number = Object.fromEntries(numbers.map((name) => [name, sent.number(at(name))]));
  const [median, spread] = [number["prior.median"], number["prior.spread"]];
  sent.text(at("remove"));
  return {
    ...text,
    name: text.name ?? "",
    range: [number["range.0"], number["range.1"]],
    minimum_exposure: number.minimum_exposure,
    prior: median === undefined && spread === undefined ? undefined : { median, spread },
  };
}

function weightsIn(sent: Sent): Record<string, number> | undefined {
  const named = weightedGroups.flatMap((group) => {
    const weight = sent.number(`weights.${group}`);
    return weight === undefined ? [] : [[group, weight] as const];
  });
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

export function readProfile(sent: Sent) {
  const kept = new Set(keptIn(sent.fields));
  const metrics = placesOf(sent.fields, list).flatMap((place) => {
    const metric = metricIn(sent, place);
    return kept.has(place) ? [metric] : [];
  });
  const modes = sent
    .text("modes")
    .split("\n")
    .map((mode) => mode.trim())
    .filter((mode) => mode !== "");
  return { modes, shooter: sent.isTicked("shooter"), metrics, weights: weightsIn(sent) };
}

/** What is wrong with two fields together is said at one of them. */
const together = /^(metrics\.\d+\.)(range|prior)$/;
const spoken: Readonly<Record<string, string>> = { range: "range.1", prior: "prior.median" };

/** What was sent, with its rows numbered as the faults number them. */
export const profileDraft = (draft: Draft): Draft => ({
  ...draft,
  fields: renumbered(draft.fields, list, keptIn(draft.fields)),
  faults: movedFaults(draft.faults, (place, words) => {
    const [, start, part = ""] = together.exec(place) ?? [];
    return [start === undefined ? place : `${start}${spoken[part]}`, words];
  }),
});
