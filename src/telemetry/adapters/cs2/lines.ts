/** The lines of a CS2 (and CS:GO) server log, by what they say. A line that is not exactly one of them is `unparsed`. */
import { neverStored, secretIn } from "../never-store.ts";
import { Cursor, type PlayerToken } from "../source-line.ts";

export type Cs2Line =
  | { readonly kind: "kill"; readonly by: PlayerToken; readonly of: PlayerToken; readonly flags: string }
  | {
      readonly kind: "hit";
      readonly by: PlayerToken;
      readonly of: PlayerToken;
      readonly healthLeft: number;
      readonly hitgroup: string;
    }
  | { readonly kind: "assist"; readonly by: PlayerToken; readonly of: PlayerToken; readonly flash: boolean }
  | { readonly kind: "death"; readonly of: PlayerToken }
  | { readonly kind: "seat"; readonly player: PlayerToken; readonly team: string }
  | { readonly kind: "world"; readonly event: string; readonly map: string }
  | { readonly kind: "freeze" }
  | { readonly kind: "game-over"; readonly mode: string; readonly rounds: number | null }
  | { readonly kind: "log-start"; readonly build: string }
  | { readonly kind: "map-load"; readonly map: string }
  | { readonly kind: "log-end" }
  | { readonly kind: "block-begin" }
  | { readonly kind: "block-end" }
  | { readonly kind: "block-value"; readonly name: string; readonly value: string }
  | { readonly kind: "ignored"; readonly what: string }
  | { readonly kind: "never-stored"; readonly what: string }
  | { readonly kind: "unparsed" };

const unparsed: Cs2Line = { kind: "unparsed" };
const ignored = (what: string): Cs2Line => ({ kind: "ignored", what });

/** Known beginnings of what a player does that says nothing here. */
const idleVerbs = [
  "picked up",
  "dropped",
  "purchased",
  "money change",
  "left buyzone",
  "threw",
  "sv_throw_",
  "triggered",
  "blinded",
  "STEAM USERID validated",
  "changed name to",
  "entered the game",
  "Got_The_Bomb",
  "was penalized",
  "obtained",
  "earned",
] as const;

/** Known beginnings of other lines that say nothing here. */
const idleLines = [
  "MatchStatus:",
  "Team playing",
  "Team ",
  "ACCOLADE",
  "Match pause",
  "Match unpaused",
  "Molotov projectile",
  "Started: ",
  "Your server",
  "Vote ",
  "Starting ",
  "Bot ",
  "Server ",
  "STEAM ",
  "[META]",
] as const;

const killFlags = /^ \([a-z ]{1,80}\)$/;

function killLine(cursor: Cursor, by: PlayerToken): Cs2Line {
  if (cursor.take("other ")) return ignored("kill-other");
  const of = cursor.player();
  if (of === null) return unparsed;
  cursor.position();
  if (!cursor.take(" with ") || cursor.quoted() === null) return unparsed;
  const flags = cursor.rest.trimEnd();
  return flags === "" || killFlags.test(flags) ? { kind: "kill", by, of, flags } : unparsed;
}

function hitLine(cursor: Cursor, by: PlayerToken): Cs2Line {
  const of = cursor.player();
  if (of === null) return unparsed;
  cursor.position();
  if (!cursor.take(" with ") || cursor.quoted() === null) return unparsed;
  const found = cursor.properties();
  const healthLeft = Number(found.get("health"));
  const hitgroup = found.get("hitgroup");
  const known = healthLeft >= 0 && hitgroup !== undefined && cursor.rest.trim() === "";
  return known ? { kind: "hit", by, of, healthLeft, hitgroup: hitgroup.toLowerCase() } : unparsed;
}

function assistLine(cursor: Cursor, by: PlayerToken, flash: boolean): Cs2Line {
  const of = cursor.player();
  return of === null || cursor.rest.trim() !== "" ? unparsed : { kind: "assist", by, of, flash };
}

/** `"name<1><[U:1:5]>" switched from team <CT> to <TERRORIST>`. */
function switchLine(cursor: Cursor, player: PlayerToken): Cs2Line {
  const found = /^<[^<>]{0,32}> to <([^<>]{0,32})>\s{0,4}$/.exec(cursor.rest.slice(0, 100));
  return found ? { kind: "seat", player, team: found[1] ?? "" } : unparsed;
}

function playerLine(cursor: Cursor, player: PlayerToken): Cs2Line {
  cursor.position();
  if (!cursor.take(" ")) return unparsed;
  if (cursor.take("killed ")) return killLine(cursor, player);
  if (cursor.take("attacked ")) return hitLine(cursor, player);
  if (cursor.take("assisted killing ")) return assistLine(cursor, player, false);
  if (cursor.take("flash-assisted killing ")) return assistLine(cursor, player, true);
  if (cursor.take("committed suicide with ")) return { kind: "death", of: player };
  if (cursor.take("was killed by the bomb")) return { kind: "death", of: player };
  if (cursor.take("switched from team ")) return switchLine(cursor, player);
  if (cursor.take("disconnected")) return { kind: "seat", player, team: "" };
  const { rest } = cursor;
  return idleVerbs.some((verb) => rest.startsWith(verb)) ? ignored("player") : unparsed;
}

function worldLine(cursor: Cursor): Cs2Line {
  const event = cursor.quoted();
  if (event === null) return unparsed;
  return { kind: "world", event, map: (cursor.take(" on ") ? cursor.quoted() : null) ?? "" };
}

/** `competitive  de_inferno score 2:13 after 10 min`; a map group stands between mode and map, or nothing. */
function gameOverLine(rest: string): Cs2Line {
  const [mode = "", ...words] = rest.slice(0, 200).split(" ");
  const score = /^(\d{1,3}):(\d{1,3})$/.exec(words[words.indexOf("score") + 1] ?? "");
  return mode === ""
    ? unparsed
    : { kind: "game-over", mode, rounds: score ? Number(score[1]) + Number(score[2]) : null };
}

function logStartLine(rest: string): Cs2Line {
  const cursor = new Cursor(rest);
  return { kind: "log-start", build: cursor.properties().get("version") ?? "" };
}

function otherLine(text: string, cursor: Cursor): Cs2Line {
  if (cursor.take("World triggered ")) return worldLine(cursor);
  if (text.startsWith("Starting Freeze period")) return { kind: "freeze" };
  if (cursor.take("Game Over: ")) return gameOverLine(cursor.rest);
  if (text.startsWith("JSON_BEGIN{")) return { kind: "block-begin" };
  if (text.startsWith("}}JSON_END")) return { kind: "block-end" };
  if (cursor.take("Log file started")) return logStartLine(cursor.rest);
  if (text.startsWith("Log file closed")) return { kind: "log-end" };
  if (cursor.take("Loading map ")) return { kind: "map-load", map: cursor.quoted() ?? "" };
  return idleLines.some((line) => text.startsWith(line)) ? ignored("other") : unparsed;
}

/** `"kills" : "…",` of a block; longer than names are. */
function blockLine(text: string): Cs2Line | null {
  const cursor = new Cursor(text);
  const name = cursor.quoted(40);
  if (name === null) return null;
  cursor.take(" ");
  if (!cursor.take(":")) return null;
  cursor.take(" ");
  return { kind: "block-value", name, value: cursor.quoted(1_024) ?? "" };
}

function parsedLine(text: string): Cs2Line {
  const cursor = new Cursor(text);
  if (!text.startsWith('"')) return otherLine(text, cursor);
  const player = cursor.player();
  return player === null ? (blockLine(text) ?? unparsed) : playerLine(cursor, player);
}

/** What one line says, its time in front taken off. */
export function cs2LineOf(text: string): Cs2Line {
  const reason = neverStored(text);
  if (reason !== null) return { kind: "never-stored", what: reason };
  const line = parsedLine(text);
  const secret = line.kind === "unparsed" ? secretIn(text) : null;
  return secret === null ? line : { kind: "never-stored", what: secret };
}
