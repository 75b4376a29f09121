/** When reports alone open a case: people saw something, whatever the score says. */
import { type CountedReport, countedWeights } from "./credibility.ts";

/**
 * The bar, chosen by us: three different reporters, each of whom counts at least 0.3 (one confirmed before who names no
 * session), and 1.5 together. Newcomers pass it only in three bursts hours apart, each with a session that exists. It
 * favours missing a suspect over a case made by a crowd: detection opens cases too.
 */
export const reportedCaseBar = { reporters: 3, credible: 0.3, weight: 1.5 } as const;

/** Whether reports that no verdict has looked at yet are worth a case. */
export function isWorthACase(reports: readonly CountedReport[]): boolean {
  const counted = countedWeights(reports);
  const credible = new Set(
    reports.flatMap(({ reporter }, place) =>
      reporter !== null && (counted[place] ?? 0) >= reportedCaseBar.credible ? [reporter] : [],
    ),
  );
  const weight = counted.reduce((sum, one) => sum + one, 0);
  return credible.size >= reportedCaseBar.reporters && weight >= reportedCaseBar.weight;
}

/** After a case of the player was opened, so long no other is by reports. Chosen by us. */
const restMs = 7 * 86_400_000;

/** A case of the player before. */
export interface EarlierCase {
  readonly pending: boolean;
  readonly openedAtMs: number;
  readonly decidedAtMs: number | null;
}

/** Whether the player's other cases leave room for one more. */
export const leavesRoom = (earlier: readonly EarlierCase[], nowMs: number): boolean =>
  earlier.every(({ pending, openedAtMs }) => !pending && nowMs - openedAtMs >= restMs);

/** The reports that came after everything that was decided: no verdict has had a chance to look at these. */
export function sinceDecided<T extends CountedReport>(
  reports: readonly T[],
  earlier: readonly EarlierCase[],
): T[] {
  const decidedMs = Math.max(Number.NEGATIVE_INFINITY, ...earlier.map((one) => one.decidedAtMs ?? 0));
  return reports.filter(({ reportedAtMs }) => reportedAtMs > decidedMs);
}
