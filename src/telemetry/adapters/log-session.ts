/** Rows of our bulk format from what logs add up to. Numbers are rounded here, once, so that repeated rows are equal. */
import type { SessionRow } from "../session.ts";
import { isoOf } from "./calendar.ts";

/** Which server and game a stream is, as its first requests said; rows of the stream carry it. */
export type Origin = {
  /** Part of ids: the instance token, or what stands in for it. */
  readonly instance: string;
  readonly server: string;
  /** Null where the lines decide. */
  readonly game: string | null;
};

export const rounded = (value: number, digits: number): number => {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
};

/** A share, or nothing where there is nothing to be a share of. */
export const shareOf = (part: number, whole: number): number | undefined =>
  whole > 0 ? rounded(Math.min(part, whole) / whole, 4) : undefined;

/** Metrics that are known. */
export function known(
  values: Readonly<Record<string, number | undefined>>,
): NonNullable<SessionRow["metrics"]> {
  const found = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(found);
}

/** The part of a row that all players of a match share. A clock ahead of ours must not put a match into the future. */
export function sharedPart(
  origin: Origin,
  session: { readonly id: string; readonly game: string; readonly mode: string; readonly endedMs: number },
  receivedAtMs: number,
): Pick<SessionRow, "session_id" | "recorded_at" | "game" | "mode" | "server"> {
  return {
    session_id: session.id,
    recorded_at: isoOf(Math.min(session.endedMs, receivedAtMs)),
    game: origin.game ?? session.game,
    mode: session.mode,
    ...(origin.server === "" ? {} : { server: origin.server }),
  };
}
