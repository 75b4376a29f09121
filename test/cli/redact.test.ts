import { describe, expect, it } from "vitest";
import { withoutKeys } from "../../src/cli/start/redact.ts";

const key = `gsi_RGO${"x".repeat(47)}`;

describe("what wrangler prints of a request", () => {
  it("holds no more of a key in its URL than its hint", () => {
    const line = `[wrangler:info] POST /api/telemetry/adapters/cs2-log/${key} 200 OK (48ms)`;
    expect(withoutKeys(line)).toBe(
      "[wrangler:info] POST /api/telemetry/adapters/cs2-log/gsi_RGOxxxxx... 200 OK (48ms)",
    );
    expect(withoutKeys(`${key} and ${key}`)).not.toContain("x".repeat(6));
  });

  it.each(["", "[wrangler:info] GET /health 200 OK (2ms)", "gsk_short"])("is left as it is: %j", (line) => {
    expect(withoutKeys(line)).toBe(line);
  });

  it("nor a token: a link to an appeal is as good as one", () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${"a".repeat(40)}.${"b".repeat(43)}`;
    const shown = withoutKeys(`GET /appeals/${token} 200 OK`);
    expect(shown).toBe("GET /appeals/eyJhbGciOiJI... 200 OK");
  });
});
