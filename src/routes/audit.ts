/** The audit trail: read, exported, verified. */
import { Hono } from "hono";
import { auditEntryAnswer, denialAnswer, verificationAnswer } from "../actions/audit-answers.ts";
import { exportAudit } from "../actions/export-audit.ts";
import { openTrail } from "../audit/trail.ts";
import { selectAuditEntries, selectDenials } from "../db/audit-list.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import {
  auditCursors,
  denialCursors,
  filterOf,
  writeCursor,
  writeDenialCursor,
} from "../http/audit-filter.ts";
import { nextCursor } from "../http/cursor.ts";
import * as operations from "../http/operations.ts";
import { notSealed } from "../http/problem.ts";
import { query } from "../http/validate.ts";

export const audit = new Hono<AppEnv>()
  .get(operations.listAudit.path, query(operations.listAudit), async (c) => {
    const asked = c.req.valid("query");
    const before = auditCursors.read(asked.cursor);
    const rows = await selectAuditEntries(c.var.db, filterOf(asked), asked.limit, before);
    return c.json({
      entries: rows.map(auditEntryAnswer),
      next_cursor: nextCursor(rows, asked.limit, writeCursor),
    });
  })
  .get(operations.exportAudit.path, query(operations.exportAudit), async (c) => {
    const { cursor, limit, ...asked } = c.req.valid("query");
    const filter = filterOf(asked);
    const wanted = { filter, limit, before: auditCursors.read(cursor), asked, writeCursor };
    c.header("content-type", "application/x-ndjson; charset=utf-8");
    c.header("cache-control", "no-store");
    c.header("content-disposition", 'attachment; filename="audit.ndjson"');
    return c.body(await exportAudit(actionContext(c), wanted));
  })
  .get(operations.listDenials.path, query(operations.listDenials), async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await selectDenials(c.var.db, limit, denialCursors.read(cursor));
    return c.json({
      denials: rows.map(denialAnswer),
      next_cursor: nextCursor(rows, limit, writeDenialCursor),
    });
  })
  .get(operations.verifyAudit.path, query(operations.verifyAudit), async (c) => {
    const { after = 0, limit } = c.req.valid("query");
    const trail = openTrail(c.env, c.var.meter);
    if (trail === null) throw notSealed();
    return c.json(verificationAnswer(await trail.verify(after, limit)));
  });
