/** Cases as a table: in the queue, and of one player. */
import type { FC } from "hono/jsx";
import { caseAnswer } from "../../actions/cases/case-answers.ts";
import type { CaseRow } from "../../db/cases.ts";
import { bandOf } from "../../detection/bands.ts";
import { RiskBar } from "../blocks/risk.tsx";
import { type Column, Table } from "../blocks/table.tsx";
import { Badge, pointsText, Text, Time } from "../text.tsx";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago, in one unit: `5 min ago`, `3 h ago`, `2 d ago`. */
export function ageText(ms: number): string {
  if (ms < minuteMs) return "just now";
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  return ms < 2 * dayMs ? `${Math.floor(ms / hourMs)} h ago` : `${Math.floor(ms / dayMs)} d ago`;
}

const reviewNames = {
  first: "first review",
  second: "second review, blind",
  tiebreak: "third review, blind",
  appeal: "appeal, blind",
} as const;
export const reviewName = ({ review }: Pick<CaseRow, "review">): string => reviewNames[review];

/** `user:ann` as `ann`: how it signs in is no news in a list. */
const Who: FC<{ principal: string }> = ({ principal }) => (
  <Text value={principal.slice(principal.indexOf(":") + 1)} />
);

const State: FC<{ row: CaseRow; nowMs: number }> = ({ row, nowMs }) => {
  const { state, holder, lease_until, verdict } = caseAnswer(row, nowMs);
  return (
    <>
      <Badge level={verdict ?? state} />
      <div class="muted small">
        {state === "decided" ? null : <div>{reviewName(row)}</div>}
        {holder === null || lease_until === null ? null : (
          <div>
            held by <Who principal={holder} /> until <Time ms={Date.parse(lease_until)} />
          </div>
        )}
        {row.assignee === null || state === "decided" ? null : (
          <div>
            assigned to <Who principal={row.assignee} />
          </div>
        )}
      </div>
    </>
  );
};

const Row: FC<{ row: CaseRow; nowMs: number }> = ({ row, nowMs }) => (
  <tr data-row>
    <th scope="row" class="cell-player">
      <a class="player-link" href={`/cases/${row.id}`}>
        <Text value={row.username} />
      </a>
      <div class="muted small">
        case {row.id} · <Text value={row.game} /> · <Text value={row.mode} />
      </div>
    </th>
    <td class="cell-risk">
      <span class="risk-value">{pointsText(row.risk)}</span>
      <RiskBar risk={row.risk} />
    </td>
    <td class="cell-standing">
      <Badge level={bandOf(row.risk)} />
      <div class="muted small">{row.confidence}</div>
    </td>
    <td class="cell-state">
      <State row={row} nowMs={nowMs} />
    </td>
    <td data-label="Priority">{row.priority.toFixed(3)}</td>
    <td data-label="Opened" class="cell-opened">
      <span>
        {ageText(nowMs - row.opened_at)}, {row.origin}
        <div class="muted small">
          <Time ms={row.opened_at} />
        </div>
      </span>
    </td>
  </tr>
);

const columns: readonly Column[] = [
  { title: "Player" },
  { title: "Risk", class: "w-risk cell-risk" },
  { title: "Band", class: "w-band" },
  { title: "State", class: "w-state" },
  { title: "Priority", class: "w-mode" },
  { title: "Opened", class: "w-time" },
];

interface CasesProps {
  readonly rows: readonly CaseRow[];
  readonly nowMs: number;
  readonly caption: string;
}

export const CasesTable: FC<CasesProps> = ({ rows, nowMs, caption }) => (
  <Table class="cases numbers" caption={caption} columns={columns}>
    {rows.map((row) => (
      <Row row={row} nowMs={nowMs} />
    ))}
  </Table>
);
