/** What the overview shows, in one round trip. */
import { batch, type Db } from "../../db/client.ts";
import { type StoredEvent, selectEscalations } from "../../db/events.ts";
import { type ListedPlayer, selectByRisk } from "../../db/players.ts";
import { selectTotals, type Totals } from "../../db/totals.ts";
import { bandFloors } from "../../detection/risk.ts";

const watchedPlayers = 15;
const shownEscalations = 10;
/** The highest risk, in hundredths of a point. */
const maxRisk = 10_000;

export interface Watched {
  readonly player: ListedPlayer;
  readonly event: StoredEvent | null;
}

export type Escalation = Awaited<ReturnType<typeof selectEscalations>>[number];

export interface Overview {
  readonly totals: Totals;
  /** Riskiest first; none below `elevated`. */
  readonly watched: readonly Watched[];
  /** Newest first. */
  readonly escalations: readonly Escalation[];
}

export async function loadOverview(db: Db): Promise<Overview> {
  const filter = { minRisk: bandFloors.elevated, maxRisk };
  const [[totals], players, escalations] = await batch(db, [
    selectTotals(db),
    selectByRisk(db, filter, { limit: watchedPlayers, after: null, withEvent: true }),
    selectEscalations(db, shownEscalations),
  ]);
  if (!totals) throw new Error("totals row is missing");
  const watched = players.map((player) => ({
    player,
    event: player.recent_event === null ? null : (JSON.parse(player.recent_event) as StoredEvent),
  }));
  return { totals, watched, escalations };
}
