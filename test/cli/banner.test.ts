import { describe, expect, it } from "vitest";
import { bannerOf } from "../../src/cli/start/banner.ts";

const origin = "http://localhost:8787";
const development = { ENVIRONMENT: "development", JWT_SECRET: "s" };

describe("the banner", () => {
  it("names the address, the local credentials and one command to try", () => {
    const banner = bannerOf(origin, development);
    expect(banner).toContain(origin);
    expect(banner).toContain("security_console / letmein123");
    expect(banner).toContain("/api/players/suspicious");
    expect(banner).not.toContain("JWT_SECRET");
  });

  it.each([
    ["a user is configured", { ...development, SERVICE_USERNAME: "me", SERVICE_PASSWORD: "secret-one" }],
    ["this is no development server", { ENVIRONMENT: "production", JWT_SECRET: "s" }],
  ])("names no credentials where %s", (_, variables) => {
    const banner = bannerOf(origin, variables);
    expect(banner).not.toContain("letmein123");
    expect(banner).not.toContain("secret-one");
    expect(banner).toContain("that you configured");
  });

  it("names the local ones beside further accounts, which do not replace them", () => {
    expect(bannerOf(origin, { ...development, SERVICE_ACCOUNTS: "[]" })).toContain("letmein123");
  });

  it("says what is wrong without a signing secret", () => {
    expect(bannerOf(origin, { ENVIRONMENT: "development", JWT_SECRET: "" })).toContain(
      "JWT_SECRET is not set",
    );
  });
});
