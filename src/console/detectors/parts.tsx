/** What the list and the page of a detector share: where it is looked at, how often it flags, and how rightly. */
import type { FC } from "hono/jsx";
import { isWeighted, weightOf } from "../../detection/group-weights.ts";
import type { Group } from "../../detection/risk.ts";
import { Text } from "../text.tsx";
import { type Place, scopesOffered } from "./place.ts";
import { detectorHref } from "./query.ts";

export const monthText = (month: string): string =>
  new Date(`${month}-01T00:00:00Z`).toLocaleString("en-GB", {
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });

export const groupTitles: Readonly<Record<Group, string>> = {
  aim: "Aim",
  reaction: "Reaction",
  automation: "Automation",
  information: "Information",
  movement: "Movement",
  log: "Logs",
  report: "Reports",
};

/** What a group weighs in the score, for whom. */
export function weightText(group: Group, { query, profile: { profile } }: Place): string {
  if (!isWeighted(group)) return "other people's word, by its own credibility";
  const weight = weightOf(profile.weights ?? {}, group);
  if (query.game === undefined) return `${weight}, unless a game declares another`;
  return profile.weights?.[group] === undefined ? String(weight) : `${weight}, as the game declares`;
}

/** Chooses the scope that days are of, and the game that figures are of. */
export const Scopes: FC<{ place: Place; id: string | null }> = ({ place, id }) => {
  const { query, scope, scopes } = place;
  const { game } = query;
  const offered = scopes.slice(0, scopesOffered);
  const isOffered = offered.some((one) => one.game === scope?.game && one.mode === scope.mode);
  const shown = scope === null || isOffered ? offered : [scope, ...offered];
  return (
    <nav class="choices" aria-label="Games and scopes">
      <a href={detectorHref(id)} aria-current={game === undefined ? "page" : undefined}>
        All games
      </a>
      {game === undefined ? null : (
        <a href={detectorHref(id, { game })} aria-current={scope === null ? "page" : undefined}>
          <Text value={game} />
        </a>
      )}
      {shown.map((one) => (
        <a
          href={detectorHref(id, one)}
          aria-current={one.game === scope?.game && one.mode === scope.mode ? "page" : undefined}
        >
          <Text value={`${one.game} / ${one.mode}`} />
        </a>
      ))}
      {scopes.length > scopesOffered ? <a href="/scopes">More scopes</a> : null}
    </nav>
  );
};
