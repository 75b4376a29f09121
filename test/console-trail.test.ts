/** The way through a list: back is where somebody came from, and what is forgotten is not made up. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { back, forward, type Place, trailText } from "../src/console/trail.ts";

const cursor = fc.stringMatching(/^[A-Za-z0-9_-]{2,120}$/);

describe("the trail", () => {
  it("leads back over every page to the first, as far as an address holds it", () => {
    fc.assert(
      fc.property(fc.array(cursor, { minLength: 1, maxLength: 40 }), (cursors) => {
        const places: Place[] = [{ after: undefined, trail: undefined }];
        for (const next of cursors) places.push(forward(places.at(-1) as Place, next));
        let here: Place | null = places.pop() as Place;
        expect((here.trail ?? "").length).toBeLessThanOrEqual(1_500);
        while (places.length > 0) {
          here = back(here as Place);
          if (here === null) return;
          expect(here.after).toBe(places.pop()?.after);
          expect(trailText.parse(here.trail)).toBe(here.trail);
        }
        expect(back(here as Place)).toBeNull();
      }),
    );
  });

  it("of three short steps forgets nothing", () => {
    const third = forward(forward({}, "aa"), "bb");
    expect(third).toEqual({ after: "bb", trail: "0.aa" });
    expect(back(third)).toEqual({ after: "aa", trail: "0" });
    expect(back({ after: "aa", trail: "0" })).toEqual({ after: undefined, trail: undefined });
    expect(back({})).toBeNull();
    expect(back({ after: "aa" })).toBeNull();
  });

  it("never claims that a forgotten way begins at the first page", () => {
    let place: Place = {};
    for (let step = 0; step < 60; step++) place = forward(place, `${step}`.padStart(100, "x"));
    let steps = 0;
    for (let here: Place | null = place; here !== null; here = back(here)) {
      expect(here.after).toBeDefined();
      steps += 1;
    }
    expect(steps).toBe(15);
  });
});
