/** The `round_stats` blocks of a CS2 log: totals of every player so far, in lines that look like JSON and are none. */
import { steam64Of } from "../source-line.ts";

const maxRows = 128;

/** A block under way; it may be cut by the end of a request. */
export type OpenBlock = {
  readonly scoreT: number;
  readonly scoreCt: number;
  readonly map: string;
  readonly fields: readonly string[];
  readonly rows: readonly string[];
};

export const emptyBlock: OpenBlock = { scoreT: 0, scoreCt: 0, map: "", fields: [], rows: [] };

export interface BlockRow {
  readonly steam64: string;
  /** 2 and 3 play; 0 and 1 watch. */
  readonly team: number;
  readonly kills: number;
  readonly deaths: number;
  readonly assists: number;
  readonly damage: number;
  /** From `hsp`, the percentage of kills. */
  readonly headshots: number;
}

export interface Block {
  readonly map: string;
  /** Official rounds played. */
  readonly rounds: number;
  readonly rows: readonly BlockRow[];
}

const countOf = (text: string): number => (/^\d{1,3}$/.test(text) ? Number(text) : 0);

/** The block with one more of its lines. */
export function withValue(block: OpenBlock, name: string, value: string): OpenBlock {
  if (name === "score_t") return { ...block, scoreT: countOf(value) };
  if (name === "score_ct") return { ...block, scoreCt: countOf(value) };
  if (name === "map") return { ...block, map: value.slice(0, 64) };
  if (name === "fields") return { ...block, fields: columnsOf(value) };
  if (!name.startsWith("player_") || block.rows.length >= maxRows) return block;
  return { ...block, rows: [...block.rows, columnsOf(value).join(",").slice(0, 400)] };
}

const columnsOf = (text: string): string[] => text.split(",", 64).map((column) => column.trim().slice(0, 24));

function rowOf(fields: readonly string[], text: string): BlockRow | null {
  const columns = text.split(",");
  const value = (name: string): number => {
    const found = Number(columns[fields.indexOf(name)]);
    return found >= 0 && found <= 1_000_000 ? found : 0;
  };
  const steam64 = steam64Of(`[U:1:${columns[fields.indexOf("accountid")] ?? 0}]`);
  if (steam64 === null) return null;
  const kills = Math.round(value("kills"));
  return {
    steam64,
    team: value("team"),
    kills,
    deaths: Math.round(value("deaths")),
    assists: Math.round(value("assists")),
    damage: Math.round(value("dmg")),
    headshots: Math.min(kills, Math.round((value("hsp") * kills) / 100)),
  };
}

/** The whole block; null of one that is broken. Bots (account 0) are left out. */
export function closedBlock({ scoreT, scoreCt, map, fields, rows }: OpenBlock): Block | null {
  if (["accountid", "kills", "deaths", "dmg"].some((name) => !fields.includes(name))) return null;
  const players = rows.map((row) => rowOf(fields, row)).filter((row) => row !== null);
  return { map, rounds: scoreT + scoreCt, rows: players };
}

/** The totals of a beginning: nobody has done anything yet. */
export function isZero({ rounds, rows }: Block): boolean {
  return rounds === 0 && rows.every(({ kills, deaths, damage }) => kills + deaths + damage === 0);
}
