/** The score, line by line: each line begins where the one before ended, and the last one ends at the score. */
import type { FC } from "hono/jsx";
import type { StoredSession } from "../../db/sessions.ts";
import type { LedgerLine } from "../../detection/risk.ts";
import { Empty } from "../blocks/empty.tsx";
import { type Column, Table } from "../blocks/table.tsx";
import { countText, pointsText, Text, Time, wordsOf } from "../text.tsx";

/** The highest score, in hundredths. */
const top = 10_000;

interface Step {
  readonly line: LedgerLine;
  /** Hundredths: where the bar begins and ends. */
  readonly from: number;
  readonly to: number;
}

const isRule = ({ kind }: LedgerLine): boolean => kind === "cap" || kind === "abstention";

/** Largest contributions first; then the rules, in the order in which they were applied. */
export function stepsOf(ledger: readonly LedgerLine[]): Step[] {
  const terms = ledger.filter((line) => !isRule(line)).sort((a, b) => b.points - a.points);
  let at = 0;
  return [...terms, ...ledger.filter(isRule)].map((line) => {
    const from = at;
    at += line.points;
    return { line, from, to: at };
  });
}

/** The raw risk may lie beyond the scale only by rounding; bars stay within it. */
const share = (hundredths: number): number => Math.max(0, Math.min(top, hundredths)) / 100;

const Bar: FC<{ from: number; to: number; kind: string }> = ({ from, to, kind }) => (
  <svg class={`fall fall-${kind}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="10" />
    <rect
      class="part"
      x={share(Math.min(from, to))}
      width={Math.max(0.4, Math.round(100 * Math.abs(share(to) - share(from))) / 100)}
      height="10"
    />
  </svg>
);

const signed = (hundredths: number): string =>
  hundredths < 0 ? `−${pointsText(-hundredths)}` : `+${pointsText(hundredths)}`;

const inHonest = (per100k: number): string =>
  per100k >= 1
    ? `about ${countText(Math.round(per100k))} in 100,000`
    : `about 1 in ${countText(Math.round(100_000 / per100k))}`;

const numberText = (value: number): string => String(Number(value.toPrecision(4)));
const withUnit = (value: number, unit: string | null): string =>
  unit === null || unit === "share" ? numberText(value) : `${numberText(value)} ${unit}`;

const Fact: FC<{ name: string; children?: unknown }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

type Times = ReadonlyMap<string, StoredSession>;

const Sessions: FC<{ ids: readonly string[]; sessions: Times }> = ({ ids, sessions }) => (
  <ul class="named">
    {ids.map((id) => {
      const known = sessions.get(id);
      return (
        <li>
          <Text value={id} />{" "}
          {known === undefined ? (
            <span class="muted small">no longer among the last 100</span>
          ) : (
            <span class="muted small">
              <Time ms={known.recordedAtMs} />
            </span>
          )}
        </li>
      );
    })}
  </ul>
);

const Evidence: FC<{ line: LedgerLine; sessions: Times }> = ({ line, sessions }) => (
  <div class="evidence">
    <dl class="facts">
      {line.observed === null ? null : <Fact name="Observed">{withUnit(line.observed, line.unit)}</Fact>}
      {line.median === null ? null : <Fact name="Scope's median">{withUnit(line.median, line.unit)}</Fact>}
      {line.per100k === null ? null : (
        <Fact name="Honest players that go as far">{inHonest(line.per100k)}</Fact>
      )}
      {line.exposure === null ? null : <Fact name="Exposure">{countText(line.exposure)}</Fact>}
      {line.sinceMs === null ? null : (
        <Fact name="Since">
          <Time ms={line.sinceMs} />
        </Fact>
      )}
      <Fact name={isRule(line) ? "Rule" : "Detector"}>
        <code>{line.id}</code>
      </Fact>
    </dl>
    {line.sessionIds.length === 0 ? null : (
      <>
        <h3>Sessions that tell most</h3>
        <Sessions ids={line.sessionIds} sessions={sessions} />
      </>
    )}
  </div>
);

const kindName = ({ kind, group }: LedgerLine): string =>
  kind === "proof" ? `proof, ${group ?? ""}` : kind === "term" ? (group ?? "") : kind;

const Line: FC<{ step: Step; sessions: Times }> = ({ step: { line, from, to }, sessions }) => (
  <tr data-row>
    <th scope="row" class="cell-line">
      <details>
        <summary>
          <Text value={line.sentence} />
        </summary>
        <Evidence line={line} sessions={sessions} />
      </details>
    </th>
    <td class="cell-kind">{wordsOf(kindName(line))}</td>
    <td class="cell-fall">
      <Bar from={from} to={to} kind={line.kind} />
    </td>
    <td class="cell-points">{signed(line.points)}</td>
  </tr>
);

const columns: readonly Column[] = [
  { title: "What it rests on" },
  { title: "Kind", class: "w-kind" },
  { title: "From 0 to 100", class: "w-fall" },
  { title: "Points", class: "w-points cell-points" },
];

interface WaterfallProps {
  readonly risk: number;
  readonly ledger: readonly LedgerLine[];
  readonly sessions: readonly StoredSession[];
}

export const Waterfall: FC<WaterfallProps> = ({ risk, ledger, sessions }) => {
  if (ledger.length === 0) {
    return (
      <Empty title="Nothing counts against this player">
        The score is {pointsText(risk)}: no detector found more than an ordinary player shows.
      </Empty>
    );
  }
  const known = new Map(sessions.map((session) => [session.sessionId, session]));
  return (
    <Table
      class="waterfall"
      caption="Each line adds to the one before; together they are the score. Open a line for its evidence."
      columns={columns}
      isGrouped
    >
      <tbody>
        {stepsOf(ledger).map((step) => (
          <Line step={step} sessions={known} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan={2}>
            Score
          </th>
          <td class="cell-fall">
            <Bar from={0} to={risk} kind="sum" />
          </td>
          <td class="cell-points">{pointsText(risk)}</td>
        </tr>
      </tfoot>
    </Table>
  );
};
