/** What the list and the page of a scope share: calibrated or not, and why. */
import type { FC } from "hono/jsx";
import { calibratedPlayers } from "../../detection/baseline.ts";
import { countText } from "../text.tsx";
import type { Calibration } from "./calibration.ts";

const badges = {
  calibrated: ["calibrated", "low"],
  refit: ["refitting", "elevated"],
  few: ["uncalibrated", "elevated"],
  none: ["uncalibrated", "elevated"],
} as const;

export const CalibrationBadge: FC<{ calibration: Calibration }> = ({ calibration: { kind } }) => {
  const [word, level] = badges[kind];
  return <span class={`badge badge-${level}`}>{word}</span>;
};

/** In a few words, for a row. */
export function missingText(calibration: Calibration): string {
  switch (calibration.kind) {
    case "calibrated":
      return `fitted on ${countText(calibration.players)}`;
    case "refit":
      return "by itself, within hours";
    default:
      return `${countText(calibration.missing)} more players`;
  }
}

const needed = countText(calibratedPlayers);

/** In sentences: what holds, what is missing, what to do. */
export const Why: FC<{ calibration: Calibration }> = ({ calibration }) => {
  switch (calibration.kind) {
    case "calibrated":
      return (
        <p class="why">
          Calibrated: the map from evidence to risk is fitted on {countText(calibration.players)} players, and{" "}
          {needed} are needed. Of honest players at most 1 in 100 stands at 40, 1 in 1,000 at 70, 1 in 10,000
          at 90.
        </p>
      );
    case "refit":
      return (
        <p class="why">
          Not calibrated for now: there are {countText(calibration.players)} players and {needed} are needed,
          but the baseline moved, and the map is fitted again once the sweep has scored them by the new one.
          That takes a refresh or two, by itself; until then scores stay at 69 or below.
        </p>
      );
    default:
      return (
        <p class="why">
          Not calibrated: {countText(calibration.players)} of {needed} players.{" "}
          <strong>{countText(calibration.missing)} more honest players</strong> with a scored session are
          needed; nothing else is to be done. Until then tails are pooled with a prior, and scores stay at 69
          or below.
        </p>
      );
  }
};
