import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientAddress } from "../../src/rate-limit/address.ts";

const cf = (value: string) => new Headers({ "CF-Connecting-IP": value });

describe("which address counts", () => {
  const forged = {
    "X-Forwarded-For": "198.51.100.1",
    Forwarded: "for=198.51.100.2",
    "X-Real-IP": "198.51.100.3",
    "True-Client-IP": "198.51.100.4",
    "X-Client-IP": "198.51.100.5",
  };
  const both = new Headers({ ...forged, "CF-Connecting-IP": "203.0.113.9" });
  it.each([
    { case: "trusted", headers: both, trust: true, socket: "192.0.2.1", key: "203.0.113.9" },
    { case: "not trusted", headers: both, trust: false, socket: "192.0.2.1", key: "192.0.2.1" },
    { case: "not trusted, no socket", headers: both, trust: false, socket: undefined, key: "shared" },
    { case: "absent", headers: new Headers(forged), trust: true, socket: "192.0.2.1", key: "192.0.2.1" },
    {
      case: "absent, no socket",
      headers: new Headers(forged),
      trust: true,
      socket: undefined,
      key: "shared",
    },
    {
      case: "trusted but unreadable",
      headers: cf("nonsense"),
      trust: true,
      socket: "192.0.2.1",
      key: "shared",
    },
  ])("$case: $key", ({ headers, trust, socket, key }) => {
    expect(clientAddress(headers, trust, socket)).toBe(key);
  });
});

describe("how an address is written", () => {
  it.each([
    ["203.0.113.9", "203.0.113.9"],
    [" 203.0.113.9 ", "203.0.113.9"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["256.0.0.1", "shared"],
    ["1.2.3", "shared"],
    ["1.2.3.4.5", "shared"],
    ["01.2.3.4", "shared"],
    ["1.2.3.4:80", "shared"],
    ["1.1.1.1, 2.2.2.2", "shared"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::", "2001:db8:1:3::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["::2:3:4:5:6:7:8", "0:2:3:4::/64"],
    ["64:ff9b:1:2:3:4:192.0.2.1", "64:ff9b:1:2::/64"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::FFFF:cb00:7109", "203.0.113.9"],
    ["0:0:0:0:0:ffff:203.0.113.9", "203.0.113.9"],
    ["::fffe:203.0.113.9", "0:0:0:0::/64"],
    ["::ffff:203.0.113.256", "shared"],
    ["", "shared"],
    [":", "shared"],
    [":::", "shared"],
    ["1::2::3", "shared"],
    ["1:2:3:4:5:6:7", "shared"],
    ["1:2:3:4:5:6:7:8:9", "shared"],
    ["1:2:3:4::5:6:7:8", "shared"],
    [":1:2:3:4:5:6:7", "shared"],
    ["1:2:3:4:5:6:7:", "shared"],
    ["12345::", "shared"],
    ["g::", "shared"],
    ["1.2.3.4::", "shared"],
    ["1.2.3.4::1", "shared"],
    ["fe80::1%eth0", "shared"],
    ["[2001:db8::1]", "shared"],
    ["shared", "shared"],
  ])("%s: %s", (address, key) => {
    expect(clientAddress(cf(address), true)).toBe(key);
    expect(clientAddress(new Headers(), false, address)).toBe(key);
  });

  it("an IPv6 address is known by its first 64 bits alone, however they are spelled", () => {
    const half = fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 4, maxLength: 4 });
    const short = (groups: number[]) => groups.map((group) => group.toString(16)).join(":");
    const long = (groups: number[]) => groups.map((group) => group.toString(16).padStart(4, "0")).join(":");
    fc.assert(
      fc.property(half, half, half, (network, host, otherHost) => {
        const key = `${short(network)}::/64`;
        expect(clientAddress(cf(`${short(network)}:${short(host)}`), true)).toBe(key);
        expect(clientAddress(cf(`${long(network)}:${long(otherHost)}`.toUpperCase()), true)).toBe(key);
        expect(clientAddress(cf(`${short(network)}::`), true)).toBe(key);
      }),
    );
  });

  it("reads exactly what Node reads as an address", () => {
    const piece = fc.constantFrom("0", "1", "ffff", "::", ":", ".", "1.2.3.4", "255", "g", "12345");
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, (address) => {
        expect(clientAddress(cf(address), true) !== "shared").toBe(isIP(address) !== 0);
      }),
      { numRuns: 2_000 },
    );
  });
});
