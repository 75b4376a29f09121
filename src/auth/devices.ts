/**
 * Device cookies (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): a client that signed in to an account
 * before is counted by itself, so that strangers who guess cannot lock the account's owner out.
 */
import { hmacHex, isSameSecret, randomToken, sha256Hex } from "./digest.ts";

/** A device is trusted for half a year after its last sign-in. */
export const deviceSeconds = 180 * 86_400;

const format = /^([A-Za-z0-9_-]{43})\.([0-9]{1,12})\.([0-9a-f]{64})\.([0-9a-f]{64})$/;

export interface Device {
  /** Random: what its failures are counted by. */
  readonly id: string;
  /** {@link accountDigest} of the account that it signed in to. */
  readonly account: string;
}

/** Names an account where its name has no business, such as in a cookie or in a counter's key. */
export const accountDigest = (username: string): Promise<string> => sha256Hex(`account\n${username}`);

const macOf = (secret: string, signed: readonly string[]) =>
  hmacHex(secret, ["device", ...signed].join("\n"));

/** The cookie of a device that has just signed in to an account. */
export async function createDevice(secret: string, username: string, nowMs: number): Promise<string> {
  const expires = String(Math.floor(nowMs / 1_000) + deviceSeconds);
  const signed = [randomToken(), expires, await accountDigest(username)];
  return [...signed, await macOf(secret, signed)].join(".");
}

/** The device of a cookie; null for whatever is not one of ours or past its time. */
export async function deviceOf(
  secrets: readonly string[],
  cookie: string | undefined,
  nowMs: number,
): Promise<Device | null> {
  const [, id, expires, account, mac] = format.exec(cookie ?? "") ?? [];
  if (id === undefined || expires === undefined || account === undefined || mac === undefined) return null;
  if (Number(expires) * 1_000 <= nowMs) return null;
  for (const secret of secrets) {
    if (await isSameSecret(mac, await macOf(secret, [id, expires, account]))) return { id, account };
  }
  return null;
}
