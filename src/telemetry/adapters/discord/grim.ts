/**
 * Alerts of Grim (Minecraft). The text of an alert can be edited by the server's owner, so its labels are looked for
 * line by line, in any order; the player's UUID stands in the thumbnail's address alone.
 */
import { instant } from "../../fields.ts";
import { plain } from "../text.ts";
import { type Alert, checkSlug, type Embed, numberOf } from "./alert.ts";

const uuid = /([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})/i;

/** `**Player**: x` by line; Discord's escapes (`\_`) and formatting taken off. */
function labelsOf(description: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const line of description.split("\n", 24)) {
    const bare = line.slice(0, 300).replaceAll(/[*`\\]/g, "");
    const colon = bare.indexOf(":");
    if (colon > 0) labels.set(bare.slice(0, colon).trim().toLowerCase(), plain(bare.slice(colon + 1), 128));
  }
  return labels;
}

function attributesOf(labels: ReadonlyMap<string, string>, verbose: string): Record<string, string | number> {
  const attributes: Record<string, string | number> = { check: labels.get("check") ?? "" };
  for (const name of ["violations", "ping", "tps"]) {
    const value = numberOf(labels.get(name) ?? "");
    if (value !== null) attributes[name] = value;
  }
  for (const name of ["client version", "brand"]) {
    const value = labels.get(name);
    if (value) attributes[name.replace(" ", "_")] = value;
  }
  if (verbose !== "") attributes.verbose = plain(verbose, 200);
  return attributes;
}

/** Null of an embed that is no alert of Grim, or does not say of whom. */
export function grimAlertOf(embed: Embed): Alert | null {
  if (!embed.title.toLowerCase().includes("grim alert")) return null;
  const labels = labelsOf(embed.description);
  const check = checkSlug(labels.get("check") ?? "");
  const id = uuid
    .exec(embed.thumbnail?.url ?? "")
    ?.slice(1)
    .join("-")
    .toLowerCase();
  const player = id ?? labels.get("player") ?? "";
  if (check === "" || player === "") return null;
  const verbose = embed.fields.find(({ name }) => name.toLowerCase() === "verbose")?.value ?? "";
  return {
    game: "minecraft",
    player,
    type: `grim.${check}`,
    atMs: null,
    iso: instant.safeParse(embed.timestamp).success ? embed.timestamp : null,
    server: "",
    attributes: attributesOf(labels, verbose),
  };
}
