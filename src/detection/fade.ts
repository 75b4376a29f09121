/** Time: how evidence fades with age. */
const dayMs = 86_400_000;

/** Half-life of evidence in days. Chosen by us, above the contract's 30: an evening's cheating stays for a season. */
export const halfLifeDays = 180;

/** What is left of evidence from `thenMs`: 1 when new, half after each half-life. The future counts as now. */
export function fadeAt(thenMs: number, asOfMs: number): number {
  return 0.5 ** (Math.max(0, asOfMs - thenMs) / (halfLifeDays * dayMs));
}
