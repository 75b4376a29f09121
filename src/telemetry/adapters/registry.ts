/** The registry: every adapter there is. A new one is a file here and a line in this list. */
import type { Adapter } from "./adapter.ts";
import { cs2Log } from "./cs2-log.ts";
import { discordAlert } from "./discord-alert.ts";
import { get5 } from "./get5.ts";
import { matchzy } from "./matchzy.ts";
import { playfab } from "./playfab.ts";
import { sourceLog } from "./source-log.ts";

export const adapters: readonly Adapter[] = [cs2Log, matchzy, get5, sourceLog, discordAlert, playfab];

const byId: ReadonlyMap<string, Adapter> = new Map(adapters.map((adapter) => [adapter.card.id, adapter]));

export const findAdapter = (id: string): Adapter | undefined => byId.get(id);
