/** The addresses of pages on scopes. Names are foreign text: each is encoded as one part of a path. */
import { z } from "zod";
import type { ScopeName } from "../../db/detector-page.ts";
import { cursor } from "../../http/schemas/requests.ts";

export const ScopesQuery = z.object({
  game: z.string().min(1).max(128).optional().catch(undefined),
  after: cursor.catch(undefined),
});
export type ScopesQuery = z.infer<typeof ScopesQuery>;

export function scopesHref({ game, after }: Partial<ScopesQuery> = {}): string {
  const set = Object.entries({ game, after }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as [string, string]],
  );
  return set.length === 0 ? "/scopes" : `/scopes?${new URLSearchParams(set)}`;
}

export const scopeHref = ({ game, mode }: ScopeName): string =>
  `/scopes/${encodeURIComponent(game)}/${encodeURIComponent(mode)}`;
