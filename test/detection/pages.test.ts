import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pageOf, parametersOf } from "../../src/detection/card-page.ts";
import { detectors } from "../../src/detection/registry.ts";

describe("docs/detectors", () => {
  it("has one page a detector", () => {
    expect(readdirSync("docs/detectors").sort()).toEqual(detectors.map(({ id }) => `${id}.md`).sort());
  });

  it.each(detectors.map((detector) => [detector.id, detector] as const))(
    "%s says what its card says",
    (id, detector) => {
      expect(readFileSync(`docs/detectors/${id}.md`, "utf8")).toBe(pageOf(detector));
    },
  );

  it.each(detectors.map((detector) => [detector.id, detector] as const))(
    "%s explains its parameters",
    (_, detector) => {
      expect(parametersOf(detector).filter(({ description }) => description === "")).toEqual([]);
    },
  );
});
