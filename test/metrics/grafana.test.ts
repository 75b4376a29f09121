/** The dashboard and the alert rules name metrics that the service has, and labels that these have. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { families } from "../../src/metrics/families.ts";

const suffixes = { counter: ["_total"], gauge: [""], histogram: ["_bucket", "_count", "_sum"] } as const;
const samples = new Map(
  families.flatMap(({ name, type, labels }) =>
    suffixes[type].map((suffix) => [`${name}${suffix}`, suffix === "_bucket" ? ["le"] : labels] as const),
  ),
);

const dashboard = JSON.parse(readFileSync("docs/grafana/dashboard.json", "utf8"));
const expressions: readonly string[] = dashboard.panels.flatMap((panel: { targets: { expr: string }[] }) =>
  panel.targets.map(({ expr }) => expr),
);
const alerts = readFileSync("docs/grafana/alerts.yaml", "utf8");
const page = readFileSync("docs/operations.md", "utf8");
const namesIn = (text: string) => text.match(/\bgamesec_\w+/g) ?? [];

describe.each([
  ["the dashboard", expressions.join("\n"), 20],
  ["the alert rules", alerts, 9],
] as const)("%s", (_, text, least) => {
  it("names only metrics that there are", () => {
    expect(namesIn(text).length).toBeGreaterThanOrEqual(least);
    for (const name of namesIn(text)) expect([...samples.keys()], name).toContain(name);
  });

  it("asks them only for labels that they have", () => {
    for (const [, name = "", inner = ""] of text.matchAll(/\b(gamesec_\w+)\{([^}]*)\}/g)) {
      const asked = [...inner.matchAll(/(\w+)=/g)].map(([, label]) => label);
      expect(samples.get(name), name).toEqual(expect.arrayContaining(asked));
    }
  });
});

describe("the dashboard", () => {
  it("shows every metric but those that only alerts need", () => {
    const shown = new Set(namesIn(expressions.join("\n")));
    const missing = families.filter(
      ({ name, type }) => !suffixes[type].some((suffix) => shown.has(`${name}${suffix}`)),
    );
    expect(missing.map(({ name }) => name)).toEqual([
      "gamesec_d1_queries",
      "gamesec_job_last_success",
      "gamesec_job_last_remaining",
      "gamesec_state_timestamp_seconds",
    ]);
  });
});

describe("docs/operations.md", () => {
  it("lists every metric and every alert", () => {
    for (const { name } of families) expect(page).toContain(`| \`${name}\` |`);
    for (const [, alert] of alerts.matchAll(/- alert: (\w+)/g)) expect(page).toContain(`\`${alert}\``);
  });
});
