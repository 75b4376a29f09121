/** Whose failures count: headers that anybody can write move no guess to another address. */
import { beforeEach, describe, expect, it } from "vitest";
import { clientAddress } from "../../src/rate-limit/address.ts";
import { createService, env, freshDatabase } from "../runtime/service.ts";

beforeEach(freshDatabase);

const spoofed = (n: number) => ({
  "x-forwarded-for": `192.0.2.${n}`,
  forwarded: `for=192.0.2.${n}`,
  "x-real-ip": `192.0.2.${n}`,
  "true-client-ip": `192.0.2.${n}`,
});

describe("a guesser who writes a new address into each request", () => {
  it.each([
    { trust: "true", name: "CF-Connecting-IP of the edge", who: "203.0.113.66" },
    { trust: "false", name: "CF-Connecting-IP of the client itself", who: "shared" },
  ])("counts as one where TRUST_CF_HEADERS is $trust ($name)", async ({ trust, who }) => {
    const service = createService({ TRUST_CF_HEADERS: trust });
    for (let n = 1; n <= 3; n++) {
      const connecting = trust === "true" ? "203.0.113.66" : `203.0.113.${n}`;
      await service.call("/api/auth/token", {
        role: null,
        body: { username: `somebody-${trust}`, password: "guess" },
        headers: { ...spoofed(n), "cf-connecting-ip": connecting },
      });
      await service.call("/api/players", {
        role: null,
        headers: { ...spoofed(n), "cf-connecting-ip": connecting },
      });
    }
    const { results } = await env.DB.prepare(
      "SELECT kind, who, count FROM audit_denials ORDER BY kind",
    ).all();
    expect(results).toEqual([
      { kind: "no_credentials", who, count: 3 },
      { kind: "sign_in_failed", who, count: 3 },
    ]);
  });

  it("is not known by any of those headers", () => {
    expect(clientAddress(new Headers(spoofed(1)), true)).toBe("shared");
    expect(clientAddress(new Headers({ ...spoofed(1), "cf-connecting-ip": "192.0.2.9" }), false)).toBe(
      "shared",
    );
  });
});
