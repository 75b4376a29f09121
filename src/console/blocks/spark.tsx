/** Counts of neighbouring months as small bars; the numbers beside them say what matters. */
import type { FC } from "hono/jsx";

/** Each bar and the gap after it, and the height, in units of the picture. */
const step = 10;
const height = 24;

/** Heights relate to the largest count; a count that is not zero is seen. */
export const Spark: FC<{ counts: readonly number[] }> = ({ counts }) => {
  const most = Math.max(1, ...counts);
  return (
    <svg class="spark" viewBox={`0 0 ${counts.length * step} ${height}`} aria-hidden="true">
      {counts.map((count, place) => {
        const tall = count === 0 ? 1 : Math.max(3, Math.round((height * count) / most));
        const kind = count === 0 ? "track" : "part";
        return <rect class={kind} x={place * step} y={height - tall} width={step - 2} height={tall} />;
      })}
    </svg>
  );
};
