/** What the automation of games has spent today, as it was read and as a batch leaves it. */
import { type Db, expectChanges, type Statement } from "../../db/client.ts";
import { type AutomationDay, spendAutomation } from "../../db/enforcement.ts";
import type { Spent } from "../../decisions/automation.ts";
import type { DecisionType } from "../../decisions/decision.ts";

const dayMs = 86_400_000;
/** The UTC day of a time, since the epoch. */
export const dayOf = (nowMs: number): number => Math.floor(nowMs / dayMs);

export interface QuotaBook {
  spentOn(game: string, type: DecisionType): Spent;
  spend(game: string, type: DecisionType): void;
  trip(game: string, type: DecisionType, nowMs: number): void;
  /** Each must find the day as it was read: else another sweep spent of it, and the batch is void. */
  writes(db: Db, day: number): Statement[];
}

type Day = Pick<AutomationDay, "count" | "tripped_at">;

export function createQuotaBook(rows: readonly AutomationDay[]): QuotaBook {
  const keyOf = (game: string, type: string) => `${game}\n${type}`;
  const was = new Map(rows.map((row) => [keyOf(row.game, row.type), row]));
  const moved = new Map<string, Day & { readonly game: string; readonly type: string }>();
  const dayIn = (game: string, type: string): Day => {
    const key = keyOf(game, type);
    return moved.get(key) ?? was.get(key) ?? { count: 0, tripped_at: null };
  };
  const move = (game: string, type: string, to: Day) =>
    void moved.set(keyOf(game, type), { game, type, ...to });
  return {
    spentOn(game, type) {
      const { count, tripped_at } = dayIn(game, type);
      return { count, tripped: tripped_at !== null };
    },
    spend: (game, type) => move(game, type, { count: dayIn(game, type).count + 1, tripped_at: null }),
    trip: (game, type, nowMs) => move(game, type, { count: dayIn(game, type).count, tripped_at: nowMs }),
    writes: (db, day) =>
      [...moved].flatMap(([key, { game, type, ...to }]) => {
        const before = was.get(key) ?? { game, type, count: 0, tripped_at: null };
        return [spendAutomation(db, before, day, to), db.all(expectChanges(1))];
      }),
  };
}
