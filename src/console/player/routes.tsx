/** One player: its views, and what people do to it. */
import { type Context, Hono } from "hono";
import { renamePlayer } from "../../actions/rename-player.ts";
import { reportPlayer } from "../../actions/report-player.ts";
import { type AppEnv, principalOf } from "../../env.ts";
import { actionContext } from "../../http/action-context.ts";
import { getPlayer } from "../../http/player.ts";
import { Problem } from "../../http/problem.ts";
import { redirectWith, takeFlash } from "../flash.ts";
import { readForm } from "../forms.ts";
import { answerView } from "../layout.tsx";
import { sameOriginOnly } from "../same-origin.ts";
import { viewerOf, viewing } from "../viewing.ts";
import { RenameForm, ReportForm } from "./actions.tsx";
import { maySee } from "./header.tsx";
import { PlayerPage } from "./page.tsx";
import { PlayerPageQuery, playerHref, playerIdOf } from "./query.ts";
import { viewOf } from "./views.tsx";

const namedPlayer = (c: Context<AppEnv>) => getPlayer(c, { id: playerIdOf(c.req.param("player") ?? "") });

export const playerRoutes = new Hono<AppEnv>()
  .get("/players/:player", viewing, async (c) => {
    const id = playerIdOf(c.req.param("player"));
    const query = PlayerPageQuery.parse(c.req.query());
    const viewer = viewerOf(c);
    if (!maySee(viewer, query.tab)) {
      throw new Problem(403, "forbidden", `The role ${viewer.role} may not see this.`);
    }
    const shown = await viewOf(c.var.db, id, query, c.var.nowMs);
    const view = { viewer, flash: takeFlash(c), nowMs: c.var.nowMs };
    return answerView(c, <PlayerPage view={view} shown={shown} tab={query.tab} />);
  })
  .post("/players/:player/rename", viewing, sameOriginOnly, async (c) => {
    const { username, reason } = await readForm(c, RenameForm);
    const player = await namedPlayer(c);
    await renamePlayer(actionContext(c), player, username, reason);
    const undo = {
      action: `/players/${player.id}/rename`,
      fields: { username: player.username, reason: "Undo of a rename" },
    };
    const text = `Renamed from ${player.username} to ${username}.`;
    return redirectWith(
      c,
      playerHref({ id: player.id }),
      username === player.username ? { text: "The name is as it was." } : { text, undo },
    );
  })
  .post("/players/:player/report", viewing, sameOriginOnly, async (c) => {
    const report = await readForm(c, ReportForm);
    const player = await namedPlayer(c);
    const reporter = principalOf(viewerOf(c));
    await reportPlayer(actionContext(c), player, { ...report, reporter, sessionId: null, party: null });
    const text = "Reported. The next sweep takes it into the score, within five minutes.";
    return redirectWith(c, playerHref({ id: player.id, tab: "events" }), { text });
  });
