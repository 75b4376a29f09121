/** What a detector is: a card that explains itself, and a pure function from measured evidence to a finding. */
import type { z } from "zod";
import type { Baseline } from "./baseline.ts";
import type { Severity } from "./evidence.ts";
import type { Measured } from "./measured.ts";
import type { Anomaly, Category, Group } from "./risk.ts";

/** What a detector adds to the score, and what it rests on. */
export interface Trace {
  /** Nats beyond what an ordinary player shows, >= 0, already faded: this is what feeds the score. */
  readonly surprise: number;
  readonly observed: number | null;
  readonly unit: string | null;
  readonly median: number | null;
  readonly exposure: number | null;
  readonly sinceMs: number | null;
  /** At most ten, most telling first. */
  readonly sessionIds: readonly string[];
  readonly sentence: string;
  /** -ln of the share of honest players that go as far, unfaded; null where no tail is known. */
  readonly tailNats: number | null;
}

/** Too little to say anything. */
export interface Insufficient {
  readonly outcome: "insufficient";
  readonly reason: string;
}

/** Nothing to show to people. A trace ranks players below suspicion and is a line of the ledger. */
export interface Clear {
  readonly outcome: "clear";
  readonly trace: Trace | null;
}

export interface Suspect extends Trace {
  readonly outcome: "suspect";
  /** Not a statistic: a physical impossibility or a signature, repeated, from a trusted server. */
  readonly proof: boolean;
  readonly anomaly: Anomaly;
}

export type Finding = Insufficient | Clear | Suspect;

interface Card {
  /** `group.name`; its file is the same with a dash. */
  readonly id: string;
  /** Rises whenever the same evidence could give another finding. */
  readonly version: number;
  readonly family: Group;
  readonly category: Category;
  readonly summary: string;
  /** Publications that support the claim, or "chosen by us, measured on X". */
  readonly sources: readonly string[];
  readonly knownFalsePositives: readonly string[];
  readonly minimumEvidence: string;
  /** The metric that a level is of; null for every other statistic. */
  readonly metricId?: string | null;
  /** Does it compare a player's sessions with each other, whatever their level? */
  readonly amongSessions?: boolean;
}

export interface Detector extends Card {
  readonly params: z.ZodObject;
  /** Judges with the default parameters, or with overrides of some. Never throws for data. */
  evaluate(measured: Measured, baseline: Baseline, overrides?: Readonly<Record<string, unknown>>): Finding;
}

interface Definition<P extends z.ZodObject> extends Card {
  readonly params: P;
  evaluate(measured: Measured, baseline: Baseline, params: z.output<P>): Finding;
}

/** Makes a detector of its card; every parameter must have a default, which is checked when the module loads. */
export function defineDetector<P extends z.ZodObject>(definition: Definition<P>): Detector {
  const defaults = definition.params.parse({});
  return {
    ...definition,
    evaluate: (measured, baseline, overrides) =>
      definition.evaluate(measured, baseline, overrides ? definition.params.parse(overrides) : defaults),
  };
}

/** Severity of a statistic by its surprise in nats. Chosen by us: 3 is the least that is shown to people. */
export function severityOf(surprise: number): Severity {
  if (surprise >= 15) return "critical";
  if (surprise >= 9) return "high";
  return surprise >= 5 ? "medium" : "low";
}

/** A suspect finding from its trace; the sentence is the anomaly's detail as well. */
export function suspect(category: Category, trace: Trace, proof = false): Suspect {
  const severity = proof ? "critical" : severityOf(trace.surprise);
  const anomaly = { category, severity, detail: trace.sentence, sessionId: trace.sessionIds[0] ?? null };
  return { outcome: "suspect", ...trace, proof, anomaly };
}

/** Suspect from `suspectNats` on, else clear with what it showed. */
export function judged(category: Category, trace: Trace, suspectNats: number): Finding {
  if (trace.surprise >= suspectNats) return suspect(category, trace);
  return { outcome: "clear", trace: trace.surprise > 0 ? trace : null };
}
