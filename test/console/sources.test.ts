/** Sources of detectors: what of them is a link, and that nothing of the text is lost. */
import { describe, expect, it } from "vitest";
import { partsOf } from "../../src/console/detectors/sources.ts";
import { detectors } from "../../src/detection/registry.ts";

describe("a source", () => {
  it.each([
    ["chosen by us, docs/detection.md", []],
    [
      "Pain, Hibbs (2007), doi:10.1080/02640410600718004: near 85 ms",
      ["https://doi.org/10.1080/02640410600718004"],
    ],
    ["see https://example.org/a_(b)/c?d=1.", ["https://example.org/a_(b)/c?d=1"]],
    ["(https://a.example), then http://b.example;", ["https://a.example", "http://b.example"]],
    ["javascript:alert(1) data:text/html,x", []],
    [`https://a.example/"onmouseover="x`, ["https://a.example/"]],
    ["", []],
  ])("%s", (source, hrefs) => {
    const parts = partsOf(source);
    expect(parts.flatMap(({ href }) => href ?? [])).toEqual(hrefs);
    expect(parts.map(({ text }) => text).join("")).toBe(source);
  });

  it("of a card keeps its words", () => {
    const all = detectors.flatMap(({ sources }) => sources);
    expect(
      all.map((source) =>
        partsOf(source)
          .map(({ text }) => text)
          .join(""),
      ),
    ).toEqual(all);
    expect(all.flatMap(partsOf).some(({ href }) => href !== null)).toBe(true);
  });
});
