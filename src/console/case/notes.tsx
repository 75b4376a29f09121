/** What people said of a case: appeals, reviews, comments, links, decisions. Each is a stranger's or a colleague's text. */
import type { FC } from "hono/jsx";
import { commentAnswer } from "../../actions/cases/case-answers.ts";
import type { CaseAppeal } from "../../db/case-page.ts";
import { isBlind } from "../../decisions/reviews.ts";
import type { View } from "../layout.tsx";
import { Badge, PlayerName, Text, Time, wordsOf } from "../text.tsx";
import { mayCall } from "../viewing.ts";
import { CommentFields } from "./forms.tsx";
import { type CaseView, commentsOnPage } from "./load.ts";

const Said: FC<{ by: string; ms: number; text: string; head?: unknown }> = ({ by, ms, text, head }) => (
  <li class="said">
    <p class="muted small">
      {head} <Text value={by} /> · <Time ms={ms} />
    </p>
    <p class="notes">
      <Text value={text} />
    </p>
  </li>
);

const Appeal: FC<{ appeal: CaseAppeal }> = ({ appeal }) => (
  <section class="appealed" aria-label={`Appeal of decision ${appeal.decision_id}`}>
    <h2>
      Appeal of <a href={`/decisions/${appeal.decision_id}`}>decision {appeal.decision_id}</a>
    </h2>
    <p class="muted small">
      {appeal.state === "pending" ? "Blind: earlier verdicts are hidden until it is judged." : appeal.outcome}{" "}
      Filed <Time ms={appeal.filed_at} /> by <Text value={appeal.filed_by} />. The player's own words:
    </p>
    <blockquote class="notes">
      <Text value={appeal.statement} />
    </blockquote>
  </section>
);

export const Appeals: FC<{ shown: CaseView }> = ({ shown: { appeals } }) => (
  <>
    {appeals.map((appeal) => (
      <Appeal appeal={appeal} />
    ))}
  </>
);

const Reviews: FC<{ shown: CaseView }> = ({ shown: { row, reviews } }) => (
  <section aria-labelledby="reviews">
    <h2 id="reviews">Reviews</h2>
    {isBlind(row) ? (
      <p class="muted">Others' verdicts, and what their authors commented, are hidden until it is decided.</p>
    ) : null}
    {!isBlind(row) && reviews.length === 0 ? <p class="muted">None.</p> : null}
    <ul class="plain">
      {reviews.map(({ reviewer, review, verdict, reason, reviewed_at }) => (
        <Said
          by={reviewer}
          ms={Date.parse(reviewed_at)}
          text={reason}
          head={
            <>
              <Badge level={verdict} /> {review}
            </>
          }
        />
      ))}
    </ul>
  </section>
);

const Comments: FC<{ shown: CaseView; view: View }> = ({ shown: { row, comments }, view }) => (
  <section aria-labelledby="comments">
    <h2 id="comments">Comments</h2>
    {comments.length === 0 ? <p class="muted">None yet.</p> : null}
    <ul class="plain">
      {comments.map(commentAnswer).map(({ author, commented_at, text }) => (
        <Said by={author} ms={Date.parse(commented_at)} text={text} />
      ))}
    </ul>
    {comments.length < commentsOnPage ? null : (
      <p class="muted small">The newest {commentsOnPage}. The API lists the others.</p>
    )}
    {mayCall(view.viewer, "POST /cases/:case/comments") ? <CommentFields id={row.id} /> : null}
  </section>
);

const Links: FC<{ shown: CaseView }> = ({ shown: { links } }) =>
  links.length === 0 ? null : (
    <section aria-labelledby="links">
      <h2 id="links">Linked players</h2>
      <ul class="plain">
        {links.map(({ player_id, username, note, linked_by }) => (
          <li class="said">
            <PlayerName id={player_id} name={username} />{" "}
            <span class="muted small">
              linked by <Text value={linked_by} />
            </span>
            {note === null ? null : (
              <p class="notes">
                <Text value={note} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );

const Decisions: FC<{ shown: CaseView }> = ({ shown: { decisions } }) =>
  decisions.length === 0 ? null : (
    <section aria-labelledby="decided">
      <h2 id="decided">Decisions</h2>
      <ul class="plain">
        {decisions.map(({ id, type, end_kind, made_at, made_by }) => (
          <li class="said">
            <a href={`/decisions/${id}`}>
              Decision {id}: {wordsOf(type)}
            </a>{" "}
            <span class="muted small">
              {end_kind ?? "not ended"}, made <Time ms={made_at} /> by <Text value={made_by} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );

export const Notes: FC<{ shown: CaseView; view: View }> = ({ shown, view }) => (
  <>
    <Decisions shown={shown} />
    <Links shown={shown} />
    <Reviews shown={shown} />
    <Comments shown={shown} view={view} />
  </>
);
