/** The one stylesheet of all pages. It uses no image and no font from elsewhere, as the policy demands. */
import { appeal } from "./appeal.ts";
import { base } from "./base.ts";
import { colours } from "./colours.ts";
import { docs } from "./docs.ts";
import { overview } from "./overview.ts";

export const stylesheet = [colours, base, overview, docs, appeal].join("\n");

/** FNV-1a of 32 bits: tells versions apart, and guards nothing. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}

export const stylesheetVersion = hashOf(stylesheet);
export const stylesheetPath = `/console.css?v=${stylesheetVersion}`;
