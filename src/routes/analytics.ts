/** Totals and frequencies, from maintained counters. */

import { Hono } from "hono";
import { eventAnswer, pointsOf, sessionAnswer } from "../actions/answers.ts";
import { batch } from "../db/client.ts";
import { selectPatterns, selectRecentEvents } from "../db/events.ts";
import { listLatestSessions } from "../db/sessions.ts";
import { readTotals, selectTotals } from "../db/totals.ts";
import type { AppEnv } from "../env.ts";
import * as operations from "../http/operations.ts";

const dashboardEvents = 5;
const maxPatterns = 100;

/** A mean with four decimals; 0 of nothing, as the classic service has it. */
const mean = (sum: number, n: number): number => (n === 0 ? 0 : Math.round((sum / n) * 1e4) / 1e4);

export const analytics = new Hono<AppEnv>()
  .get(operations.getDashboard.path, async (c) => {
    const { db } = c.var;
    const [[totals], events] = await batch(db, [selectTotals(db), selectRecentEvents(db, dashboardEvents)]);
    if (!totals) throw new Error("totals row is missing");
    return c.json({
      totals: {
        players: totals.players,
        high_risk_players: totals.high_risk,
        security_events: totals.events,
      },
      recent_events: events.map(eventAnswer),
      metrics: {
        avg_actions_per_minute: mean(totals.actions_per_minute_sum, totals.actions_per_minute_n),
        avg_headshot_rate: mean(totals.headshot_rate_sum, totals.headshot_rate_n),
      },
      pending: totals.pending,
    });
  })
  .get(operations.getStats.path, async (c) => {
    const { db } = c.var;
    const [totals, sessions] = await Promise.all([readTotals(db), listLatestSessions(db)]);
    const meanRisk = totals.players === 0 ? 0 : Math.round(totals.risk_sum / totals.players);
    return c.json({
      totals: {
        sessions: totals.sessions,
        security_events: totals.events,
        avg_risk: pointsOf(meanRisk),
      },
      latest_sessions: sessions.map(sessionAnswer),
      pending: totals.pending,
    });
  })
  .get(operations.getPatterns.path, async (c) =>
    c.json({ patterns: await selectPatterns(c.var.db, maxPatterns) }),
  );
