/** The case's player beside two honest players of the same level, in the quantities that all of them were measured in. */
import type { Neighbour } from "../../db/case-page.ts";
import { binWidth } from "../../detection/cells.ts";
import { type Metric, naturalOf } from "../../detection/metric.ts";
import type { Profile } from "../../detection/profile.ts";
import { bandFloors, type Statistics } from "../../detection/risk.ts";

type Cells = Statistics["cells"];

/** What two players are of the same level by. */
const levelMetric = "kills_per_minute";
const wanted = 2;
/** From how many sessions on a player's levels are worth a look; who has fewer stands back. */
const longRecord = 10;

export interface Compared {
  readonly id: number;
  readonly name: string;
  readonly risk: number;
  readonly sessions: number;
}

export interface ComparedMetric {
  readonly metric: Metric;
  /** In natural units, the case's player first; null: not measured. */
  readonly values: readonly (number | null)[];
}

export interface Comparison {
  readonly players: readonly Compared[];
  readonly metrics: readonly ComparedMetric[];
  /** What they are alike in, as words. */
  readonly by: string;
}

const isHonest = ({ risk, scored, excluded, cells }: Neighbour): boolean =>
  scored === 1 && excluded === 0 && risk < bandFloors.elevated && cells !== null;

const isShort = ({ sessions }: Neighbour): boolean => (sessions ?? 0) < longRecord;

/** How far two players are from each other; those without a level come last. */
function distance(own: number | undefined, other: number | undefined): number {
  return own === undefined || other === undefined ? Number.MAX_SAFE_INTEGER : Math.abs(own - other);
}

const levelIn = (metric: Metric, cells: Cells): number | null => {
  const cell = cells[metric.id];
  return cell === undefined ? null : naturalOf(metric.kind, (cell[1] + 0.5) * binWidth);
};

/** Null where nobody is there to compare with, or nothing was measured. */
export function compare(own: Cells, neighbours: readonly Neighbour[], profile: Profile): Comparison | null {
  const level = own[levelMetric]?.[1];
  const chosen = neighbours
    .filter(isHonest)
    .map((row) => ({ row, cells: JSON.parse(row.cells ?? "{}") as Cells }))
    .sort(
      (a, b) =>
        Number(isShort(a.row)) - Number(isShort(b.row)) ||
        distance(level, a.cells[levelMetric]?.[1]) - distance(level, b.cells[levelMetric]?.[1]) ||
        a.row.player_id - b.row.player_id,
    )
    .slice(0, wanted);
  const all = [own, ...chosen.map(({ cells }) => cells)];
  const metrics = profile.metrics
    .map((metric) => ({ metric, values: all.map((cells) => levelIn(metric, cells)) }))
    .filter(({ values }) => values[0] !== null);
  if (chosen.length === 0 || metrics.length === 0) return null;
  const isLevelled = level !== undefined && chosen.every(({ cells }) => cells[levelMetric] !== undefined);
  return {
    metrics,
    by: isLevelled ? "kills per minute" : "the time at which they joined",
    players: chosen.map(({ row }) => ({
      id: row.player_id,
      name: row.username,
      risk: row.risk,
      sessions: row.sessions ?? 0,
    })),
  };
}
