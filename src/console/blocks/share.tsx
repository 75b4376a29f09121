/** Shares, never without their interval and what they are shares of. */
import type { FC } from "hono/jsx";
import type { shareOf } from "../../actions/quality/quality-answers.ts";
import { countText } from "../text.tsx";

export type Share = ReturnType<typeof shareOf>;

/** `0.351`, `9.53`, `95.4`: in percent, three digits. */
export const percentOf = (share: number): string => String(Number((share * 100).toPrecision(3)));

/** The ends of an interval, two digits: more would say more than they know. */
const endOf = (share: number): string => String(Number((share * 100).toPrecision(2)));

/** `75 % (30 to 95 %, n 4)`; `none` where n is 0. */
export const shareText = ({ value, low, high, n }: Share): string =>
  value === null || low === null || high === null
    ? "none"
    : `${percentOf(value)} % (${endOf(low)} to ${endOf(high)} %, n ${countText(n)})`;

/** A share, its 95 % interval and its n; `none` where n is 0. */
export const ShareText: FC<{ share: Share; none: string }> = ({ share: { value, low, high, n }, none }) =>
  value === null || low === null || high === null ? (
    <span class="muted">{none}</span>
  ) : (
    <span class="share">
      {percentOf(value)} %{" "}
      <span class="muted small">
        {endOf(low)} to {endOf(high)} %, n&nbsp;{countText(n)}
      </span>
    </span>
  );
