/** A risk as a bar; the number beside it says the same. */
import type { FC } from "hono/jsx";
import { bandOf } from "../../detection/bands.ts";

export const RiskBar: FC<{ risk: number }> = ({ risk }) => (
  <svg
    class={`risk-bar fill-${bandOf(risk)}`}
    viewBox="0 0 100 4"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="track" width="100" height="4" />
    <rect class="fill" width={risk / 100} height="4" />
  </svg>
);
