/** Lines of Source engine logs: the time in front, and the players in quotes. Nothing here searches; all is anchored. */
import { type DateParts, instantOf } from "./calendar.ts";

export interface SourceLine {
  /** The server's local clock, read as UTC. */
  readonly localMs: number;
  readonly text: string;
}

/** `L 01/19/2026 - 18:55:38: ` in files, `01/19/2026 - 18:55:38.000 - ` over HTTP. */
const prefix = /^(?:L )?(\d\d)\/(\d\d)\/(\d{4}) - (\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?(?: - |: ?)/;

export function sourceLineOf(line: string): SourceLine | null {
  const found = prefix.exec(line.slice(0, 40));
  if (!found) return null;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0, ms] = found.slice(1).map(Number);
  const parts: DateParts = [year, month, day, hour, minute, second];
  const localMs = instantOf(parts, Number.isNaN(ms) ? 0 : ms);
  return localMs === null ? null : { localMs, text: line.slice(found[0].length) };
}

export interface PlayerToken {
  /** Steam64; null of bots, of the console, and of players not yet known to Steam. */
  readonly steam64: string | null;
  /** The server's number of the connection; some lines of one player carry another one. */
  readonly userId: number;
  /** As in the log: `CT`, `TERRORIST`, `Red`, `Unassigned`, empty. */
  readonly team: string;
  /** Only CS:GO and older games write STEAM_1:y:z. */
  readonly classicId: boolean;
}

const steamBase = 76_561_197_960_265_728n;
const modernId = /^\[U:1:(\d{1,10})\]$/;
const classicId = /^STEAM_[0-5]:([01]):(\d{1,10})$/;
const plainId = /^7656119\d{10}$/;

/** The 64-bit id as text, from `[U:1:n]`, `STEAM_x:y:z` or itself; null of anything else. */
export function steam64Of(id: string): string | null {
  const modern = modernId.exec(id);
  if (modern) return accountOf(BigInt(modern[1] ?? 0));
  const classic = classicId.exec(id);
  if (classic) return accountOf(BigInt(classic[2] ?? 0) * 2n + BigInt(classic[1] ?? 0));
  return plainId.test(id) ? id : null;
}

const accountOf = (account: bigint): string | null =>
  account > 0n && account < 4_294_967_296n ? String(steamBase + account) : null;

/** `<id><steam>` and perhaps `<team>` at the end of a quoted name. Names hold `<` and `>` too, so only the end counts. */
const identity = /<(\d{1,10})><([^<>]{1,64})>(?:<([^<>]{0,32})>)?$/;
const longestName = 256;

/** Reads a line from left to right. Each step either takes what it names or leaves the place as it was. */
export class Cursor {
  #at = 0;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get rest(): string {
    return this.text.slice(this.#at);
  }

  get atEnd(): boolean {
    return this.#at >= this.text.length;
  }

  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** What stands between double quotes, which names and values cannot hold. */
  quoted(longest = longestName): string | null {
    if (this.text[this.#at] !== '"') return null;
    const end = this.text.indexOf('"', this.#at + 1);
    if (end === -1 || end - this.#at > longest) return null;
    const value = this.text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return value;
  }

  player(): PlayerToken | null {
    const start = this.#at;
    const value = this.quoted();
    const found = value === null ? null : identity.exec(value.slice(-120));
    if (!found) {
      this.#at = start;
      return null;
    }
    const [, userId, id = "", team = ""] = found;
    return { userId: Number(userId), steam64: steam64Of(id), team, classicId: classicId.test(id) };
  }

  /** ` [x y z]`, which CS2 writes behind players. */
  position(): void {
    const found = /^ \[-?\d{1,6} -?\d{1,6} -?\d{1,6}\]/.exec(this.text.slice(this.#at, this.#at + 32));
    if (found) this.#at += found[0].length;
  }

  /** All of `(name "value")` that follow one another. */
  properties(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    while (found.size < 16) {
      const start = this.#at;
      const name = this.#propertyName();
      const value = name === null ? null : this.quoted();
      if (name === null || value === null || !this.take(")")) {
        this.#at = start;
        break;
      }
      found.set(name, value);
    }
    return found;
  }

  #propertyName(): string | null {
    const found = /^ ?\(([a-z_]{1,32}) /.exec(this.text.slice(this.#at, this.#at + 40));
    if (!found) return null;
    this.#at += found[0].length;
    return found[1] ?? null;
  }
}
