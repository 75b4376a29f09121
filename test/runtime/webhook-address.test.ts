/** Which addresses are delivered to: everything that could lead into a network of one's own is refused. */
import { describe, expect, it } from "vitest";
import { faultOfAddress } from "../../src/actions/webhooks/address.ts";

const refused = [
  // Not https, or more than an address.
  "http://game.example.com/hook",
  "ftp://game.example.com/hook",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "data:text/plain,x",
  "gopher://game.example.com:70/",
  "//game.example.com/hook",
  "game.example.com/hook",
  "https://",
  "",
  "https://user:pass@game.example.com/",
  "https://user@game.example.com/",
  "https://game.example.com@127.0.0.1/",
  "https://game.example.com:pass@169.254.169.254/",
  `https://game.example.com/${"x".repeat(2_050)}`,
  // Ports of other services.
  "https://game.example.com:22/",
  "https://game.example.com:25/",
  "https://game.example.com:80/",
  "https://game.example.com:1023/",
  // Private, loopback, link-local, shared, reserved.
  "https://127.0.0.1/",
  "https://127.255.255.254/",
  "https://0.0.0.0/",
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://172.31.255.255/",
  "https://192.168.1.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://100.64.0.1/",
  "https://100.100.100.200/",
  "https://192.0.0.192/",
  "https://192.0.2.1/",
  "https://198.18.0.1/",
  "https://198.51.100.7/",
  "https://224.0.0.1/",
  "https://240.0.0.1/",
  "https://255.255.255.255/",
  "https://168.63.129.16/",
  "https://127.0.0.1:8443/",
  // The same and others, in odd notations.
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0177.0.0.1/",
  "https://017700000001/",
  "https://127.1/",
  "https://127.0.1/",
  "https://0/",
  "https://134744072/",
  "https://0x08080808/",
  "https://8.8.2056/",
  "https://010.010.010.010/",
  "https://8.8.8.8./",
  "https://１２７.0.0.1/",
  "https://127。0。0。1/",
  "https://%31%32%37.0.0.1/",
  "https:\\\\127.0.0.1/",
  "https:127.0.0.1/",
  "https://①②⑦.⓪.⓪.①/",
  // IPv6, and IPv4 within.
  "https://[::1]/",
  "https://[::]/",
  "https://[0:0:0:0:0:0:0:1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[::ffff:8.8.8.8]/",
  "https://[::127.0.0.1]/",
  "https://[64:ff9b::7f00:1]/",
  "https://[64:ff9b:1::1]/",
  "https://[2002:7f00:1::]/",
  "https://[2001:0:7f00:1::]/",
  "https://[fe80::1]/",
  "https://[fec0::1]/",
  "https://[fc00::1]/",
  "https://[fd00:ec2::254]/",
  "https://[ff02::1]/",
  "https://[2001:db8::1]/",
  "https://[100::1]/",
  // Names of a private network.
  "https://localhost/",
  "https://LOCALHOST/",
  "https://localhost./",
  "https://api.localhost/",
  "https://ⓛocalhost/",
  "https://localhost.localdomain/",
  "https://printer.local/",
  "https://metadata.google.internal/",
  "https://vault.internal./",
  "https://wiki.corp/",
  "https://nas.home.arpa/",
  "https://1.0.0.127.in-addr.arpa/",
  "https://router.lan/",
  "https://game.example/",
  "https://hidden.onion/",
  "https://intranet/",
  "https://metadata/",
];

const allowed = [
  "https://game.example.com/hook",
  "https://GAME.Example.COM/hook?x=1",
  "https://game.example.com:443/",
  "https://game.example.com:1024/",
  "https://game.example.com:8443/",
  "https://discord.com/api/webhooks/1/abc",
  "https://hooks.slack.com/services/T/B/x",
  "https://xn--bcher-kva.example.com/",
  "https://bücher.example.com/",
  "https://localhost.example.com/",
  "https://internal.example.com/",
  "https://10.0.0.1.example.com/",
  "https://8.8.8.8/",
  "https://172.32.0.1/",
  "https://100.128.0.1:8443/",
  "https://[2606:4700:4700::1111]/",
];

describe("outside development", () => {
  it("the table is large enough to mean something", () => expect(refused.length).toBeGreaterThan(40));
  it.each(refused.map((url) => [url.slice(0, 60), url] as const))("%s is refused", (_, url) => {
    expect(faultOfAddress(url, false)).toMatch(/^must /);
  });
  it.each(allowed)("%s is delivered to", (url) => expect(faultOfAddress(url, false)).toBeNull());
});

describe("in development", () => {
  it.each(["http://127.0.0.1:8080/hook", "http://localhost/hook", "https://receiver.test/"])(
    "%s is delivered to",
    (url) => expect(faultOfAddress(url, true)).toBeNull(),
  );
  it.each(["ftp://127.0.0.1/", "http://user:pass@localhost/", "", "javascript:alert(1)"])(
    "%s is not",
    (url) => expect(faultOfAddress(url, true)).toMatch(/^must /),
  );
});
