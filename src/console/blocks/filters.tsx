/** Filters of a list: a form that asks for the same page with other parameters, so that its address tells all. */
import type { FC, PropsWithChildren } from "hono/jsx";

/** Scripts send it as it is filled in and swap `#results`; without them the button does. */
export const Filters: FC<PropsWithChildren<{ action: string; label: string }>> = ({
  action,
  label,
  children,
}) => (
  <search aria-label={label}>
    <form class="filters" method="get" action={action} data-live>
      {children}
      <button type="submit" class="button-quiet">
        Apply
      </button>
    </form>
    <p class="unseen" role="status" data-announce />
  </search>
);

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly any: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly value: string | undefined;
}

export const Select: FC<SelectProps> = ({ name, label, any, options, value }) => (
  <label class="field">
    <span>{label}</span>
    <select name={name}>
      <option value="">{any}</option>
      {options.map(([option, text]) => (
        <option value={option} selected={option === value}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
