/** The one stylesheet of all pages. It uses no image and no font from elsewhere, as the policy demands. */
import { appeal } from "./appeal.ts";
import { base } from "./base.ts";
import { blocks } from "./blocks.ts";
import { cases } from "./cases.ts";
import { charts } from "./charts.ts";
import { colours } from "./colours.ts";
import { detection } from "./detection.ts";
import { docs } from "./docs.ts";
import { overview } from "./overview.ts";
import { player } from "./player.ts";
import { players } from "./players.ts";
import { settings } from "./settings.ts";

export const styles = [
  colours,
  base,
  overview,
  docs,
  blocks,
  players,
  player,
  cases,
  charts,
  detection,
  appeal,
  settings,
].join("\n");
