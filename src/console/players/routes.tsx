/** The list of players, and the same as a file. */
import { Hono } from "hono";
import type { AppEnv } from "../../env.ts";
import { actionContext } from "../../http/action-context.ts";
import { takeFlash } from "../flash.ts";
import { answerView } from "../layout.tsx";
import { viewerOf, viewing } from "../viewing.ts";
import { contentTypes, exportPlayers, formats } from "./export.ts";
import { loadPlayers } from "./load.ts";
import { PlayersPage } from "./page.tsx";
import { PlayersPageQuery } from "./query.ts";

export const playersRoutes = new Hono<AppEnv>()
  .get("/players", viewing, async (c) => {
    const query = PlayersPageQuery.parse(c.req.query());
    const players = await loadPlayers(c.var.db, query, c.var.nowMs);
    const view = { viewer: viewerOf(c), flash: takeFlash(c), nowMs: c.var.nowMs };
    return answerView(c, <PlayersPage view={view} players={players} />);
  })
  .get("/players/export", viewing, async (c) => {
    const query = PlayersPageQuery.parse(c.req.query());
    const format = formats.find((known) => known === c.req.query("format")) ?? "csv";
    const stream = await exportPlayers(actionContext(c), query, format);
    c.header("content-type", contentTypes[format]);
    c.header("cache-control", "no-store");
    c.header("content-disposition", `attachment; filename="players.${format}"`);
    return c.body(stream);
  });
