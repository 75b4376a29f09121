/** Lines of other Source games' logs (Team Fortress 2 first): the grammar of CS2's, with other verbs and properties. */
import { neverStored, secretIn } from "../never-store.ts";
import { Cursor, type PlayerToken } from "../source-line.ts";

export type SourceGameLine =
  | { readonly kind: "kill"; readonly by: PlayerToken; readonly of: PlayerToken; readonly custom: string }
  | { readonly kind: "death"; readonly of: PlayerToken }
  | { readonly kind: "damage"; readonly by: PlayerToken; readonly of: PlayerToken; readonly damage: number }
  | { readonly kind: "shot" | "shot-hit"; readonly by: PlayerToken }
  | { readonly kind: "seat"; readonly player: PlayerToken; readonly team: string }
  | { readonly kind: "world"; readonly event: string }
  | { readonly kind: "log-start"; readonly folder: string; readonly build: string }
  | { readonly kind: "map-load"; readonly map: string }
  | { readonly kind: "log-end" }
  | { readonly kind: "ignored"; readonly what: string }
  | { readonly kind: "never-stored"; readonly what: string }
  | { readonly kind: "unparsed" };

const unparsed: SourceGameLine = { kind: "unparsed" };
const ignored = (what: string): SourceGameLine => ({ kind: "ignored", what });

const idleVerbs = [
  "STEAM USERID validated",
  "entered the game",
  "changed role to",
  "changed name to",
  "spawned as",
  "picked up",
  "position_report",
] as const;
const idleLines = [
  "Team ",
  "[META]",
  "Started map",
  "-------",
  "Vote ",
  "Your server",
  "Tournament mode",
] as const;

function killLine(cursor: Cursor, by: PlayerToken): SourceGameLine {
  const of = cursor.player();
  if (of === null || !cursor.take(" with ") || cursor.quoted() === null) return unparsed;
  const custom = cursor.properties().get("customkill") ?? "";
  return cursor.rest.trim() === "" ? { kind: "kill", by, of, custom } : unparsed;
}

/** `damage`: what was really taken, where the log says so; else the raw figure, which goes beyond what was left. */
function damageLine(cursor: Cursor, by: PlayerToken): SourceGameLine {
  const of = cursor.take(" against ") ? cursor.player() : null;
  if (of === null) return ignored("damage-to-things");
  const found = cursor.properties();
  const damage = Number(found.get("realdamage") ?? found.get("damage"));
  return damage >= 0 && damage <= 100_000 ? { kind: "damage", by, of, damage } : unparsed;
}

function triggeredLine(cursor: Cursor, by: PlayerToken): SourceGameLine {
  const event = cursor.quoted();
  if (event === "damage") return damageLine(cursor, by);
  if (event === "shot_fired") return { kind: "shot", by };
  if (event === "shot_hit") return { kind: "shot-hit", by };
  return event === null ? unparsed : ignored("triggered");
}

function playerLine(cursor: Cursor, player: PlayerToken): SourceGameLine {
  if (!cursor.take(" ")) return unparsed;
  if (cursor.take("killed ")) return killLine(cursor, player);
  if (cursor.take("triggered ")) return triggeredLine(cursor, player);
  if (cursor.take("committed suicide with ")) return { kind: "death", of: player };
  if (cursor.take("joined team ")) return { kind: "seat", player, team: cursor.quoted() ?? "" };
  if (cursor.take("disconnected")) return { kind: "seat", player, team: "" };
  const { rest } = cursor;
  return idleVerbs.some((verb) => rest.startsWith(verb)) ? ignored("player") : unparsed;
}

function logStartLine(cursor: Cursor): SourceGameLine {
  const found = cursor.properties();
  const folder = (found.get("game") ?? "").split(/[/\\]/).at(-1) ?? "";
  return { kind: "log-start", folder, build: found.get("version") ?? "" };
}

function otherLine(text: string, cursor: Cursor): SourceGameLine {
  if (cursor.take("World triggered ")) {
    const event = cursor.quoted();
    return event === null ? unparsed : { kind: "world", event };
  }
  if (cursor.take("Log file started")) return logStartLine(cursor);
  if (text.startsWith("Log file closed")) return { kind: "log-end" };
  if (cursor.take("Loading map ")) return { kind: "map-load", map: cursor.quoted() ?? "" };
  return idleLines.some((line) => text.startsWith(line)) ? ignored("other") : unparsed;
}

function parsedLine(text: string): SourceGameLine {
  const cursor = new Cursor(text);
  if (!text.startsWith('"')) return otherLine(text, cursor);
  const player = cursor.player();
  return player === null ? unparsed : playerLine(cursor, player);
}

/** What one line says, its time in front taken off. */
export function sourceGameLineOf(text: string): SourceGameLine {
  const reason = neverStored(text);
  if (reason !== null) return { kind: "never-stored", what: reason };
  const line = parsedLine(text);
  const secret = line.kind === "unparsed" ? secretIn(text) : null;
  return secret === null ? line : { kind: "never-stored", what: secret };
}
