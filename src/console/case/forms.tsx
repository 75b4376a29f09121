/** What people do to a case: its verdict, the lease, comments and tags. */
import type { FC } from "hono/jsx";
import { z } from "zod";
import { verdicts } from "../../decisions/verdict.ts";
import { TagsRequest } from "../../http/schemas/cases.ts";
import { requiredProse } from "../../http/schemas/verdicts.ts";
import { slug } from "../../telemetry/fields.ts";
import { Action } from "../blocks/action.tsx";
import { wordsOf } from "../text.tsx";

const reasonLength = 2_000;
const commentLength = 4_000;

export const VerdictForm = z.strictObject({
  verdict: z.enum(verdicts),
  reason: requiredProse(reasonLength),
  /** Empty: nothing is to be done. */
  policy: z.union([z.literal(""), slug]).default(""),
  /** Whether the next case is claimed at once. */
  next: z.literal("1").optional(),
});
export const CommentForm = z.strictObject({ text: requiredProse(commentLength) });
export const TagsForm = z.strictObject({
  tags: z
    .string()
    .max(2_000)
    .transform((text) => text.split(",").flatMap((tag) => (tag.trim() === "" ? [] : [tag.trim()])))
    .pipe(TagsRequest.shape.tags),
});
export const EmptyForm = z.strictObject({});

const meanings = {
  confirmed: "The suspicion holds.",
  cleared: "Honest play explains it.",
  inconclusive: "It cannot be told from this.",
} as const;

const Choice: FC<{ verdict: (typeof verdicts)[number]; digit: string }> = ({ verdict, digit }) => (
  <label class="choice" for={`verdict-${verdict}`}>
    <input id={`verdict-${verdict}`} type="radio" name="verdict" value={verdict} required data-key={digit} />
    <span>
      <strong>{verdict}</strong> <kbd class="scripted-key">{digit}</kbd>
      <span class="muted small">{meanings[verdict]}</span>
    </span>
  </label>
);

const PolicyField: FC<{ policies: readonly string[] }> = ({ policies }) => (
  <label class="field" for="verdict-policy">
    <span>If it ends confirmed</span>
    <select id="verdict-policy" name="policy">
      <option value="">No decision</option>
      {policies.map((policy) => (
        <option value={policy}>Policy: {wordsOf(policy)}</option>
      ))}
    </select>
  </label>
);

interface VerdictProps {
  readonly id: number;
  /** Empty for an appeal: it makes no other decision. */
  readonly policies: readonly string[];
}

export const VerdictFields: FC<VerdictProps> = ({ id, policies }) => (
  <form method="post" action={`/cases/${id}/verdict`} class="verdict" data-send>
    <fieldset>
      <legend>Verdict</legend>
      {verdicts.map((verdict, place) => (
        <Choice verdict={verdict} digit={String(place + 1)} />
      ))}
    </fieldset>
    <label class="field" for="verdict-reason">
      <span>
        Reason <span class="muted">for whoever reads the case later</span>
      </span>
      <textarea id="verdict-reason" name="reason" maxlength={reasonLength} required />
    </label>
    {policies.length === 0 ? null : <PolicyField policies={policies} />}
    <div class="verdict-send">
      <label class="check" for="verdict-next">
        <input id="verdict-next" type="checkbox" name="next" value="1" checked /> Then claim the next case
      </label>
      <button type="submit">Give verdict</button>
    </div>
  </form>
);

/** One button, one thing that it does. */
export const Button: FC<{ path: string; text: string; quiet?: boolean; keys?: string }> = (props) => (
  <form method="post" action={props.path}>
    <button type="submit" class={props.quiet ? "button-quiet" : undefined} data-key={props.keys}>
      {props.text}
    </button>
  </form>
);

export const CommentFields: FC<{ id: number }> = ({ id }) => (
  <form method="post" action={`/cases/${id}/comments`} class="comment-form">
    <label class="field" for="comment-text">
      <span>Comment</span>
      <textarea id="comment-text" name="text" maxlength={commentLength} required />
    </label>
    <button type="submit" class="button-quiet">
      Add comment
    </button>
  </form>
);

export const TagsAction: FC<{ id: number; tags: readonly string[] }> = ({ id, tags }) => (
  <Action title="Tags" path={`/cases/${id}/tags`} submit="Save tags">
    <label class="field" for="case-tags">
      <span>
        Tags <span class="muted">parted by commas</span>
      </span>
      <input
        id="case-tags"
        name="tags"
        type="text"
        maxlength={2_000}
        autocomplete="off"
        value={tags.join(", ")}
      />
    </label>
  </Action>
);
