/** What would bring a player under the next lower band. */
import { type Band, bandFloors, type LedgerLine, type NextBand } from "./risk.ts";

const steps: readonly (readonly [floor: number, below: Band])[] = [
  [bandFloors.critical, "suspicious"],
  [bandFloors.suspicious, "elevated"],
  [bandFloors.elevated, "low"],
];

const pointsText = (hundredths: number): string => (hundredths / 100).toFixed(2);

/** Terms fade and give way to ordinary play; a proof stands until somebody refutes it. */
function wayOut(lines: readonly LedgerLine[], points: number): string {
  const adding = lines.filter((line) => line.points > 0).sort((a, b) => b.points - a.points);
  const proven = adding.find(({ kind }) => kind === "proof");
  if (proven !== undefined) {
    return `neither time nor play undoes a proof; it would have to be refuted: "${proven.sentence}"`;
  }
  const [strongest] = adding;
  if (strongest === undefined) return "time, or ordinary sessions.";
  const enough = strongest.points >= points ? "that lower" : "that lower more than";
  return `time, or ordinary sessions ${enough} what says ${pointsText(strongest.points)} points: "${strongest.sentence}"`;
}

/** Null in the lowest band, below which there is none. */
export function nextBandOf(risk: number, lines: readonly LedgerLine[]): NextBand | null {
  const step = steps.find(([floor]) => risk >= floor);
  if (step === undefined) return null;
  const [floor, band] = step;
  const points = risk - floor + 1;
  const sentence = `${pointsText(points)} points fewer would be ${band}: ${wayOut(lines, points)}`;
  return { band, points, sentence };
}
