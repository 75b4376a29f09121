/** A watchlist without players, and what to do next. */
import type { FC } from "hono/jsx";
import type { Totals } from "../../db/totals.ts";

export const Nobody: FC<{ totals: Totals }> = ({ totals }) =>
  totals.players === 0 ? (
    <div class="empty">
      <p class="empty-title">No telemetry yet</p>
      <p>
        Send sessions to <a href="/docs#post_api_telemetry_sessions">POST /api/telemetry/sessions</a>, or a
        log to <a href="/docs#post_api_security_scan_log">POST /api/security/scan-log</a>. Scores follow
        within five minutes.
      </p>
    </div>
  ) : (
    <div class="empty">
      <p class="empty-title">Nobody is at risk 40 or above</p>
      <p>
        {totals.pending > 0
          ? "Some players have evidence that is not scored yet. Reload in five minutes, after the next sweep."
          : "Every score is up to date. There is nothing to do."}
      </p>
    </div>
  );
