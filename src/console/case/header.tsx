/** Which case it is, how it stands, and whose it is. */
import type { FC } from "hono/jsx";
import { caseAnswer, isHeld } from "../../actions/cases/case-answers.ts";
import { bandOf } from "../../detection/bands.ts";
import { type Person, principalOf } from "../../env.ts";
import { RiskBar } from "../blocks/risk.tsx";
import type { View } from "../layout.tsx";
import { reviewName } from "../queue/table.tsx";
import { Badge, PlayerName, pointsText, Text, Time } from "../text.tsx";
import { mayCall } from "../viewing.ts";
import { Button, TagsAction } from "./forms.tsx";
import type { CaseView } from "./load.ts";

const Fact: FC<{ name: string; children?: unknown }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Whether the viewer holds the case now. */
export const isOwn = ({ row }: CaseView, viewer: Person, nowMs: number): boolean =>
  isHeld(row, nowMs) && row.holder === principalOf(viewer);

const Holder: FC<{ shown: CaseView; nowMs: number }> = ({ shown: { row }, nowMs }) =>
  isHeld(row, nowMs) && row.holder !== null && row.lease_until !== null ? (
    <>
      <Text value={row.holder} /> until <Time ms={row.lease_until} />
    </>
  ) : (
    <>nobody</>
  );

const Facts: FC<{ shown: CaseView; nowMs: number }> = ({ shown, nowMs }) => {
  const { row, isIntact } = shown;
  const tags = JSON.parse(row.tags) as string[];
  return (
    <dl class="facts head-facts">
      <Fact name={row.state === "decided" ? "Last review" : "Waits for"}>{reviewName(row)}</Fact>
      <Fact name="Held by">
        <Holder shown={shown} nowMs={nowMs} />
      </Fact>
      {row.assignee === null ? null : (
        <Fact name="Assigned to">
          <Text value={row.assignee} />
        </Fact>
      )}
      <Fact name="Opened">
        <Time ms={row.opened_at} /> by <Text value={row.opened_by} />
      </Fact>
      <Fact name="Evidence">{row.confidence}</Fact>
      <Fact name="Evidence hash">
        <span class={isIntact ? "hash-good" : "hash-bad"}>{isIntact ? "unchanged" : "does not match"}</span>{" "}
        <code title={row.evidence_hash}>{row.evidence_hash.slice(0, 12)}</code>
      </Fact>
      {tags.length === 0 ? null : (
        <Fact name="Tags">
          {tags.map((tag) => (
            <>
              <span class="badge">
                <Text value={tag} />
              </span>{" "}
            </>
          ))}
        </Fact>
      )}
    </dl>
  );
};

const Actions: FC<{ shown: CaseView; view: View }> = ({ shown, view: { viewer, nowMs } }) => {
  const { row, obstacle } = shown;
  if (!mayCall(viewer, "POST /cases/:case/claim")) return null;
  const own = isOwn(shown, viewer, nowMs);
  const isFree = !isHeld(row, nowMs) && obstacle === null;
  return (
    <div class="actions">
      {own ? (
        <a class="button-quiet to-verdict" href="#verdict">
          To the verdict
        </a>
      ) : null}
      {isFree ? <Button path={`/cases/${row.id}/claim`} text="Claim" keys="c" /> : null}
      {own ? <Button path={`/cases/${row.id}/claim`} text="Renew" quiet /> : null}
      {own ? <Button path={`/cases/${row.id}/release`} text="Give back" quiet /> : null}
      <TagsAction id={row.id} tags={JSON.parse(row.tags) as string[]} />
    </div>
  );
};

export const CaseHeader: FC<{ shown: CaseView; view: View }> = ({ shown, view }) => {
  const { row } = shown;
  const { state, verdict } = caseAnswer(row, view.nowMs);
  return (
    <>
      <header class="player-head">
        <div class="player-title">
          <p class="crumb small">
            <a href="/queue">Queue</a>
          </p>
          <h1>
            Case {row.id}: <PlayerName id={row.player_id} name={row.username} />
          </h1>
          <p class="muted small">
            <Text value={row.game} /> · <Text value={row.mode} /> · {row.origin}{" "}
            <Badge level={verdict ?? state} />
          </p>
        </div>
        <div class="player-risk">
          <span class="risk-figure">{pointsText(row.risk)}</span> <Badge level={bandOf(row.risk)} />
          <RiskBar risk={row.risk} />
        </div>
        <Actions shown={shown} view={view} />
      </header>
      <Facts shown={shown} nowMs={view.nowMs} />
    </>
  );
};
