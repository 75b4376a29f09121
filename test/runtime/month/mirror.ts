/** A game server that keeps its own copy of the decisions by the stream, as `docs/decisions.md` says. */
import { expect } from "vitest";
import type { Service } from "../service.ts";

interface Change {
  readonly kind: "add" | "remove";
  readonly decision: { readonly id: number };
}

export interface Mirror {
  /** The decisions that hold now. */
  readonly live: ReadonlySet<number>;
  /** How often each decision was added, and removed. */
  readonly counts: Readonly<Record<Change["kind"], ReadonlyMap<number, number>>>;
  /** Asks for everything that is new. */
  follow(): Promise<void>;
}

/** Follows the stream in small pages, so that a cursor often stands in the middle of what happened together. */
export function createMirror(service: Service): Mirror {
  const live = new Set<number>();
  const counts = { add: new Map<number, number>(), remove: new Map<number, number>() };
  let since = "";

  function apply({ kind, decision: { id } }: Change): void {
    counts[kind].set(id, (counts[kind].get(id) ?? 0) + 1);
    if (kind === "add") live.add(id);
    else live.delete(id);
  }

  async function follow(): Promise<void> {
    for (let more = true; more; ) {
      const { status, body } = await service.call(`/api/decisions/stream?limit=10${since}`);
      expect(status, JSON.stringify(body)).toBe(200);
      for (const change of body.changes) apply(change);
      since = `&since=${encodeURIComponent(body.cursor)}`;
      more = body.has_more;
    }
  }
  return { live, counts, follow };
}
