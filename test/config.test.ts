/** What `wrangler.toml` promises to the code, and the code to it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { jobs } from "../src/env.ts";
import { jobsOfCron } from "../src/jobs/run.ts";

const whole = readFileSync("wrangler.toml", "utf8");
const [toml = "", staging = ""] = whole.split(/(?=^\[env\.staging\.vars\]$)/m);
const settingOf = (name: string) => new RegExp(`^${name} = (.*)$`, "m").exec(toml)?.[1];

describe("wrangler.toml", () => {
  it("is of production, and trusts Cloudflare's own header", () => {
    expect(settingOf("ENVIRONMENT")).toBe('"production"');
    expect(settingOf("TRUST_CF_HEADERS")).toBe('"true"');
    expect(toml.match(/ENVIRONMENT/g)).toHaveLength(1);
  });

  it("runs the crons that the code has a job for, and each job has one", () => {
    const crons = JSON.parse(settingOf("crons") ?? "[]") as string[];
    expect(crons.sort()).toEqual(Object.keys(jobsOfCron).sort());
    expect(Object.values(jobsOfCron).flat().sort()).toEqual([...jobs].sort());
    expect(jobsOfCron["* * * * *"]).toContain("decisions");
    expect(jobsOfCron["*/5 * * * *"]).toEqual(["streams", "rescore", "erasures", "retention", "audit"]);
    expect(jobsOfCron["* * * * *"]).toContain("webhooks");
    expect(jobsOfCron["17 * * * *"]).toEqual(["baselines"]);
  });

  it("binds each Durable Object, and makes each with SQLite", () => {
    const bound = [...toml.matchAll(/class_name = "(\w+)"/g)].map(([, name]) => name);
    const made = [...toml.matchAll(/new_sqlite_classes = \["(\w+)"\]/g)].map(([, name]) => name);
    expect(bound).toEqual(["RateLimiter", "AuditSealer"]);
    expect(made).toEqual(bound);
  });

  it("has a staging environment that differs in its name, its database and its gate alone", () => {
    const read = (env?: string) => unstable_readConfig({ config: "wrangler.toml", ...(env ? { env } : {}) });
    const [production, other] = [read(), read("staging")];
    expect(other.name).toBe(`${production.name}-staging`);
    for (const part of ["vars", "triggers", "durable_objects", "migrations", "observability"] as const) {
      expect(other[part], part).toEqual(production[part]);
    }
    const [[database], [otherDatabase]] = [production.d1_databases, other.d1_databases];
    expect(otherDatabase).toEqual({ ...database, database_name: "game-security-staging" });
    expect(database?.database_name).toBe("game-security");
    const [[gate], [otherGate]] = [production.ratelimits, other.ratelimits];
    expect(otherGate).toEqual({ ...gate, namespace_id: "1002" });
    expect([other.compatibility_date, other.main]).toEqual([production.compatibility_date, production.main]);
    expect(staging).not.toMatch(/^\[(?!\[?env\.staging\.)/m);
  });

  it("holds no secret and opens no origin", () => {
    for (const secret of ["JWT_SECRET", "SERVICE_PASSWORD", "SERVICE_USERNAME", "SERVICE_ACCOUNTS"]) {
      expect(whole, secret).not.toMatch(new RegExp(`^${secret} =`, "m"));
    }
    expect(settingOf("CORS_ORIGINS")).toBe('""');
  });

  it("keeps invocation logs off: a URL may hold what a log must not", () => {
    expect(toml).toMatch(/\[observability\.logs\]\s+invocation_logs = false/);
  });
});
