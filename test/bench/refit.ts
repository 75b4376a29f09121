/**
 * `npm run bench:refit`: what verdicts teach the combination, over ten seeds at 60, 300 and 3,000 verdicts, measured on
 * held-out simulated players. About two minutes of CPU.
 */
import { createRoster } from "../../src/cli/evaluate/roster.ts";
import { takePopulation } from "../../src/cli/evaluate/simulated.ts";
import {
  addDelta,
  type Baseline,
  deltaOfAll,
  playersIn,
  priorBaseline,
  refreshedBaseline,
} from "../../src/detection/baseline.ts";
import { type Features, featuresOf, natsUnder } from "../../src/detection/case-features.ts";
import { natsWidth } from "../../src/detection/cells.ts";
import { fitWeights, type LabelledCase } from "../../src/detection/fit-weights.ts";
import { type GroupWeights, heaviestOf } from "../../src/detection/group-weights.ts";
import type { MetricHistogram } from "../../src/detection/histogram.ts";
import { leastVerdicts, refit } from "../../src/detection/refit.ts";
import type { Score } from "../../src/detection/risk.ts";
import { fittedMap, mappedRisk } from "../../src/detection/risk-map.ts";
import { rocAuc } from "../../src/detection/roc.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { seededRandom, shuffledBy } from "../../src/detection/seeded.ts";
import { classOf } from "../../src/detection/size-class.ts";

const nowMs = Date.parse("2026-11-01T00:00:00Z");
const seeds = Number(process.argv[2] ?? 10);
const sizes = [60, 300, 3_000] as const;
const prevalence = 0.1;
const players = { baseline: 4_000, reviewed: 12_000, heldOut: 4_000 } as const;
/** Of ten cheaters one is cleared, of a hundred honest players one is confirmed: people err towards sparing. */
const wrong = { cleared: 0.1, confirmed: 0.01 } as const;

interface Player {
  readonly features: Features;
  readonly risk: number;
  readonly judged: boolean;
  readonly cheat: boolean;
  readonly kind: string;
}

function evidenceOf(seed: number, count: number) {
  const roster = createRoster(Number.POSITIVE_INFINITY);
  const labels = takePopulation({ seed, players: count, prevalence, nowMs }, roster, () => {});
  return roster.standings().map(({ player, game, mode, sessions }) => ({
    label: labels.byPlayer.get(player),
    evidence: {
      game,
      mode,
      asOfMs: nowMs,
      sessions,
      events: [],
      serverTrusted: true,
      reporterCredibility: 0.5,
    },
  }));
}

/** A baseline at rest, which all populations are scored by: they are of one generator. */
function settledBaseline(): Baseline {
  const all = evidenceOf(500, players.baseline);
  let baseline = priorBaseline;
  let histogram: Readonly<Record<string, MetricHistogram>> | null = null;
  let before: (Score | null)[] = all.map(() => null);
  for (;;) {
    const scores = all.map(({ evidence }) => scoreEvidence(evidence, baseline));
    histogram = addDelta(
      histogram,
      deltaOfAll(scores.map((after, i) => ({ before: before[i] ?? null, after }))),
    );
    before = scores;
    const next = refreshedBaseline(baseline, histogram, playersIn(histogram));
    if (next === null) return baseline;
    baseline = next;
  }
}

const baseline = settledBaseline();

function populationOf(seed: number, count: number): Player[] {
  return evidenceOf(seed, count).map(({ label, evidence }) => {
    const score = scoreEvidence(evidence, baseline);
    return {
      features: featuresOf(score),
      risk: score.risk,
      judged: score.confidence === "sufficient",
      cheat: label?.label === "cheater",
      kind: label?.columns.kind ?? "",
    };
  });
}

interface Measured {
  readonly auc: number;
  /** At 1 % of the honest players. */
  readonly recall: number;
  /** Shares of honest players at 40 and 70. */
  readonly honestAt: readonly [number, number];
}

/** Ranks players by the risk they would have once the map is fitted to these weights, as the baseline job does. */
function measure(all: readonly Player[], weights: GroupWeights): Measured {
  const bins: Record<string, { n: number; variance: number; bins: Record<string, number> }> = {};
  for (const { features } of all) {
    const key = `nats:0@${classOf(features.sessions)}`;
    bins[key] ??= { n: 0, variance: 0, bins: {} };
    const bin = String(Math.floor(natsUnder(features, weights) / natsWidth));
    bins[key].n += 1;
    bins[key].bins[bin] = (bins[key].bins[bin] ?? 0) + 1;
  }
  const map = fittedMap(bins, 0, all.length, heaviestOf(weights));
  if (map === null) throw new Error("no map was fitted");
  const risksOf = (cheat: boolean) =>
    all
      .filter((player) => player.cheat === cheat)
      .map(({ features }) => mappedRisk(map, natsUnder(features, weights), Math.max(1, features.sessions)));
  const [cheats, honest] = [risksOf(true), risksOf(false).sort((a, b) => b - a)];
  const threshold = honest[Math.floor(honest.length / 100)] ?? 0;
  const at = (risk: number) => honest.filter((own) => own >= risk).length / honest.length;
  return {
    auc: rocAuc(cheats, honest)?.value ?? Number.NaN,
    recall: cheats.filter((risk) => risk > threshold).length / cheats.length,
    honestAt: [at(4_000), at(7_000)],
  };
}

/** Verdicts on the riskiest players, in the order in which they came: a random one. */
function verdictsOn(reviewed: readonly Player[], seed: number): LabelledCase[] {
  const random = seededRandom(seed);
  const top = reviewed
    .filter(({ judged }) => judged)
    .toSorted((a, b) => b.risk - a.risk)
    .slice(0, Math.max(...sizes));
  return shuffledBy(top, random).map(({ features, cheat }) => ({
    features,
    confirmed: cheat ? random() >= wrong.cleared : random() < wrong.confirmed,
  }));
}

function shuffledVerdicts(cases: readonly LabelledCase[], seed: number): LabelledCase[] {
  const labels = shuffledBy(
    cases.map(({ confirmed }) => confirmed),
    seededRandom(seed),
  );
  return cases.map(({ features }, i) => ({ features, confirmed: labels[i] === true }));
}

interface Run {
  readonly size: number;
  readonly confirmed: number;
  readonly before: Measured;
  /** As it would be with whatever the verdicts teach, shown or not. */
  readonly taught: Measured;
  /** As it is: the proposal where there is one, else as before. */
  readonly after: Measured;
  readonly outcome: string;
  readonly gainInCases: number | null;
  readonly shuffled: string;
}

function runsOf(reviewed: readonly Player[], heldOut: readonly Player[], seed: number): Run[] {
  const before = measure(heldOut, {});
  const verdicts = verdictsOn(reviewed, seed);
  return sizes.map((size) => {
    const cases = verdicts.slice(0, size);
    const found = refit(cases, {});
    return {
      size,
      confirmed: cases.filter(({ confirmed }) => confirmed).length,
      before,
      taught: measure(heldOut, fitWeights(cases, {})),
      after: found.weights === null ? before : measure(heldOut, found.weights),
      outcome: found.outcome,
      gainInCases: found.gain?.value ?? null,
      shuffled: refit(shuffledVerdicts(cases, seed + size), {}).outcome,
    };
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const shown = (value: number, digits = 4): string => value.toFixed(digits);
const spanOf = (values: readonly number[]): string =>
  `${shown(meanOf(values))} (${shown(Math.min(...values))} to ${shown(Math.max(...values))})`;

function rowOf(runs: readonly Run[]): Record<string, unknown> {
  const proposed = runs.filter(({ outcome }) => outcome === "proposed");
  const gains = (of: readonly Run[], which: "taught" | "after", what: "auc" | "recall") =>
    of.length === 0 ? "-" : spanOf(of.map((run) => run[which][what] - run.before[what]));
  const inCases = proposed.flatMap(({ gainInCases }) => gainInCases ?? []);
  return {
    "confirmed, mean": shown(meanOf(runs.map(({ confirmed }) => confirmed)), 0),
    "AUC before": shown(meanOf(runs.map(({ before }) => before.auc))),
    "AUC after": shown(meanOf(runs.map(({ after }) => after.auc))),
    "recall before": shown(meanOf(runs.map(({ before }) => before.recall)), 3),
    "recall after": shown(meanOf(runs.map(({ after }) => after.recall)), 3),
    proposed: `${proposed.length} of ${runs.length}`,
    "too few": runs.filter(({ outcome }) => outcome === "too_few_verdicts").length,
    "gain in AUC where proposed": gains(proposed, "after", "auc"),
    "gain in recall where proposed": gains(proposed, "after", "recall"),
    "gain among the cases": inCases.length === 0 ? "-" : shown(meanOf(inCases)),
    "gain in AUC if always taken": gains(runs, "taught", "auc"),
    "gain in recall if always taken": gains(runs, "taught", "recall"),
    "honest at 40, 70 if always taken": [0, 1]
      .map((i) => `${(100 * meanOf(runs.map(({ taught }) => taught.honestAt[i] ?? 0))).toFixed(3)} %`)
      .join(", "),
    "proposed of shuffled": `${runs.filter(({ shuffled }) => shuffled === "proposed").length} of ${runs.length}`,
  };
}

/** Games by what their cheats do: all seven kinds, on which today's weights were chosen, or only programs that press buttons. */
const worlds: Readonly<Record<string, (player: Player) => boolean>> = {
  "all kinds of cheats": () => true,
  "triggerbots and macros only": ({ cheat, kind }) => !cheat || /^(triggerbot|macro)/.test(kind),
};

const runs: Record<string, Run[]> = {};
for (let seed = 1; seed <= seeds; seed++) {
  const reviewed = populationOf(600 + seed, players.reviewed);
  const heldOut = populationOf(700 + seed, players.heldOut);
  for (const [name, isIn] of Object.entries(worlds)) {
    runs[name] ??= [];
    runs[name].push(...runsOf(reviewed.filter(isIn), heldOut.filter(isIn), seed));
  }
  console.error(`seed ${seed} of ${seeds}`);
}
console.log(
  `${seeds} seeds; of each ${players.reviewed} players for verdicts, ${players.heldOut} held out, ${100 * prevalence} % cheaters; at least ${leastVerdicts} verdicts of each label`,
);
for (const [name, all] of Object.entries(runs)) {
  console.log(`\n${name}`);
  for (const size of sizes) {
    console.log(`${size} verdicts`, rowOf(all.filter((run) => run.size === size)));
  }
}
