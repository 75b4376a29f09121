/** The figures at the top, from maintained counters. */
import type { FC } from "hono/jsx";
import type { Totals } from "../../db/totals.ts";
import { countText, pointsText } from "../text.tsx";

const Figure: FC<{ name: string; value: string; note: string }> = ({ name, value, note }) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd class="figure-value">{value}</dd>
    <dd class="muted small">{note}</dd>
  </div>
);

const meanRisk = ({ players, risk_sum }: Totals): string =>
  players === 0 ? "–" : pointsText(Math.round(risk_sum / players));

export const TotalsList: FC<{ totals: Totals }> = ({ totals }) => (
  <dl class="figures">
    <Figure name="Players" value={countText(totals.players)} note="seen or created" />
    <Figure name="At high risk" value={countText(totals.high_risk)} note="risk 70 and above" />
    <Figure name="Mean risk" value={meanRisk(totals)} note="of 100, over all players" />
    <Figure name="Sessions" value={countText(totals.sessions)} note="recorded" />
    <Figure name="Events" value={countText(totals.events)} note="logs, reports, findings" />
    <Figure name="Pending" value={countText(totals.pending)} note="await a new score" />
  </dl>
);
