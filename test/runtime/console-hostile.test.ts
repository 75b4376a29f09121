/** Forms and addresses of the console from somebody who sends anything: whatever it is, the service does not fail. */
import { beforeEach, describe, expect, it } from "vitest";
import { accessTable } from "../../src/http/access.ts";
import { submit, visit } from "./console-pages.ts";
import { freshService, service, writes } from "./writes.ts";

const values = [
  ...["", " ", "\0", "a\0b", "x".repeat(10_000), "1e400", "-1", "9".repeat(40), "NaN", "0x10", "1.5"],
  ...[
    "__proto__",
    "[]",
    "{}",
    "null",
    "\u202e🎮",
    "<script>",
    "'; --",
    "2026-99-99T00:00",
    "+275760-09-13T00:00Z",
  ],
  ...['["a",1e300,null]', "yes", "on", "2"],
];
/** Fields that the calls in the list of all writes leave out. */
const others: Readonly<Record<string, readonly string[]>> = {
  "POST /settings/sign-ins/end": ["of"],
  "POST /settings/keys": [
    "adapter",
    "games",
    "expires_at",
    "limits.read.requests",
    "limits.read.period_seconds",
  ],
  "POST /settings/keys/:key/change": ["expires_at", "limits.read.requests"],
  "POST /settings/webhooks": ["event_types", "games", "min_interval_seconds", "digest"],
  "POST /settings/webhooks/:webhook/change": [
    "url",
    "event_types",
    "games",
    "min_interval_seconds",
    "digest",
  ],
  "POST /settings/webhooks/:webhook/replay": ["since", "event_ids", "dead_only", "after"],
  "POST /settings/games/:game": [
    ...["shooter", "weights.aim", "metrics.0.name", "metrics.0.range.0", "metrics.99.prior.median"],
  ],
  "POST /settings/games/:game/enforcement": [
    ...["policies.0.name", "policies.0.ladder", "policies.99.counts_days", "automation.ban.state"],
    ...["automation.ban.length", "automation.ban.days", "automation.ban.policy"],
  ],
  "POST /settings/games/:game/resume": ["mode"],
};
const hostileNames = [
  "%00",
  "a%00b",
  "%2F",
  "..%2F..",
  "%F0%9F%8E%AE",
  "%E0%A4%A",
  "x".repeat(3_000),
  "__proto__",
];

beforeEach(freshService);

const fresh = (fields: [string, string][]) =>
  fields.map(([name, value]): [string, string] => [name, name === "mark" ? crypto.randomUUID() : value]);

/** The form as it should be, with one field of it, or one more, as it should not be. */
function bodiesOf(raw: string, more: readonly string[]): string[] {
  const fields = [...new URLSearchParams(raw)];
  const names = [...fields.map(([name]) => name), ...more];
  const spoiled = names.flatMap((name) =>
    values.map((value) => [...fields.filter(([one]) => one !== name), [name, value]] as [string, string][]),
  );
  const twice = names.map((name) => [...fields, [name, "1"], [name, "2"]] as [string, string][]);
  const odd = ["__proto__", "constructor", ""].map((name) => [...fields, [name, "1"]] as [string, string][]);
  const texts = [...spoiled, ...twice, ...odd].map((one) => new URLSearchParams(fresh(one)).toString());
  return [...texts, "%", "%E0%A4%A=%00", "&&&", "a=&".repeat(85_000), "a".repeat(300_000)];
}

const forms = writes.filter(({ route }) => route.startsWith("POST /settings/"));

describe("a form of the settings", () => {
  it.each(forms)("$route takes or refuses whatever stands in its fields", async ({ route, call }) => {
    const [path, asked] = await call();
    const failed: string[] = [];
    for (const raw of bodiesOf(String(asked.raw), others[route] ?? [])) {
      const { status } = await service.call(path, { ...asked, raw });
      if (status >= 500) failed.push(`${status} ${raw.slice(0, 200)}`);
    }
    expect(failed).toEqual([]);
  });

  it("has as many rows as a declaration may have, and is answered in as few", async () => {
    const rows = Array.from({ length: 1_600 }, (_, row) => [`metrics.${row}.unit`, "x"]);
    const fields = { modes: "", version: "0", ...Object.fromEntries(rows) };
    const { status, body } = await submit(service, "/settings/games/g", fields, "admin");
    expect([status, body.length < 100_000]).toEqual([400, true]);
  });
});

const pages = Object.keys(accessTable)
  .filter((route) => /^GET \/(settings|scopes|detectors|audit)/.test(route))
  .map((route) => route.slice("GET ".length));

describe("a page", () => {
  it.each(pages)("%s is there or is not, whatever its address says", async (route) => {
    for (const name of hostileNames) {
      const path = route.replaceAll(/:[a-z]+/g, name);
      const asked = ["game", "mode", "after", "actor", "action", "target", "since", "until", "state"]
        .map((field) => `${field}=${name.replaceAll("%2F", "/")}`)
        .join("&");
      for (const address of [
        path,
        `${path}?${asked}`,
        `${path}?game=${name}&game=${name}`,
        `${path}?mode=${name}&game=g`,
      ]) {
        const { status } = await visit(service, address, "admin");
        expect([address.slice(0, 60), status < 500]).toEqual([address.slice(0, 60), true]);
      }
    }
  });
});
