/** Alerts of StAC (Team Fortress 2): an embed whose fields say who, what and where. Addresses among them stay behind. */
import { steam64Of } from "../source-line.ts";
import { plain } from "../text.ts";
import { type Alert, checkSlug, type Embed, numberOf } from "./alert.ts";

/** Seconds of the year 2000 and of 2100: outside of them a time is none. */
const [earliestSeconds, latestSeconds] = [946_684_800, 4_102_444_800] as const;

const steamId = /\[U:1:\d{1,10}\]|STEAM_[0-5]:[01]:\d{1,10}|7656119\d{10}/;

function secondsOf(value: string): number | null {
  const found = /\d{9,10}/.exec(value.slice(0, 64));
  const seconds = found ? Number(found[0]) : 0;
  return seconds >= earliestSeconds && seconds < latestSeconds ? seconds : null;
}

function attributesOf(value: (name: string) => string): Record<string, string | number> {
  const attributes: Record<string, string | number> = { check: plain(value("detection"), 128) };
  const count = numberOf(value("detection #"));
  if (count !== null) attributes.detections = count;
  const tick = numberOf(value("demo tick"));
  if (tick !== null) attributes.demo_tick = tick;
  if (value("demo name") !== "") attributes.demo = plain(value("demo name"), 128);
  return attributes;
}

/** Null of an embed that does not name a Steam id and a detection. */
export function stacAlertOf(embed: Embed): Alert | null {
  const values = new Map(
    embed.fields.map(({ name, value }) => [name.toLowerCase(), value.replaceAll(/[*`]/g, "").trim()]),
  );
  const value = (name: string): string => values.get(name) ?? "";
  const player = steam64Of(steamId.exec(value("steamid"))?.[0] ?? "");
  const check = checkSlug(value("detection"));
  if (player === null || check === "") return null;
  const seconds = secondsOf(value("unix timestamp"));
  return {
    game: "tf2",
    player,
    type: `stac.${check}`,
    atMs: seconds === null ? null : seconds * 1000,
    iso: null,
    server: plain(value("hostname"), 128),
    attributes: attributesOf(value),
  };
}
