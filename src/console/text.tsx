/** Small pieces of text: what others wrote, times, points, bands. */
import type { FC } from "hono/jsx";
import { isoOf, pointsOf } from "../actions/answers.ts";

/** What others wrote. JSX escapes it; `bdi` keeps its direction from turning the text around it. */
export const Text: FC<{ value: string }> = ({ value }) => <bdi>{value}</bdi>;

/** `2026-11-01 12:00 UTC`. */
export const Time: FC<{ ms: number }> = ({ ms }) => {
  const iso = isoOf(ms);
  return <time datetime={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`}</time>;
};

/** `1,234`. */
export const countText = (count: number): string => count.toLocaleString("en-US");

/** Hundredths of a point as `83.25`. */
export const pointsText = (hundredths: number): string => pointsOf(hundredths).toFixed(2);

/** A band or a severity; the word says it, the colour repeats it. */
export const Badge: FC<{ level: string }> = ({ level }) => (
  <span class={`badge badge-${level}`}>{level}</span>
);

/** `rapid_skill_increase` as `rapid skill increase`. */
export const wordsOf = (identifier: string): string => identifier.replaceAll("_", " ");

/** A player's name, which leads to its page. */
export const PlayerName: FC<{ id: number; name: string }> = ({ id, name }) => (
  <a class="player-link" href={`/players/${id}`}>
    <Text value={name} />
  </a>
);
