/** source-log: logs of Team Fortress 2 and other Source servers, as files or from a forwarder. */
import type { AdapterCard } from "./adapter.ts";
import { explainLines } from "./explain-lines.ts";
import { logAdapter } from "./log-adapter.ts";
import { originOf } from "./log-origin.ts";
import { sourceGameLineOf } from "./source/lines.ts";
import { type SourceMemory, SourceReader } from "./source/reader.ts";

const feeds: Readonly<Record<string, readonly string[]>> = {
  kill: ["kills", "deaths", "headshots"],
  death: ["deaths"],
  damage: ["damage_per_minute"],
  shot: ["shots_fired"],
  "shot-hit": ["shots_hit"],
  seat: ["duration_minutes"],
  world: ["duration_minutes", "recorded_at"],
  "log-start": ["game", "build"],
};

const card: AdapterCard = {
  id: "source-log",
  title: "Team Fortress 2 and other Source logs",
  games: ["tf2", "css", "hl2dm", "dods", "l4d2"],
  contentTypes: ["text/plain"],
  keyHeader: null,
  okStatus: 200,
  maxBodyBytes: 8_000_000,
  idleMs: 3_600_000,
  yields: [
    { name: "kills", feeds: ["information.kill-death-level", "information.kill-rate-level"] },
    { name: "deaths", feeds: ["information.kill-death-level", "information.survival-level"] },
    { name: "headshots", feeds: ["aim.headshot-level", "aim.change", "aim.mixture"] },
    { name: "shots_fired", feeds: ["aim.accuracy-level", "aim.kills-per-shot-level"] },
    { name: "shots_hit", feeds: ["aim.accuracy-level"] },
    {
      name: "duration_minutes",
      feeds: ["information.kill-rate-level", "information.survival-level", "automation.length-steadiness"],
    },
    { name: "damage_per_minute", feeds: ["declared level (profile tf2)"] },
  ],
  unverified: [
    "no recorded log was at hand: the grammar is from its documentation",
    "shot_fired and shot_hit come from plugins of logs.tf alone",
    "where rounds of games other than Team Fortress 2 begin and end",
  ],
  docs: "source-log",
};

export const sourceLog = logAdapter<SourceMemory>({
  card,
  fresh: (input, zoneMs) => ({
    origin: originOf(input),
    zoneMs,
    game: "tf2",
    build: "",
    map: "",
    match: null,
  }),
  reader: (memory, receivedAtMs, tally) => new SourceReader(memory, receivedAtMs, tally),
  explain: (body) => explainLines(body, sourceGameLineOf, feeds),
});
