/** Bodies that are received before anything else is done, so that a slow sender keeps nobody waiting. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** The largest body that any operation takes (`maxWireBytes`). */
const maxHeldBytes = 8 * 1_024 * 1_024;
/** Of all bodies together. */
const maxBytesOfAll = 256 * 1_024 * 1_024;
/** What is not taken is read on as far as this: cut off while it still sends, a client never sees the answer. */
const heardBytes = 32 * 1_024 * 1_024;

export interface Body {
  readonly bytes: number;
  /** From its beginning, once. */
  stream(): Readable;
  /** Gives back what it holds; again does nothing. */
  release(): void;
}

type Refused = "tooLong" | "overloaded";

export interface BodyStore {
  /** The body once it is here, or why it is not taken. @throws where its sender breaks off */
  receive(request: IncomingMessage, caller: string): Promise<Body | Refused>;
}

/** A caller holds at most half of all, as in the lanes. */
export function createBodyStore(most = maxBytesOfAll): BodyStore {
  const held = new Map<string, number>();
  let all = 0;

  function add(caller: string, bytes: number): void {
    const own = (held.get(caller) ?? 0) + bytes;
    if (own === 0) held.delete(caller);
    else held.set(caller, own);
    all += bytes;
  }

  /** Takes parts until there are too many; again from empty after `release`. */
  function createHold(caller: string) {
    const parts: Buffer[] = [];
    let bytes = 0;
    return {
      parts,
      size: () => bytes,
      take(part: Buffer): Refused | null {
        parts.push(part);
        bytes += part.length;
        add(caller, part.length);
        if (bytes > maxHeldBytes) return "tooLong";
        return all > most || (held.get(caller) ?? 0) > most / 2 ? "overloaded" : null;
      },
      release() {
        add(caller, -bytes);
        parts.length = 0;
        bytes = 0;
      },
    };
  }

  return {
    async receive(request, caller) {
      const { parts, size, take, release } = createHold(caller);
      let heard = 0;
      let refused: Refused | null = null;
      try {
        for await (const part of request.iterator({ destroyOnReturn: false })) {
          heard += part.length;
          if (heard > heardBytes) break;
          refused ??= take(part);
          if (refused !== null) release();
        }
      } catch (error) {
        release();
        throw error;
      }
      return refused ?? { bytes: size(), stream: () => Readable.from([...parts]), release };
    },
  };
}

/** Whether anything follows the headers (RFC 9112, 6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
