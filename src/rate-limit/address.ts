/** Which client a request counts for. Pure. */

/** The bucket of everyone whose address is not known: sharing one errs towards refusing. */
export const sharedAddress = "shared";

/**
 * The key of the client's address: an IPv4 address, an IPv6 /64, or `shared`. Only `CF-Connecting-IP` counts,
 * and only where Cloudflare overwrites it; X-Forwarded-For and its kin are whatever the client wrote.
 */
export function clientAddress(headers: Headers, trustCfHeaders: boolean, socketAddress?: string): string {
  const trusted = trustCfHeaders ? headers.get("CF-Connecting-IP") : null;
  return addressKey((trusted ?? socketAddress ?? "").trim());
}

function addressKey(text: string): string {
  if (isIpv4(text)) return text;
  const groups = ipv6Groups(text);
  if (groups === null) return sharedAddress;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join(".");
  }
  // A site holds a /64 or more (RFC 6177), and could take a new address of it for each request.
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(":")}::/64`;
}

/** Leading zeros are refused: some parsers read them as octal, and one client would have two keys. */
function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
  );
}

/** The eight groups of an IPv6 address in any spelling of RFC 4291, 2.2; null for anything else. */
function ipv6Groups(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? "", halves.length === 1);
  const tail = groupsOf(halves[1] ?? "", true);
  if (head === null || tail === null) return null;
  if (halves.length === 1) return head.length === 8 ? head : null;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? null : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** The groups of a part without `::`; only the last part of an address may end in dotted IPv4. */
function groupsOf(part: string, isLast: boolean): number[] | null {
  if (part === "") return [];
  const groups: number[] = [];
  const pieces = part.split(":");
  for (const [index, piece] of pieces.entries()) {
    if (isLast && index === pieces.length - 1 && isIpv4(piece)) groups.push(...ipv4Groups(piece));
    else if (/^[0-9a-f]{1,4}$/i.test(piece)) groups.push(Number.parseInt(piece, 16));
    else return null;
  }
  return groups;
}

function ipv4Groups(text: string): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}
