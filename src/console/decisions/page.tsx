/** One decision: what it is, why, for whoever asks, and what can be done about it. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import { EndRequest } from "../../http/schemas/decisions.ts";
import { Action } from "../blocks/action.tsx";
import { Layout, type View } from "../layout.tsx";
import { Badge, PlayerName, Text, Time, wordsOf } from "../text.tsx";
import { mayCall } from "../viewing.ts";
import type { DecisionView } from "./load.ts";
import { stateOf, whereText } from "./table.tsx";

const reasonLength = 2_000;
export const EndForm = EndRequest;
export const LinkForm = z.strictObject({});

const Fact: FC<{ name: string; children?: unknown }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Facts: FC<{ shown: DecisionView }> = ({ shown: { row } }) => (
  <dl class="facts head-facts">
    <Fact name="From">
      <Time ms={row.starts_at} />
    </Fact>
    <Fact name="Until">{row.expires_at === null ? "without end" : <Time ms={row.expires_at} />}</Fact>
    <Fact name="Made">
      <Time ms={row.made_at} /> by {row.origin === "automatic" ? "a rule" : <Text value={row.made_by} />}
    </Fact>
    {row.policy === null ? null : (
      <Fact name="Policy">
        <Text value={row.policy} />
      </Fact>
    )}
    <Fact name="Case">
      {row.case_id === null ? "none" : <a href={`/cases/${row.case_id}`}>case {row.case_id}</a>}
    </Fact>
    {row.ended_at === null ? null : (
      <Fact name="Ended">
        {row.end_kind} <Time ms={row.ended_at} />{" "}
        {row.ended_by === null ? null : (
          <>
            by <Text value={row.ended_by} />
          </>
        )}
      </Fact>
    )}
  </dl>
);

/** What is over can only be expunged, and what is expunged is gone. */
const EndAction: FC<{ shown: DecisionView; nowMs: number }> = ({ shown: { row }, nowMs }) => {
  if (row.end_kind === "expunged") return null;
  const isOver = stateOf(row, nowMs) === "ended";
  return (
    <Action title={isOver ? "Expunge" : "End"} path={`/decisions/${row.id}/end`} submit="End it">
      <label class="field" for="end-as">
        <span>How</span>
        <select id="end-as" name="as">
          {isOver ? null : <option value="revoked">Revoke: from now on</option>}
          <option value="expunged">Expunge: as if it had never been</option>
        </select>
      </label>
      <label class="field" for="end-reason">
        <span>
          Reason <span class="muted">kept with the decision</span>
        </span>
        <input
          id="end-reason"
          name="reason"
          type="text"
          maxlength={reasonLength}
          required
          autocomplete="off"
        />
      </label>
    </Action>
  );
};

const Actions: FC<{ shown: DecisionView; view: View }> = ({ shown, view: { viewer, nowMs } }) => {
  const { row, appeal } = shown;
  const isAppealable = appeal === null && row.end_kind !== "expunged";
  return (
    <div class="actions">
      {isAppealable && mayCall(viewer, "POST /decisions/:decision/appeal-link") ? (
        <form method="post" action={`/decisions/${row.id}/appeal-link`}>
          <button type="submit" class="button-quiet">
            Appeal link
          </button>
        </form>
      ) : null}
      {mayCall(viewer, "POST /decisions/:decision/end") ? <EndAction shown={shown} nowMs={nowMs} /> : null}
    </div>
  );
};

const Lines: FC<{ text: string }> = ({ text }) => (
  <>
    {text.split("\n").map((line) => (
      <p>
        <Text value={line} />
      </p>
    ))}
  </>
);

const Appeal: FC<{ shown: DecisionView }> = ({ shown: { appeal } }) =>
  appeal === null ? null : (
    <section class="appealed" aria-labelledby="appeal">
      <h2 id="appeal">Appeal</h2>
      <p class="muted small">
        {appeal.outcome ?? "pending"}, judged in{" "}
        <a href={`/cases/${appeal.case_id}`}>case {appeal.case_id}</a>. Filed <Time ms={appeal.filed_at} /> by{" "}
        <Text value={appeal.filed_by} />. The player's own words:
      </p>
      <blockquote class="notes">
        <Text value={appeal.statement} />
      </blockquote>
    </section>
  );

const Link: FC<{ url: string }> = ({ url }) => (
  <div class="notice notice-plain" role="status">
    <label class="field" for="appeal-url">
      <span>Link to the appeal, for the player alone: good for 30 days or until there is an appeal</span>
      <input id="appeal-url" type="text" readonly value={url} />
    </label>
  </div>
);

interface DecisionProps {
  readonly view: View;
  readonly shown: DecisionView;
  /** The link to the appeal that was just made. */
  readonly link?: string;
}

export const DecisionPage: FC<DecisionProps> = ({ view, shown, link }) => {
  const { row, analyst, player } = shown;
  const title = `Decision ${row.id}: ${wordsOf(row.type)}`;
  return (
    <Layout title={title} current="decisions" viewer={view.viewer} flash={view.flash}>
      <header class="player-head decision-head">
        <div class="player-title">
          <p class="crumb small">
            <a href="/decisions">Decisions</a>
          </p>
          <h1>{title}</h1>
          <p class="muted small">
            <PlayerName id={row.player_id} name={row.username ?? `player ${row.player_id}`} /> in{" "}
            <Text value={whereText(row)} /> <Badge level={stateOf(row, view.nowMs)} />
          </p>
        </div>
        <Actions shown={shown} view={view} />
      </header>
      <Facts shown={shown} />
      {link === undefined ? null : <Link url={link} />}
      <section class="reason" aria-labelledby="reason">
        <h2 id="reason">Reason</h2>
        <Lines text={row.reason} />
        {row.end_reason === null ? null : (
          <p class="muted">
            Ended: <Text value={row.end_reason} />
          </p>
        )}
      </section>
      <Appeal shown={shown} />
      <div class="explanations">
        <section class="explanation" aria-labelledby="for-player">
          <h2 id="for-player">What the player may read</h2>
          <Lines text={player} />
        </section>
        <section class="explanation" aria-labelledby="for-analyst">
          <h2 id="for-analyst">For analysts alone</h2>
          <Lines text={analyst} />
        </section>
      </div>
    </Layout>
  );
};
