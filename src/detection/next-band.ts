/** What would bring a player under the next lower band. */
import { type Band, bandFloors, type LedgerLine, type NextBand } from "./risk.ts";

const steps: readonly (readonly [floor: number, below: Band])[] = [
  [bandFloors.critical, "suspicious"],
  [bandFloors.suspicious, "elevated"],
  [bandFloors.elevated, "low"],
];

/** Null in the lowest band, below which there is none. */
export function nextBandOf(risk: number, lines: readonly LedgerLine[]): NextBand | null {
  const step = steps.find(([floor]) => risk >= floor);
  if (step === undefined) return null;
  const [floor, band] = step;
  const points = risk - floor + 1;
  const strongest = lines.filter((line) => line.points > 0).sort((a, b) => b.points - a.points)[0];
  const enough = strongest !== undefined && strongest.points >= points;
  const what =
    strongest === undefined
      ? "ordinary sessions"
      : `${enough ? "ordinary sessions that lower" : "ordinary sessions that lower more than"} ${strongest.id}, which stands for ${(strongest.points / 100).toFixed(2)} points`;
  return {
    band,
    points,
    sentence: `${(points / 100).toFixed(2)} points fewer would be ${band}: time, or ${what}.`,
  };
}
