/** OpenMetrics as text, and what an isolate counts. */
import { describe, expect, it } from "vitest";
import { writeExposition } from "../../src/metrics/exposition.ts";
import { families } from "../../src/metrics/families.ts";
import { createTally, keyOf, partsOf } from "../../src/metrics/tally.ts";
import { parseOpenMetrics } from "./openmetrics.ts";

const family = { name: "a_b", type: "gauge", help: 'A "b"\\\nand more', labels: ["of"] } as const;
const sampleOf = (value: string) => ({ suffix: "", labels: [["of", value]] as const, value: 1.5 });

describe("the text", () => {
  it("is as the specification writes it", () => {
    const unit = { ...family, name: "a_seconds", unit: "seconds", help: "A." };
    expect(
      writeExposition([
        { family, samples: [sampleOf("x")] },
        { family: unit, samples: [] },
      ]),
    ).toBe(
      [
        "# TYPE a_b gauge",
        '# HELP a_b A \\"b\\"\\\\\\nand more',
        'a_b{of="x"} 1.5',
        "# TYPE a_seconds gauge",
        "# UNIT a_seconds seconds",
        "# HELP a_seconds A.",
        "# EOF",
        "",
      ].join("\n"),
    );
  });

  it.each(["", "a\nb", 'a"} 1\n# EOF', "\\", "\\n", "ü \u{1F600}", "{},="])(
    "holds %j in a label",
    (value) => {
      const read = parseOpenMetrics(writeExposition([{ family, samples: [sampleOf(value)] }])).get("a_b");
      const [[key, number] = ["", 0]] = [...(read?.samples ?? [])];
      const inner = key.slice('a_b{of="'.length, -'"}'.length);
      expect(inner.replaceAll(/\\(.)/g, (_, one) => (one === "n" ? "\n" : one))).toBe(value);
      expect(number).toBe(1.5);
    },
  );

  it("is refused by the reader where it is not", () => {
    const good = "# TYPE a counter\n# HELP a A.\na_total 1\n# EOF\n";
    expect(parseOpenMetrics(good).get("a")?.samples.get("a_total")).toBe(1);
    for (const bad of [
      good.slice(0, -1),
      good.replace("a_total", "a"),
      good.replace("a_total 1", "a_total 1\na_total 2"),
      good.replace("a_total 1", 'a_total{b="c"d"} 1'),
      good.replace("# HELP", "# UNIT a seconds\n# HELP"),
      good.replace("1", "one"),
      `# TYPE a counter\n${good}`,
      good.replace("# EOF", "\n# EOF"),
    ])
      expect(() => parseOpenMetrics(bad), bad).toThrow();
  });
});

describe("the families", () => {
  it("have names and units of the format, each once", () => {
    const names = families.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, unit, type, help } of families) {
      expect(name).toMatch(/^gamesec_[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(/_seconds$/.test(name), name).toBe(unit === "seconds");
      expect(name).not.toMatch(/_(total|count|sum|bucket|created|info)$/);
      expect([help.at(-1), type].join()).toMatch(/^\.,(counter|gauge|histogram)$/);
    }
  });
});

describe("a tally", () => {
  const pace = { everyMs: 10_000, requests: 500 };

  it("is due after so long or so many requests, and not while it is empty", () => {
    const tally = createTally();
    expect(tally.isDue(0, pace)).toBe(false);
    expect(tally.isDue(60_000, pace)).toBe(false);
    tally.request("GET /", 200, 1);
    expect(tally.isDue(60_000, pace)).toBe(true);
    tally.take(60_000);
    for (let i = 0; i < 499; i++) tally.request("GET /", 200, 1);
    expect(tally.isDue(60_001, pace)).toBe(false);
    tally.request("GET /", 200, 1);
    expect(tally.isDue(60_001, pace)).toBe(true);
  });

  it("gives each count once, and takes back what was not stored", () => {
    const tally = createTally();
    tally.add("ingestRows", ["sessions", "accepted"], 7);
    tally.add("limiterCalls", [], 0);
    const taken = tally.take(0);
    expect(taken).toEqual({ [keyOf("ingestRows", ["sessions", "accepted"])]: 7 });
    expect(tally.take(0)).toEqual({});
    tally.add("ingestRows", ["sessions", "accepted"], 1);
    tally.giveBack(taken);
    expect(Object.values(tally.take(0))).toEqual([8]);
  });

  it("keeps labels apart whatever they hold", () => {
    for (const labels of [["a,b"], ["a", "b"], ['"', "\\"], []]) {
      expect(partsOf(keyOf("requests", labels))).toEqual({ id: "requests", labels });
    }
  });
});
