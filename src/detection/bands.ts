/** Bands: the four words for a risk score. */
import { type Band, bandFloors } from "./risk.ts";

/** The band of a risk in hundredths of a point (0..10000): low < 40 <= elevated < 70 <= suspicious < 90 <= critical. */
export function bandOf(riskHundredths: number): Band {
  if (riskHundredths >= bandFloors.critical) return "critical";
  if (riskHundredths >= bandFloors.suspicious) return "suspicious";
  return riskHundredths >= bandFloors.elevated ? "elevated" : "low";
}
