/** The registry: every detector there is, in a fixed order. A new one is a file in `detectors` and a line here. */
import type { Detector } from "./detector.ts";
import { aimAccuracyLevel } from "./detectors/aim-accuracy-level.ts";
import { aimChange } from "./detectors/aim-change.ts";
import { aimFirstBulletLevel } from "./detectors/aim-first-bullet-level.ts";
import { aimHeadHitLevel } from "./detectors/aim-head-hit-level.ts";
import { aimHeadshotLevel } from "./detectors/aim-headshot-level.ts";
import { aimKillsPerShotLevel } from "./detectors/aim-kills-per-shot-level.ts";
import { aimMixture } from "./detectors/aim-mixture.ts";
import { aimUnevenness } from "./detectors/aim-unevenness.ts";
import { automationHours } from "./detectors/automation-hours.ts";
import { automationLengthSteadiness } from "./detectors/automation-length-steadiness.ts";
import { automationSteadiness } from "./detectors/automation-steadiness.ts";
import { informationDamageLevel } from "./detectors/information-damage-level.ts";
import { informationKillDeathLevel } from "./detectors/information-kill-death-level.ts";
import { informationKillRateLevel } from "./detectors/information-kill-rate-level.ts";
import { informationSurvivalLevel } from "./detectors/information-survival-level.ts";
import { informationWallbangLevel } from "./detectors/information-wallbang-level.ts";
import { logAnomaly } from "./detectors/log-anomaly.ts";
import { logDetector } from "./detectors/log-detector.ts";
import { logSignature } from "./detectors/log-signature.ts";
import { movementSpeedLevel } from "./detectors/movement-speed-level.ts";
import { reactionFloor } from "./detectors/reaction-floor.ts";
import { reactionLevel } from "./detectors/reaction-level.ts";
import { reportPeople } from "./detectors/report-people.ts";
import type { Profile } from "./profile.ts";
import { declaredDetectors } from "./statistics/declared.ts";

export const detectors: readonly Detector[] = [
  aimAccuracyLevel,
  aimChange,
  aimFirstBulletLevel,
  aimHeadHitLevel,
  aimHeadshotLevel,
  aimKillsPerShotLevel,
  aimMixture,
  aimUnevenness,
  automationHours,
  automationLengthSteadiness,
  automationSteadiness,
  informationDamageLevel,
  informationKillDeathLevel,
  informationKillRateLevel,
  informationSurvivalLevel,
  informationWallbangLevel,
  logAnomaly,
  logDetector,
  logSignature,
  movementSpeedLevel,
  reactionFloor,
  reactionLevel,
  reportPeople,
];

const byId: ReadonlyMap<string, Detector> = new Map(detectors.map((detector) => [detector.id, detector]));

const byProfile = new WeakMap<Profile, readonly Detector[]>();

/** The detectors of a profile: the built-in ones, then those of the metrics that the game declares. */
export function detectorsOf(profile: Profile): readonly Detector[] {
  const known = byProfile.get(profile);
  if (known !== undefined) return known;
  const all = [...detectors, ...declaredDetectors(profile)];
  byProfile.set(profile, all);
  return all;
}

/** The detector of an id; throws for one that does not exist. */
export function getDetector(id: string): Detector {
  const detector = byId.get(id);
  if (detector === undefined) throw new RangeError(`There is no detector ${id}.`);
  return detector;
}
