/** The addresses of pages on detectors: which scope is looked at. */
import { z } from "zod";
import { cursor } from "../../http/schemas/requests.ts";

/** Names are foreign text: whatever is stored can be asked for, and what is no name counts as not set. */
const name = z.string().min(1).max(128).optional().catch(undefined);

export const DetectorsQuery = z.object({ game: name, mode: name, after: cursor.catch(undefined) });
export type DetectorsQuery = z.infer<typeof DetectorsQuery>;

/** `/detectors` or one of them, in a game or a scope. */
export function detectorHref(id: string | null, query: Partial<DetectorsQuery> = {}): string {
  const { game, mode, after } = query;
  const path = id === null ? "/detectors" : `/detectors/${encodeURIComponent(id)}`;
  // A mode is one of a game.
  const set = Object.entries({ game, mode: game === undefined ? undefined : mode, after }).flatMap(
    ([key, value]) => (value === undefined ? [] : [[key, value] as [string, string]]),
  );
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}
