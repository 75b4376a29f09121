/** Where a request carries the provider's token, and where it does not. */
import { describe, expect, it } from "vitest";
import { findSsoToken } from "../../src/auth/sso.ts";
import { configure } from "./provider.ts";

const header = "Cf-Access-Jwt-Assertion";
const behindProxy = configure({ SSO_TOKEN_HEADER: header });
const find = (headers: Record<string, string>, configuration = behindProxy) =>
  findSsoToken(configuration, new Request("https://api.example.com/api/players", { headers }));

describe("Authorization", () => {
  it.each(["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c"])("%s", (authorization) => {
    expect(find({ authorization })).toBe("a.b.c");
    expect(find({ authorization }, configure())).toBe("a.b.c");
  });

  it.each(["Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer a.b.c,Bearer d.e.f", ""])(
    "%j is none",
    (authorization) => {
      expect(find({ authorization })).toBeNull();
    },
  );

  it("wins over the proxy's header, good or not", () => {
    expect(find({ authorization: "Bearer a.b.c", [header]: "d.e.f" })).toBe("a.b.c");
    expect(find({ authorization: "Basic YTpi", [header]: "d.e.f" })).toBeNull();
  });

  it("comes from other sites too: a page cannot send it without knowing it", () => {
    expect(find({ authorization: "Bearer a.b.c", "sec-fetch-site": "cross-site" })).toBe("a.b.c");
  });
});

describe("the proxy's header", () => {
  it("is looked at only where it is configured", () => {
    expect(find({ [header]: "a.b.c" })).toBe("a.b.c");
    expect(find({ [header]: "a.b.c" }, configure())).toBeNull();
    expect(find({ [header]: "" })).toBeNull();
    expect(find({ "x-other": "a.b.c", cookie: "CF_Authorization=a.b.c" })).toBeNull();
  });

  it.each([
    [{ "sec-fetch-site": "same-origin" }, "a.b.c"],
    [{ "sec-fetch-site": "none" }, "a.b.c"],
    [{ "sec-fetch-site": "same-site" }, null],
    [{ "sec-fetch-site": "cross-site" }, null],
    [{ origin: "https://api.example.com" }, "a.b.c"],
    [{ origin: "http://api.example.com" }, "a.b.c"],
    [{ origin: "https://api.example.com.attacker.example" }, null],
    [{ origin: "https://example.com" }, null],
    [{ origin: "null" }, null],
  ])("with %j gives %j: another site's page rides on nobody's cookie", (browser, token) => {
    expect(find({ [header]: "a.b.c", ...browser })).toBe(token);
  });
});
