/** log.signature: a server's log names a cheat. */
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import { defineDetector, type Finding, suspect } from "../detector.ts";
import type { EventEvidence } from "../evidence.ts";
import type { Measured } from "../measured.ts";
import { isSuspended, suspendedSentence } from "../proof-breaker.ts";
import { countedTypes, eventTrace, saturating, weightOf } from "../statistics/events.ts";

/** Types of log event that name a cheat. */
export const signatureTypes: ReadonlySet<string> = new Set(["aimbot_lock", "wallhack_trigger", "speed_hack"]);
/** Findings of the same log that back a signature. */
const backingTypes: ReadonlySet<string> = new Set(["impossible_reaction", "headshot_spike", "speed_anomaly"]);

const params = z.object({
  minSignatures: z.number().int().default(2).describe("Distinct signatures that are a proof by themselves."),
  togetherHours: z.number().default(24).describe("A backing finding stands within this of its signature."),
  loneNats: z
    .number()
    .default(13)
    .describe("Nats of one unbacked signature: enough for the elevated band, not for the next."),
  proofNats: z
    .number()
    .default(21.5)
    .describe("Nats that carry a proof past 75 points; they do not fade, what is above them does."),
});
type Params = z.output<typeof params>;
const defaults = params.parse({});

function isBacked(signatures: readonly EventEvidence[], log: readonly EventEvidence[], p: Params): boolean {
  const nearMs = p.togetherHours * 3_600_000;
  return log.some(
    (e) =>
      backingTypes.has(e.type) && signatures.some((s) => Math.abs(s.detectedAtMs - e.detectedAtMs) <= nearMs),
  );
}

const logOf = (measured: Measured): EventEvidence[] => measured.events.filter((e) => e.source === "log");
const signaturesOf = (log: readonly EventEvidence[]): EventEvidence[] =>
  log.filter((e) => signatureTypes.has(e.type));

/** When the proof was complete: at its last signature; null without a proof. */
export function signatureProofAtMs(measured: Measured): number | null {
  const log = logOf(measured);
  const signatures = signaturesOf(log);
  const backed = signatures.length >= defaults.minSignatures || isBacked(signatures, log, defaults);
  return measured.serverTrusted && backed ? (signatures.at(-1)?.detectedAtMs ?? null) : null;
}

function judgeSignatures(measured: Measured, baseline: Baseline, p: Params): Finding {
  const log = logOf(measured);
  const signatures = signaturesOf(log);
  if (signatures.length === 0) return { outcome: "clear", trace: null };
  const backed = signatures.length >= p.minSignatures || isBacked(signatures, log, p);
  const suspended = isSuspended(baseline, "log.signature", signatureProofAtMs(measured));
  const proof = measured.serverTrusted && backed && !suspended;
  const weight = weightOf(
    signatures.map((e) => ({ ...e, severity: "medium" as const })),
    measured,
  );
  const nats = proof ? p.proofNats + saturating(weight, 8, 2) : p.loneNats * Math.min(1, weight);
  const why = suspended
    ? suspendedSentence
    : backed
      ? ", backed by the same log"
      : ", not backed by anything else";
  const sentence = `The server's log names a cheat: ${countedTypes(signatures)}${why}.`;
  return suspect("log", eventTrace(signatures, nats, sentence), proof);
}

export const logSignature = defineDetector({
  id: "log.signature",
  version: 2,
  family: "log",
  category: "log",
  summary: "The game server's log holds a cheat's signature, twice or backed by what it did.",
  sources: [
    "chosen by us: the classic Game Security API's flagged actions, which its scan marks together with extreme values",
  ],
  knownFalsePositives: [
    "a plugin that names honest actions like a cheat",
    "test commands run on a live server",
  ],
  minimumEvidence: "1 log event",
  params,
  evaluate: judgeSignatures,
});
