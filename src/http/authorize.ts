/** What a known caller may do, by the access table alone. */
import type { Actor, Machine } from "../env.ts";
import type { Access } from "./access.ts";

function keyRefusal(
  { scopes, games, adapter: own }: Machine,
  access: Access,
  adapter: string | undefined,
): string | null {
  if (own !== null) {
    const matches = access.scope === "any" || (access.adapter === true && own === adapter);
    return matches ? null : `This key is good for the adapter ${own} alone.`;
  }
  if (access.scope === null) return "This is for people. No API key may do it.";
  if (access.scope !== "any" && !scopes.includes(access.scope))
    return `The key lacks the scope ${access.scope}.`;
  if (games !== null && access.reach === "all") return "This spans all games, and the key is bound to some.";
  return null;
}

/** Why the actor may not; null: it may. `adapter` is the one that the path names. */
export function refusalOf(actor: Actor, access: Access, adapter?: string): string | null {
  if (access.roles === "public") return null;
  if (actor.kind === "key") return keyRefusal(actor, access, adapter);
  return access.roles.includes(actor.role) ? null : `The role ${actor.role} may not do this.`;
}
