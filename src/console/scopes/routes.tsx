/** Scopes: all of them, and one. */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../env.ts";
import { takeFlash } from "../flash.ts";
import { answerView } from "../layout.tsx";
import { viewerOf, viewing } from "../viewing.ts";
import { ScopesPage } from "./list-page.tsx";
import { loadScope, loadScopes } from "./load.ts";
import { ScopePage } from "./page.tsx";
import { ScopesQuery } from "./query.ts";

const viewOf = (c: Context<AppEnv>) => ({ viewer: viewerOf(c), flash: takeFlash(c), nowMs: c.var.nowMs });

export const scopeRoutes = new Hono<AppEnv>()
  .get("/scopes", viewing, async (c) => {
    const shown = await loadScopes(c.var.db, ScopesQuery.parse(c.req.query()));
    return answerView(c, <ScopesPage view={viewOf(c)} shown={shown} />);
  })
  .get("/scopes/:game/:mode", viewing, async (c) => {
    const name = { game: c.req.param("game"), mode: c.req.param("mode") };
    const shown = await loadScope(c.var.db, name, c.var.nowMs);
    return answerView(c, <ScopePage view={viewOf(c)} shown={shown} />);
  });
