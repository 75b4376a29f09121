import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GameProfile } from "../../../src/detection/game-profile.ts";
import { detectors } from "../../../src/detection/registry.ts";
import { gameProfiles } from "../../../src/telemetry/adapters/game-profiles.ts";
import { adapters, findAdapter } from "../../../src/telemetry/adapters/registry.ts";

const guide = readFileSync("docs/adapters.md", "utf8");
const detectorIds = new Set(detectors.map(({ id }) => id));

test.each(adapters.map(({ card }) => [card.id, card] as const))("%s has an honest card", (id, card) => {
  expect(findAdapter(id)?.card).toBe(card);
  expect(guide).toContain(`## ${card.docs}\n`);
  for (const { name, feeds } of card.yields) {
    for (const part of name.split(", ")) expect(guide).toContain(part);
    for (const feed of feeds) {
      const isDetector = detectorIds.has(feed);
      expect([feed, isDetector || /^(declared level|whatever)/.test(feed)]).toEqual([feed, true]);
    }
  }
});

test("ids differ", () => {
  expect(new Set(adapters.map(({ card }) => card.id)).size).toBe(adapters.length);
  expect(findAdapter("none")).toBeUndefined();
});

test("the games' profiles are valid declarations", () => {
  for (const profile of Object.values(gameProfiles)) expect(GameProfile.parse(profile)).toEqual(profile);
});
