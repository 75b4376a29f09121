/** Something to do to what the page shows: a form behind a button, which asks for a reason. */
import type { FC, PropsWithChildren } from "hono/jsx";

interface ActionProps {
  readonly title: string;
  readonly path: string;
  readonly submit: string;
}

/** Works without scripts; the answer is a redirect with a toast. */
export const Action: FC<PropsWithChildren<ActionProps>> = ({ title, path, submit, children }) => (
  <details class="action" name="action">
    <summary class="button-quiet">{title}</summary>
    <form method="post" action={path} class="action-form">
      {children}
      <button type="submit">{submit}</button>
    </form>
  </details>
);

interface ReasonProps {
  readonly id: string;
  readonly maxLength: number;
}

/** Why: kept in the audit trail. */
export const Reason: FC<ReasonProps> = ({ id, maxLength }) => (
  <label class="field" for={id}>
    <span>
      Reason <span class="muted">kept in the audit trail</span>
    </span>
    <input id={id} name="reason" type="text" maxlength={maxLength} required autocomplete="off" />
  </label>
);
