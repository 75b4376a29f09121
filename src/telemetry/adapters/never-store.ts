/**
 * What a server's log holds that must never be kept, shown or counted by its words: commands with their secrets,
 * settings, chat, addresses. It is looked for before anything else is.
 */
import { Cursor } from "./source-line.ts";

const beginnings = [
  ["rcon", "rcon"],
  ["Rcon", "rcon"],
  ["server_cvar:", "cvar"],
  ["server cvar", "cvar"],
  ["Banid:", "ban"],
  ["Addip:", "ban"],
  ["logaddress_", "url"],
] as const;

/** A URL may be the one with the key in it, which rcon echoes. */
const url = /https?:\/\//i;
const address = /(?:^|[^\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:$|[^\d.])/;
/** What may be the beginning of an address, where the text was cut. */
const cutAddress = /(?:^|[^\d.])\d{1,3}(?:\.\d{1,3}){2,3}\.?$/;
const talk = [' say "', ' say_team "', ' say_party "', ' tell "', " sm_", " say ", " say_team "];

/** `"name" = "value"` of the settings that a map begins with. */
function isSetting(text: string): boolean {
  const cursor = new Cursor(text);
  return cursor.quoted() !== null && cursor.take(" = ");
}

/** Somebody says something; `text` is what follows the speaker. */
export const isTalk = (text: string): boolean => talk.some((verb) => text.startsWith(verb));

/** Why a line's text is not to be kept, or null. */
export function neverStored(text: string): string | null {
  for (const [beginning, kind] of beginnings) if (text.startsWith(beginning)) return kind;
  if (isSetting(text)) return "cvar";
  const cursor = new Cursor(text);
  if (cursor.player() !== null || cursor.quoted() !== null) {
    if (isTalk(cursor.rest)) return "chat";
    if (cursor.rest.startsWith(" connected, address")) return "address";
  } else if (text.startsWith("Console") && text.includes(" say")) return "chat";
  return null;
}

/** Why a line that nothing understood is not to be kept even as a shape, or null. `isCut`: its end has not come yet. */
export function secretIn(text: string, isCut = false): string | null {
  const searched = text.slice(0, 2_000);
  return url.test(searched)
    ? "url"
    : address.test(searched) || (isCut && cutAddress.test(searched))
      ? "address"
      : null;
}
