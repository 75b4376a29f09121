/** The lines of one Source server in their order. A match is what lies between two map loads or ends of a game. */
import type { SessionRow } from "../../session.ts";
import { stampOf } from "../calendar.ts";
import type { LogReader } from "../log-adapter.ts";
import { type Origin, sharedPart } from "../log-session.ts";
import { type SourceLine, sourceLineOf } from "../source-line.ts";
import type { Tally } from "../tally.ts";
import { plain, slugOf } from "../text.ts";
import { type SourceGameLine, sourceGameLineOf } from "./lines.ts";
import { countsOf, OpenSourceMatch, type SourceMatch } from "./match.ts";

/** Less is no session: somebody looked in. Chosen by us. */
const fewestSeconds = 60;

/** Games by the folder in which a server runs them. */
const gamesByFolder: Readonly<Record<string, string>> = {
  tf: "tf2",
  cstrike: "css",
  csgo: "csgo",
  hl2mp: "hl2dm",
  dod: "dods",
  left4dead2: "l4d2",
  insurgency: "insurgency",
};

export type SourceMemory = {
  readonly origin: Origin;
  readonly zoneMs: number;
  readonly game: string;
  readonly build: string;
  readonly map: string;
  readonly match: SourceMatch | null;
};

export class SourceReader implements LogReader<SourceMemory> {
  readonly sessions: SessionRow[] = [];
  readonly #tally: Tally;
  readonly #receivedAtMs: number;
  #memory: Omit<SourceMemory, "match">;
  #match: OpenSourceMatch | null;

  constructor(memory: SourceMemory, receivedAtMs: number, tally: Tally) {
    const { match, ...rest } = memory;
    this.#tally = tally;
    this.#receivedAtMs = receivedAtMs;
    this.#memory = rest;
    this.#match = match && OpenSourceMatch.from(match);
  }

  get memory(): SourceMemory {
    return { ...this.#memory, match: this.#match?.toJSON() ?? null };
  }

  read(text: string): void {
    const found = sourceLineOf(text);
    if (found === null) this.#tally.judge("unparsed", text);
    else this.#take(sourceGameLineOf(found.text), found);
  }

  /** Single lines are missing, and nothing spans lines here. */
  missRange(): void {}

  /** The log ended, or began anew. */
  abandon(): void {
    this.#close(this.#match?.playedMs ?? 0);
  }

  /** The log began anew; `zoneMs` holds from here on. */
  newEpoch(zoneMs: number): void {
    this.abandon();
    this.#memory = { ...this.#memory, zoneMs };
  }

  #take(line: SourceGameLine, { localMs, text }: SourceLine): void {
    const { kind } = line;
    const verdict = kind === "ignored" || kind === "never-stored" || kind === "unparsed" ? kind : "parsed";
    this.#tally.judge(verdict, text);
    if (verdict !== "parsed") return;
    if (kind === "world") this.#world(line.event, localMs);
    else if (kind === "log-start" || kind === "map-load" || kind === "log-end") this.#newLog(line);
    else this.#match?.play(line, localMs);
  }

  #newLog(line: SourceGameLine): void {
    this.abandon();
    if (line.kind === "map-load") this.#memory = { ...this.#memory, map: plain(line.map, 64) };
    if (line.kind !== "log-start") return;
    const game = gamesByFolder[line.folder] ?? (slugOf(line.folder, 32) || this.#memory.game);
    this.#memory = { ...this.#memory, game, build: plain(line.build, 64) };
  }

  #world(event: string, atMs: number): void {
    if (event === "Round_Start") this.#startRound(atMs);
    // Round_Length tells the same end again; a stalemate is an end too.
    if (event === "Round_Win" || event === "Round_Stalemate" || event === "Round_End")
      this.#match?.endRound(atMs);
    if (event === "Game_Over") this.#close(atMs);
  }

  #startRound(atMs: number): void {
    this.#match ??= new OpenSourceMatch(atMs);
    this.#match.endRound(atMs);
    this.#match.roundMs = atMs;
  }

  #close(endedMs: number): void {
    const match = this.#match;
    if (!match) return;
    match.endRound(endedMs);
    this.#match = null;
    const { origin, game, build, map, zoneMs } = this.#memory;
    const id = `${origin.instance}:${slugOf(map, 40)}:${stampOf(match.startedMs)}`;
    const session = { id, game, mode: "default", endedMs: endedMs - zoneMs };
    const shared = sharedPart(origin, session, this.#receivedAtMs);
    for (const [player, tally] of match.players) {
      if (tally.seconds < fewestSeconds) continue;
      this.sessions.push({ player, ...shared, ...(build === "" ? {} : { build }), ...countsOf(tally) });
    }
  }
}
