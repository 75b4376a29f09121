/** Only proofs may pass 70 in a scope that is not calibrated, as fifty players never are. */
import { describe, expect, it } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import type { LogFinding, Seed } from "../../seed/types.ts";
import { flaggedActions, impossibleReactionMs } from "../../src/telemetry/scan.ts";

const nowMs = Date.UTC(2026, 10, 22, 10, 30);
const isFlagged = ({ action }: LogFinding) => (flaggedActions as readonly string[]).includes(action ?? "");
const isImpossible = ({ reaction_time_ms: ms }: { readonly reaction_time_ms?: number }) =>
  ms !== undefined && ms < impossibleReactionMs;

/** Which proofs the seed holds against a player. */
function proofsOf(seed: Seed, ref: string): string[] {
  const findings = seed.events.filter(({ player }) => player === ref);
  const flagged = findings.filter(isFlagged);
  const impossibleSessions = seed.sessions.filter((row) => row.player === ref && isImpossible(row));
  const proofs: string[] = [];
  if (impossibleSessions.length >= 3) proofs.push("reaction");
  if (new Set(flagged.map(({ action }) => action)).size >= 2) proofs.push("signatures");
  if (flagged.length > 0 && findings.some(isImpossible)) proofs.push("signature and reaction");
  return proofs;
}

describe.each([1, 2, 20_261_122])("seed %i", (number) => {
  const seed = generateSeed({ nowMs, seed: number });

  it("holds a proof against every planted suspect", () => {
    for (const { ref, suspect } of seed.players) {
      if (suspect) expect(proofsOf(seed, ref)).toEqual(expect.arrayContaining(["signatures"]));
    }
  });

  it("plants several findings at different times on every suspect", () => {
    for (const { ref, suspect } of seed.players) {
      if (!suspect) continue;
      const findings = seed.events.filter(({ player }) => player === ref);
      expect(new Set(findings.map(({ recorded_at }) => recorded_at)).size).toBeGreaterThanOrEqual(5);
      for (const finding of findings)
        expect(finding).toMatchObject({ headshot_rate: 0.95, reaction_time_ms: 80 });
    }
  });

  it("holds nothing near a proof against an honest player", () => {
    for (const { ref, suspect } of seed.players) {
      if (suspect) continue;
      expect(proofsOf(seed, ref)).toEqual([]);
      const findings = seed.events.filter(({ player }) => player === ref);
      expect(findings.length).toBeLessThanOrEqual(1);
      expect(findings.some((finding) => isFlagged(finding) || isImpossible(finding))).toBe(false);
      expect(seed.sessions.some((row) => row.player === ref && (row.reaction_time_ms ?? 999) < 140)).toBe(
        false,
      );
    }
  });
});
