/** Whether a scope's promise holds, and if not, what is missing. */
import { type Baseline, calibratedPlayers, isCalibrated } from "../../detection/baseline.ts";

/**
 * `none`: no baseline yet; `few`: too few players; `refit`: enough players, and their evidence is not mapped yet;
 * `calibrated`: the promise holds.
 */
export type Calibration =
  | { readonly kind: "calibrated"; readonly players: number }
  | { readonly kind: "refit"; readonly players: number }
  | { readonly kind: "few" | "none"; readonly players: number; readonly missing: number };

/** Of a scope with so many scored players; null: it is judged by the prior alone. */
export function calibrationOf(
  players: number,
  baseline: Pick<Baseline, "map" | "shape"> | null,
): Calibration {
  if (baseline !== null && isCalibrated(baseline)) {
    return { kind: "calibrated", players: baseline.map.players };
  }
  const missing = Math.max(0, calibratedPlayers - players);
  if (missing > 0) return { kind: baseline === null ? "none" : "few", players, missing };
  return { kind: "refit", players };
}
