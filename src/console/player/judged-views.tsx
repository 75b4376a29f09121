/** What people and players said of a player: cases, decisions, reports. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import { selectCasesOfPlayer } from "../../db/case-lists.ts";
import type { Db } from "../../db/client.ts";
import { selectNamedDecisions } from "../../db/decision-page.ts";
import { type ListedReport, selectReports } from "../../db/reports.ts";
import { cursorsOf } from "../../http/cursor.ts";
import { Empty } from "../blocks/empty.tsx";
import { type Column, Table } from "../blocks/table.tsx";
import { DecisionsTable } from "../decisions/table.tsx";
import { CasesTable } from "../queue/table.tsx";
import { Badge, Text, Time, wordsOf } from "../text.tsx";
import { type LoadQuery, pageOf, rowsPerPage, withHead } from "./load.ts";

const caseCursors = cursorsOf("page-player-cases", z.int());
const decisionCursors = cursorsOf("page-player-decisions", z.int());
const reportCursors = cursorsOf("page-player-reports", z.tuple([z.int(), z.string().max(400)]));

export async function loadCases(db: Db, id: number, { mode = null, after }: LoadQuery) {
  const cases = selectCasesOfPlayer(db, id, rowsPerPage + 1, caseCursors.read(after));
  const { head, rows } = await withHead(db, id, mode, [cases]);
  const page = pageOf(rows[0] as Awaited<typeof cases>, (row) => caseCursors.write(row.id));
  return { head, page };
}

export async function loadDecisions(db: Db, id: number, { mode = null, after }: LoadQuery) {
  const before = decisionCursors.read(after);
  const decisions = selectNamedDecisions(db, { playerId: id }, rowsPerPage + 1, before);
  const { head, rows } = await withHead(db, id, mode, [decisions]);
  const page = pageOf(rows[0] as Awaited<typeof decisions>, (row) => decisionCursors.write(row.place));
  return { head, page };
}

export async function loadReports(db: Db, id: number, { mode = null, after }: LoadQuery) {
  const position = reportCursors.read(after);
  const before = position && { reportedAtMs: position[0], id: position[1] };
  const reports = selectReports(db, id, rowsPerPage + 1, before);
  const { head, rows } = await withHead(db, id, mode, [reports]);
  const page = pageOf(rows[0] as ListedReport[], (row) => reportCursors.write([row.reported_at, row.id]));
  return { head, page };
}

type Rows<T extends (...args: never) => Promise<{ page: { rows: readonly unknown[] } }>> = Awaited<
  ReturnType<T>
>["page"]["rows"];

export const PlayerCases: FC<{ rows: Rows<typeof loadCases>; nowMs: number }> = ({ rows, nowMs }) =>
  rows.length === 0 ? (
    <Empty title="No cases">
      One opens when the player stands at the threshold at two refreshes in a row.
    </Empty>
  ) : (
    <CasesTable rows={rows} nowMs={nowMs} caption="Newest first, over all modes." />
  );

export const PlayerDecisions: FC<{ rows: Rows<typeof loadDecisions>; nowMs: number }> = ({ rows, nowMs }) =>
  rows.length === 0 ? (
    <Empty title="No decisions">Nothing was decided about this player.</Empty>
  ) : (
    <DecisionsTable rows={rows} nowMs={nowMs} />
  );

/** What became of it is told on the page of its case, where a blind review hides it. */
const Report: FC<{ report: ListedReport }> = ({ report }) => (
  <tr data-row>
    <th scope="row">
      <Text value={wordsOf(report.reason)} />
      <div class="muted small">{report.reporter === null ? "unnamed" : <Text value={report.reporter} />}</div>
    </th>
    <td class="cell-severity">
      <Badge level={report.severity} />
    </td>
    <td class={report.notes === null ? "cell-notes cell-none" : "cell-notes"}>
      {report.notes === null ? (
        <span class="muted">–</span>
      ) : (
        <p class="notes">
          <Text value={report.notes} />
        </p>
      )}
    </td>
    <td data-label="Became">
      <span>
        {report.resolved_at === null ? "open" : "resolved"}{" "}
        {report.case_id === null ? null : <a href={`/cases/${report.case_id}`}>in case {report.case_id}</a>}
      </span>
    </td>
    <td class="cell-time">
      <Time ms={report.reported_at} />
    </td>
  </tr>
);

const reportColumns: readonly Column[] = [
  { title: "Reason, reporter" },
  { title: "Severity", class: "w-severity" },
  { title: "Notes" },
  { title: "Became", class: "w-mode" },
  { title: "When", class: "w-time" },
];

export const PlayerReports: FC<{ rows: Rows<typeof loadReports> }> = ({ rows }) =>
  rows.length === 0 ? (
    <Empty title="No reports">Nobody has reported this player.</Empty>
  ) : (
    <Table class="events" caption="Newest first." columns={reportColumns}>
      {rows.map((report) => (
        <Report report={report} />
      ))}
    </Table>
  );
