/** The audit trail: read, verified, taken away as a file. */
import { type Context, Hono } from "hono";
import { exportAudit } from "../../actions/export-audit.ts";
import { openTrail } from "../../audit/trail.ts";
import type { AppEnv } from "../../env.ts";
import { actionContext } from "../../http/action-context.ts";
import { filterOf, writeCursor } from "../../http/audit-filter.ts";
import { notSealed } from "../../http/problem.ts";
import { AuditExportQuery, VerifyQuery } from "../../http/schemas/audit.ts";
import { cursor } from "../../http/schemas/requests.ts";
import { takeFlash } from "../flash.ts";
import { answerView } from "../layout.tsx";
import { viewerOf, viewing } from "../viewing.ts";
import { loadRefusals, loadTrail } from "./load.ts";
import { AuditPage } from "./page.tsx";
import { AuditPageQuery } from "./query.ts";
import { RefusalsPage } from "./refusals.tsx";
import { VerificationPage } from "./verification.tsx";

/** Entries a look at the seals: a page of the API's. */
const verifiedAtOnce = 1_000;
const lenient = cursor.catch(undefined);
const After = VerifyQuery.shape.after.catch(undefined);
const viewOf = (c: Context<AppEnv>) => ({ viewer: viewerOf(c), flash: takeFlash(c), nowMs: c.var.nowMs });

export const auditRoutes = new Hono<AppEnv>()
  .get("/audit", viewing, async (c) => {
    const trail = await loadTrail(c.var.db, AuditPageQuery.parse(c.req.query()));
    return answerView(c, <AuditPage view={viewOf(c)} trail={trail} />);
  })
  .get("/audit/export", viewing, async (c) => {
    const { after: _, ...asked } = AuditPageQuery.parse(c.req.query());
    const { limit } = AuditExportQuery.parse({});
    const wanted = { filter: filterOf(asked), limit, before: null, asked, writeCursor };
    c.header("content-type", "application/x-ndjson; charset=utf-8");
    c.header("cache-control", "no-store");
    c.header("content-disposition", 'attachment; filename="audit.ndjson"');
    return c.body(await exportAudit(actionContext(c), wanted));
  })
  .get("/audit/refusals", viewing, async (c) => {
    const refusals = await loadRefusals(c.var.db, lenient.parse(c.req.query("after")));
    return answerView(c, <RefusalsPage view={viewOf(c)} refusals={refusals} />);
  })
  // Not in a list's budget: a proof reads each entry that it proves.
  .get("/audit/verify", viewing, async (c) => {
    const trail = openTrail(c.env, c.var.meter);
    if (trail === null) throw notSealed();
    const found = await trail.verify(After.parse(c.req.query("after")) ?? 0, verifiedAtOnce);
    return answerView(c, <VerificationPage view={viewOf(c)} found={found} />);
  });
