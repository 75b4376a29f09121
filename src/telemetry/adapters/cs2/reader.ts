/** The lines of one CS2 server in their order: where matches begin, restart and end. */
import type { SessionRow } from "../../session.ts";
import type { LogReader } from "../log-adapter.ts";
import type { Origin } from "../log-session.ts";
import { type SourceLine, sourceLineOf } from "../source-line.ts";
import type { Tally } from "../tally.ts";
import { plain } from "../text.ts";
import { type Block, closedBlock, emptyBlock, isZero, type OpenBlock, withValue } from "./block.ts";
import { type Cs2Line, cs2LineOf } from "./lines.ts";
import { type Match, OpenMatch } from "./match.ts";
import { rowsOf, usualMode } from "./rows.ts";

/** Fewer official rounds before a restart are a knife round or a false start, and no session. Chosen by us. */
const fewestRounds = 3;

/** What is remembered between requests, beside the frame. */
export type Memory = {
  readonly origin: Origin;
  readonly zoneMs: number;
  readonly build: string;
  readonly mode: string;
  readonly map: string;
  readonly block: OpenBlock | null;
  readonly match: Match | null;
  /** The match was closed; blocks that still speak of it open no new one. */
  readonly over: boolean;
};

export class Cs2Reader implements LogReader<Memory> {
  readonly sessions: SessionRow[] = [];
  readonly #tally: Tally;
  readonly #receivedAtMs: number;
  readonly #origin: Origin;
  #zoneMs: number;
  #build: string;
  #mode: string;
  #map: string;
  #block: OpenBlock | null;
  #match: OpenMatch | null;
  #over: boolean;

  constructor(memory: Memory, receivedAtMs: number, tally: Tally) {
    this.#tally = tally;
    this.#receivedAtMs = receivedAtMs;
    this.#origin = memory.origin;
    this.#zoneMs = memory.zoneMs;
    this.#build = memory.build;
    this.#mode = memory.mode;
    this.#map = memory.map;
    this.#block = memory.block;
    this.#match = memory.match && OpenMatch.from(memory.match);
    this.#over = memory.over;
  }

  get memory(): Memory {
    return {
      origin: this.#origin,
      zoneMs: this.#zoneMs,
      build: this.#build,
      mode: this.#mode,
      map: this.#map,
      block: this.#block,
      match: this.#match?.toJSON() ?? null,
      over: this.#over,
    };
  }

  read(text: string): void {
    const found = sourceLineOf(text);
    if (found === null) this.#tally.judge("unparsed", text);
    else this.#take(cs2LineOf(found.text), found);
  }

  /** Bytes are missing here: half a block is none. */
  missRange(): void {
    this.#block = null;
  }

  /** The log ended: what is open is over, and blocks that still speak of it open no new match. */
  abandon(): void {
    this.#block = null;
    this.#close(null);
    this.#match = null;
    this.#over = true;
  }

  /** The log began anew; `zoneMs` holds from here on. */
  newEpoch(zoneMs: number): void {
    this.abandon();
    this.#over = false;
    this.#zoneMs = zoneMs;
  }

  #take(line: Cs2Line, { localMs, text }: SourceLine): void {
    const { kind } = line;
    const verdict = kind === "ignored" || kind === "never-stored" || kind === "unparsed" ? kind : "parsed";
    this.#tally.judge(verdict, text);
    if (verdict !== "parsed") return;
    if (kind === "block-begin" || kind === "block-value" || kind === "block-end")
      this.#takeBlock(line, localMs);
    else if (kind === "world") this.#world(line.event, line.map, localMs);
    else if (kind === "game-over") this.#gameOver(line.mode, line.rounds, localMs);
    else if (kind === "freeze") this.#match?.heal();
    else if (kind === "log-start" || kind === "map-load" || kind === "log-end") this.#newLog(line);
    else if (!this.#match?.warmup || kind === "seat") this.#match?.play(line);
  }

  #newLog(line: Cs2Line): void {
    this.abandon();
    this.#over = false;
    if (line.kind === "log-start") this.#build = plain(line.build, 64);
    if (line.kind === "map-load") this.#map = plain(line.map, 64);
  }

  #world(event: string, map: string, atMs: number): void {
    if (event === "Match_Start") this.#begin(map, atMs);
    const match = this.#match;
    if (!match) return;
    if (event === "Warmup_Start") match.warmup = true;
    if (event === "Warmup_End") match.warmup = false;
    if (event === "Match_Reloaded") match.reloading = true;
    if (event === "Round_End") match.endRound(atMs);
    if (event === "Round_Start") {
      match.reloading = false;
      match.heal();
    }
  }

  #begin(map: string, atMs: number): void {
    if (this.#match?.reloading) return;
    this.#close(null);
    this.#map = map === "" ? this.#map : plain(map, 64);
    this.#open(atMs);
    this.#over = false;
  }

  /** Back to zero on the same map, so that who sits where stays known; else a new match. */
  #open(atMs: number): void {
    if (this.#match?.map === this.#map) this.#match.reset(atMs);
    else this.#match = new OpenMatch(atMs, this.#map);
  }

  #gameOver(mode: string, rounds: number | null, atMs: number): void {
    this.#mode = plain(mode, 64);
    if (rounds !== null && this.#match) this.#match.catchUp(rounds, atMs);
    this.#close(atMs);
    this.#match = null;
    this.#over = true;
  }

  #takeBlock(line: Cs2Line, atMs: number): void {
    if (line.kind === "block-begin") this.#block = emptyBlock;
    if (line.kind === "block-value" && this.#block) {
      this.#block = withValue(this.#block, line.name, line.value);
    }
    if (line.kind !== "block-end" || !this.#block) return;
    const block = closedBlock(this.#block);
    this.#block = null;
    if (block) this.#takeTotals(block, atMs);
  }

  #takeTotals(block: Block, atMs: number): void {
    const match = this.#match;
    if (isZero(block) && !match?.reloading) {
      if (!match) return;
      this.#close(null);
      match.reset(atMs);
      return;
    }
    if (match) this.#check(match, block);
    else if (this.#over) return;
    const taken = match ?? this.#joinLate(block, atMs);
    taken.rebase(block, atMs);
    taken.heal();
    taken.warmup = false;
  }

  #check(match: OpenMatch, block: Block): void {
    if (match.reloading) return;
    this.#tally.add(match.agrees(block) ? "checksEqual" : "checksUnequal");
  }

  /** The log reached us in the middle of a match. */
  #joinLate(block: Block, atMs: number): OpenMatch {
    this.#map = block.map === "" ? this.#map : plain(block.map, 64);
    this.#match = new OpenMatch(atMs, this.#map);
    this.#match.joinedLate = true;
    return this.#match;
  }

  /** Sessions of what was played, if it was a match: to its end, or broken off (`endedMs` null) after some rounds. */
  #close(endedMs: number | null): void {
    const match = this.#match;
    if (!match) return;
    const isMatch = match.rounds >= (endedMs === null ? fewestRounds : 1);
    if (isMatch) {
      const { mode, ...rest } = this.memory;
      const ending = {
        ...rest,
        mode: mode || usualMode,
        endedMs: endedMs ?? match.clockMs,
        receivedAtMs: this.#receivedAtMs,
      };
      this.sessions.push(...rowsOf(match, ending));
    }
  }
}
