/** cs2-log: what a Counter-Strike 2 server (and CS:GO's) posts with `logaddress_add_http`. No plugin is needed. */
import { cs2Card } from "./cs2/card.ts";
import { explainCs2 } from "./cs2/explain.ts";
import { Cs2Reader, type Memory } from "./cs2/reader.ts";
import { logAdapter } from "./log-adapter.ts";
import { originOf } from "./log-origin.ts";

export const cs2Log = logAdapter<Memory>({
  card: cs2Card,
  fresh: (input, zoneMs) => ({
    origin: originOf(input),
    zoneMs,
    build: "",
    mode: "",
    map: "",
    block: null,
    match: null,
    over: false,
  }),
  reader: (memory, receivedAtMs, tally) => new Cs2Reader(memory, receivedAtMs, tally),
  explain: explainCs2,
});
