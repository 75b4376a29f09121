/** The audit trail, for admins. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/audit.ts";

export const listAudit = defineOperation({
  method: "get",
  path: "/api/audit",
  tag: "Audit",
  summary: "What was done, newest first: by actor, action or target, one at a time, and by time.",
  query: schema.AuditQuery,
  answers: { 200: { description: "A page of entries.", schema: schema.AuditList } },
});

export const exportAudit = defineOperation({
  method: "get",
  path: "/api/audit/export",
  tag: "Audit",
  summary: "The same as NDJSON, one entry a line; the last line counts them. It leaves an entry of its own.",
  query: schema.AuditExportQuery,
  answers: {
    200: {
      description: "Entries as `AuditEntry`, then one `AuditExportEnd`.",
      schema: schema.AuditEntry.or(schema.AuditExportEnd),
      contentType: "application/x-ndjson",
    },
  },
});

export const listDenials = defineOperation({
  method: "get",
  path: "/api/audit/denials",
  tag: "Audit",
  summary: "Refusals and failed sign-ins, counted by minute, kind and principal or address; newest first.",
  query: schema.DenialsQuery,
  answers: { 200: { description: "A page of counts.", schema: schema.DenialList } },
});

export const verifyAudit = defineOperation({
  method: "get",
  path: "/api/audit/verify",
  tag: "Audit",
  summary: "Recompute the seals of a page of entries, and name what was altered, removed or reordered.",
  query: schema.VerifyQuery,
  answers: { 200: { description: "What was found.", schema: schema.AuditVerification } },
});
