/** A batch of rows, decided: taken, known, or rejected one by one, even where one of them sinks the whole request. */
import { ApiError } from "./errors.ts";

/** Why one of the rows was refused. */
export interface RowRejection {
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly code: string;
  /** Leads to the field within the row (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
}

export interface Decided {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RowRejection[];
}

/** Sends rows, each as JSON, in one request; answers its body. */
export type Post = (rows: readonly string[]) => Promise<unknown>;

/** More rows than this that sink their request each alone: it is the request that is wrong, not they. */
const maxSunk = 20;

const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && [400, 413, 422].includes(error.status);

const numberIn = (body: object, name: string): number => {
  const value: unknown = Reflect.get(body, name);
  if (typeof value !== "number") throw new Error(`The service's answer has no ${name}.`);
  return value;
};

/** The field within the row, of a pointer that begins with the row's place in the request. */
const within = (pointer: string): string => pointer.replace(/^(\/(sessions|rows))?\/\d+(?=\/|$)/, "");

function decidedOf(body: unknown, offset: number): Decided {
  if (typeof body !== "object" || body === null) throw new Error("The service's answer is no JSON object.");
  const rejected: unknown = Reflect.get(body, "rejected");
  return {
    accepted: numberIn(body, "accepted"),
    duplicates: numberIn(body, "duplicates"),
    rejected: (Array.isArray(rejected) ? rejected : []).map((row) => ({
      index: offset + numberIn(row, "index"),
      code: String(row.code),
      pointer: within(String(row.pointer)),
      detail: String(row.detail),
    })),
  };
}

const sum = (a: Decided, b: Decided): Decided => ({
  accepted: a.accepted + b.accepted,
  duplicates: a.duplicates + b.duplicates,
  rejected: [...a.rejected, ...b.rejected],
});

const sunk = (index: number, { code, faults, message }: ApiError): Decided => {
  const [first] = faults;
  return {
    accepted: 0,
    duplicates: 0,
    rejected: [{ index, code, pointer: within(first?.pointer ?? ""), detail: first?.detail ?? message }],
  };
};

/**
 * Sends a batch. Where the request is refused as a whole it goes again in halves, until the row that sinks it stands alone
 * and is rejected alone.
 * @throws ApiError where that is true of more rows than can be their own fault
 */
export async function ingest(post: Post, rows: readonly string[]): Promise<Decided> {
  let alone = 0;
  const attempt = async (from: number, to: number): Promise<Decided> => {
    try {
      return decidedOf(await post(rows.slice(from, to)), from);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (to - from > 1) {
        const middle = (from + to) >> 1;
        return sum(await attempt(from, middle), await attempt(middle, to));
      }
      alone += 1;
      if (alone > maxSunk) throw error;
      return sunk(from, error);
    }
  };
  return attempt(0, rows.length);
}
