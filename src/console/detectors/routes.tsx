/** Detectors: all of them, one, and its card as a document. */
import { type Context, Hono } from "hono";
import { pageOf } from "../../detection/card-page.ts";
import { detectors } from "../../detection/registry.ts";
import type { AppEnv } from "../../env.ts";
import { notFound } from "../../http/problem.ts";
import { takeFlash } from "../flash.ts";
import { answerView } from "../layout.tsx";
import { viewerOf, viewing } from "../viewing.ts";
import { DetectorsPage } from "./list-page.tsx";
import { loadDetector } from "./load.ts";
import { loadDetectors } from "./load-list.ts";
import { DetectorPage } from "./page.tsx";
import { DetectorsQuery } from "./query.ts";

const viewOf = (c: Context<AppEnv>) => ({ viewer: viewerOf(c), flash: takeFlash(c), nowMs: c.var.nowMs });

export const detectorRoutes = new Hono<AppEnv>()
  .get("/detectors", viewing, async (c) => {
    const shown = await loadDetectors(c.var.db, DetectorsQuery.parse(c.req.query()), c.var.nowMs);
    return answerView(c, <DetectorsPage view={viewOf(c)} shown={shown} />);
  })
  .get("/detectors/:detector", viewing, async (c) => {
    const query = DetectorsQuery.parse(c.req.query());
    const shown = await loadDetector(c.var.db, c.req.param("detector"), query, c.var.nowMs);
    return answerView(c, <DetectorPage view={viewOf(c)} shown={shown} />);
  })
  // The same text as `docs/detectors/`: both are made from the card.
  .get("/detectors/:detector/document", viewing, (c) => {
    const card = detectors.find(({ id }) => id === c.req.param("detector"));
    if (card === undefined) throw notFound("The detector");
    c.header("cache-control", "no-store");
    c.header("content-type", "text/plain; charset=utf-8");
    return c.body(pageOf(card));
  });
