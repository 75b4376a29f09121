/** Who plays: fifty names, dealt out over the recipes. */
import type { Random } from "./random.ts";
import { honestRecipes, type Recipe, suspectRecipes } from "./recipes.ts";
import type { SeedPlayer } from "./types.ts";

/** A player with the recipe behind it and the number of sessions it plays. */
export interface Member {
  readonly player: SeedPlayer;
  readonly recipe: Recipe;
  readonly sessions: number;
}

export const playerCount = 50;
export const sessionCount = 1_050;

const names =
  `Nightjar Quartz Ember_Fox Solstice kilo7 Marrow Driftwood Pixelmoth Hexley Tundra_ Wren Oxide Calypso Brambles ZeroNine
  Lumen paperkite Foxglove Rook64 Saffron mistral Juniper Vantage_ Otterly Basalt Kestrel halfmoon Pomelo Static9 Thistle
  Glimmer Corvid_ Anvil Sequoia tin_robot Mirage Petrichor Nimbus Gravel Odessa Larkspur RustyCog Velvet Echo_Bay Tamarind
  Flint Aurora77 Gizmo Harrier Umber`
    .split(/\s+/)
    .filter((name) => name !== "");

interface Slot {
  readonly recipe: Recipe;
  readonly suspect: boolean;
}

const slots: readonly Slot[] = [
  ...honestRecipes.map((recipe) => ({ recipe, suspect: false })),
  ...suspectRecipes.map((recipe) => ({ recipe, suspect: true })),
].flatMap((slot) => Array.from({ length: slot.recipe.players }, () => slot));

/** Moves counts by one at a time, within their recipes, until they add up to the total. */
function levelled(counts: readonly number[], members: readonly Slot[], total: number): number[] {
  const result = [...counts];
  let missing = total - result.reduce((sum, count) => sum + count, 0);
  while (missing !== 0) {
    const before = missing;
    for (const [index, { recipe }] of members.entries()) {
      const moved = (result[index] ?? 0) + Math.sign(missing);
      if (moved < recipe.sessions[0] || moved > recipe.sessions[1]) continue;
      result[index] = moved;
      missing -= Math.sign(missing);
    }
    if (missing === before) throw new Error(`The recipes cannot hold ${total} sessions.`);
  }
  return result;
}

/** All players in random order, so that an id says nothing about its owner. */
export function drawRoster(random: Random): Member[] {
  const members = random.shuffle(slots);
  const drawn = members.map(({ recipe }) => random.whole(...recipe.sessions));
  const counts = levelled(drawn, members, sessionCount);
  return members.map(({ recipe, suspect }, index) => ({
    player: {
      ref: `player-${String(index + 1).padStart(3, "0")}`,
      username: names[index] ?? `Player${index + 1}`,
      kind: recipe.kind,
      suspect,
    },
    recipe,
    sessions: counts[index] ?? 0,
  }));
}
