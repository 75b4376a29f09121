/**
 * Which addresses are delivered to. A Worker cannot look a name up before it is asked for: a name that leads to a private
 * address passes here, and the platform's own fetch, which reaches public addresses only, is what stops it.
 */
import ipaddr from "ipaddr.js";

const maxUrlLength = 2_048;
/** Names that mean nothing, or something private, outside a network of one's own (RFC 6761, 6762, 8375, 9476). */
const privateNames =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|lan|home|corp|arpa|test|invalid|example|onion|alt)$/;
/** Public by its range, but the wire server of every Azure machine. */
const metadataAddresses = new Set(["168.63.129.16"]);

/** The host as it was written: the parser makes dotted decimals of everything that can be read as an address. */
function writtenHost(url: string): string {
  const authority = /^[a-z]+:[/\\]*([^/\\?#]*)/i.exec(url.trim())?.[1] ?? "";
  return authority.replace(/:[0-9]*$/, "").toLowerCase();
}

function faultOfIp(host: string, url: string): string | null {
  const text = host.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(text)) return null;
  if (writtenHost(url).replace(/^\[|\]$/g, "") !== text) return "must write an IP address in its plain form";
  // What carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo) has a range of its own.
  const isPublic = ipaddr.parse(text).range() === "unicast" && !metadataAddresses.has(text);
  return isPublic ? null : "must not be a private or reserved address";
}

function faultOfName(host: string): string | null {
  const name = host.replace(/\.$/, "");
  if (privateNames.test(name)) return "must not be a name of a private network";
  return name.includes(".") ? null : "must be a full host name";
}

/**
 * Why nothing may be delivered to a URL; null: it may.
 * @param isDevelopment lets http, ports and private addresses pass
 */
export function faultOfAddress(text: string, isDevelopment: boolean): string | null {
  if (text.length > maxUrlLength || !URL.canParse(text)) return "must be a URL of at most 2,048 characters";
  const url = new URL(text);
  if (url.protocol !== "https:" && !(isDevelopment && url.protocol === "http:"))
    return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  if (isDevelopment) return null;
  const port = url.port === "" ? 443 : Number(url.port);
  if (port !== 443 && port < 1_024) return "must have port 443, or one from 1024 on";
  const isIp = ipaddr.isValid(url.hostname.replace(/^\[|\]$/g, ""));
  return isIp ? faultOfIp(url.hostname, text) : faultOfName(url.hostname);
}
