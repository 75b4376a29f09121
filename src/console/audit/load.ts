/** What the pages on the trail show, each in one round trip. */
import {
  type DenialRow,
  type ListedEntry,
  type SealState,
  selectAuditEntries,
  selectDenials,
  selectSealState,
} from "../../db/audit-list.ts";
import { batch, type Db } from "../../db/client.ts";
import {
  auditCursors,
  denialCursors,
  filterOf,
  writeCursor,
  writeDenialCursor,
} from "../../http/audit-filter.ts";
import { type AuditPageQuery, auditHref, type Hint, hintOf, hrefOf } from "./query.ts";

/** An entry reads two rows. */
const entriesPerPage = 40;
const denialsPerPage = 100;
const unsealed: SealState = { newest: 0, sealed_through: null, sealed_at: null };

export interface TrailView {
  readonly query: AuditPageQuery;
  readonly entries: readonly ListedEntry[];
  readonly seals: SealState;
  readonly hint: Hint | null;
  readonly first: string | null;
  readonly next: string | null;
}

export async function loadTrail(db: Db, query: AuditPageQuery): Promise<TrailView> {
  const hint = hintOf(query);
  const { after, ...asked } = query;
  const first = after === undefined ? null : auditHref(asked);
  if (hint !== null) {
    const [[seals = unsealed]] = await batch(db, [selectSealState(db)]);
    return { query, entries: [], seals, hint, first: null, next: null };
  }
  const wanted = selectAuditEntries(db, filterOf(asked), entriesPerPage + 1, auditCursors.read(after));
  const [found, [seals = unsealed]] = await batch(db, [wanted, selectSealState(db)]);
  const entries = found.slice(0, entriesPerPage);
  const last = found.length > entriesPerPage ? entries.at(-1) : undefined;
  const next = last === undefined ? null : auditHref({ ...asked, after: writeCursor(last) });
  return { query, entries, seals, hint, first, next };
}

export interface RefusalsView {
  readonly rows: readonly DenialRow[];
  readonly first: string | null;
  readonly next: string | null;
}

export async function loadRefusals(db: Db, after: string | undefined): Promise<RefusalsView> {
  const [found] = await batch(db, [selectDenials(db, denialsPerPage + 1, denialCursors.read(after))]);
  const rows = found.slice(0, denialsPerPage);
  const last = found.length > denialsPerPage ? rows.at(-1) : undefined;
  return {
    rows,
    first: after === undefined ? null : "/audit/refusals",
    next: last === undefined ? null : hrefOf("/audit/refusals", { after: writeDenialCursor(last) }),
  };
}
