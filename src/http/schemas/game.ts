/** What a declaration may say beyond the shape of its fields: nothing that the core could not compute with. */
import type { z } from "zod";
import { type DeclaredMetric, GameProfile, profileOf } from "../../detection/game-profile.ts";
import { detectorsOf } from "../../detection/registry.ts";
import { scalarsOf } from "../../detection/scalar.ts";

/** Spreads between players, on the log or logit, that a bin of a histogram can tell apart. */
const spreads = { least: 0.01, most: 10 } as const;

/** Why a metric's prior cannot be used, or null; it lies inside of the range and where its log or logit is finite. */
function priorFault({
  prior,
  range,
  kind,
}: DeclaredMetric): { field: "median" | "spread"; why: string } | null {
  if (prior === undefined) return null;
  const { median, spread } = prior;
  const within = median >= range[0] && median <= range[1];
  if (!within || median <= 0 || (kind === "proportion" && median >= 1)) {
    return { field: "median", why: "must lie within the range, and have a log (a share: a logit)" };
  }
  if (spread < spreads.least || spread > spreads.most) {
    return { field: "spread", why: `must be from ${spreads.least} to ${spreads.most}` };
  }
  return null;
}

/** Names that statistics or objects have already. */
function isTaken(name: string, statistics: ReadonlySet<string>): boolean {
  return statistics.has(name) || name in {};
}

/** Places of the metrics whose detector has the id of another. */
function sharedDetectors(profile: GameProfile): number[] {
  const ids = detectorsOf(profileOf("", profile)).map(({ id }) => id);
  const firstOwn = ids.length - profile.metrics.length;
  return profile.metrics.flatMap((_, place) => {
    const at = firstOwn + place;
    return ids.indexOf(ids[at] ?? "") < at ? [place] : [];
  });
}

function checkProfile(profile: GameProfile, ctx: z.core.$RefinementCtx<GameProfile>): void {
  const refuse = (path: (string | number)[], message: string) =>
    ctx.addIssue({ code: "custom", path, message, input: profile });
  if (new Set(profile.modes).size < profile.modes.length) refuse(["modes"], "modes must differ");
  const statistics = new Set(scalarsOf(profileOf("", profile).metrics).map(({ id }) => id));
  for (const [place, metric] of profile.metrics.entries()) {
    const fault = priorFault(metric);
    if (fault !== null) refuse(["metrics", place, "prior", fault.field], fault.why);
    if (isTaken(metric.name, statistics)) refuse(["metrics", place, "name"], "is the name of something else");
  }
  for (const place of sharedDetectors(profile)) {
    refuse(["metrics", place, "name"], "gives its detector the id of another one");
  }
}

/** What `PUT /api/games/{game}` takes. */
export const GameDeclaration = GameProfile.superRefine(checkProfile);
