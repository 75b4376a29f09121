/** Forms of the settings: folded away behind their title, and those that ask whether one is sure. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { markField, sureField } from "./answer-form.ts";
import { type Draft, draftOf } from "./draft.ts";
import { type Form, FormMessage, TickField } from "./fields.tsx";

interface PanelProps {
  readonly form: Form;
  readonly title: string;
  readonly path: string;
  readonly submit: string;
  /** Open from the start; one that was sent and refused is open anyway. */
  readonly isOpen?: boolean;
  /** Why it is there, or what follows from it. */
  readonly lead?: string;
  readonly tone?: "plain" | "danger";
}

export const Panel: FC<PropsWithChildren<PanelProps>> = (props) => {
  const { form, title, path, submit, isOpen = false, lead, tone = "plain", children } = props;
  return (
    <details class="panel" open={isOpen || form.draft.message !== null}>
      <summary>{title}</summary>
      <form method="post" action={path} class="panel-form" id={form.id}>
        <FormMessage form={form} />
        {lead === undefined ? null : <p class="muted small">{lead}</p>}
        {children}
        <div>
          <button type="submit" class={tone === "danger" ? "button-danger" : undefined}>
            {submit}
          </button>
        </div>
      </form>
    </details>
  );
};

/** In forms that are obeyed once: another one on each page. */
export const Mark: FC = () => <input type="hidden" name={markField} value={crypto.randomUUID()} />;

/** What cannot be undone: says what follows, and wants a tick. */
export const SurePanel: FC<PropsWithChildren<Omit<PanelProps, "tone"> & { sure: string }>> = ({
  sure,
  children,
  ...props
}) => (
  <Panel {...props} tone="danger">
    {children}
    <TickField form={props.form} name={sureField} label={sure} required />
  </Panel>
);

/** A button that does one thing at once. */
export const ButtonForm: FC<{
  path: string;
  title: string;
  label?: string;
  fields?: Readonly<Record<string, string>>;
}> = ({ path, title, label, fields = {} }) => (
  <form method="post" action={path}>
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button type="submit" class="button-quiet" aria-label={label}>
      {title}
    </button>
  </form>
);

/** Which of a page's forms was refused, and as what; all others stand as they are. */
export interface Refused {
  readonly form: string;
  readonly draft: Draft;
}

/** The form of an id: as it was refused, or with what is so now. */
export const formOf = (
  id: string,
  refused: Refused | null,
  values: Readonly<Record<string, unknown>> = {},
): Form => ({ id, draft: refused?.form === id ? refused.draft : draftOf(values) });
