/** The queue, and claiming from it. */
import { Hono } from "hono";
import { z } from "zod";
import { claimNext } from "../../actions/cases/claim-case.ts";
import { type AppEnv, principalOf } from "../../env.ts";
import { actionContext } from "../../http/action-context.ts";
import { gameName } from "../../telemetry/fields.ts";
import { redirectWith, takeFlash } from "../flash.ts";
import { readForm } from "../forms.ts";
import { answerView } from "../layout.tsx";
import { sameOriginOnly } from "../same-origin.ts";
import { viewerOf, viewing } from "../viewing.ts";
import { loadQueue } from "./load.ts";
import { QueuePage } from "./page.tsx";
import { QueueQuery, queueHref } from "./query.ts";

const ClaimForm = z.strictObject({ game: gameName.optional() });

export const queueRoutes = new Hono<AppEnv>()
  .get("/queue", viewing, async (c) => {
    const viewer = viewerOf(c);
    const { db, nowMs } = c.var;
    const queue = await loadQueue(db, QueueQuery.parse(c.req.query()), principalOf(viewer), nowMs);
    const view = { viewer, flash: takeFlash(c), nowMs };
    return answerView(c, <QueuePage view={view} queue={queue} />);
  })
  .post("/queue/claim", viewing, sameOriginOnly, async (c) => {
    const { game } = await readForm(c, ClaimForm);
    const claimed = await claimNext(actionContext(c), game);
    if (claimed === null) {
      const text = "Nothing waits that you may review.";
      return redirectWith(c, queueHref({ game }), { text });
    }
    return redirectWith(c, `/cases/${claimed.id}`, { text: "The case is yours for half an hour." });
  });
