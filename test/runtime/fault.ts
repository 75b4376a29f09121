/** A proxy around the real D1 binding: sees the SQL of each call before it runs, and may wait, write or throw. */

/** One call of D1: the texts of its statements, and the values bound to each. */
export interface D1Call {
  readonly texts: readonly string[];
  readonly values: readonly (readonly unknown[])[];
  readonly isBatch: boolean;
}
/** Makes a call, or does not, or does something before or after; what it throws is what D1 throws. */
export type Around = <T>(call: D1Call, real: () => Promise<T>) => Promise<T>;

class WatchedStatement {
  readonly real: D1PreparedStatement;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly #around: Around;

  constructor(real: D1PreparedStatement, text: string, around: Around, values: readonly unknown[] = []) {
    this.real = real;
    this.text = text;
    this.values = values;
    this.#around = around;
  }

  bind(...values: unknown[]): WatchedStatement {
    return new WatchedStatement(this.real.bind(...values), this.text, this.#around, values);
  }

  #call<T>(real: () => Promise<T>): Promise<T> {
    return this.#around({ texts: [this.text], values: [this.values], isBatch: false }, real);
  }

  all<T>(): Promise<D1Result<T>> {
    return this.#call(() => this.real.all<T>());
  }

  run<T>(): Promise<D1Result<T>> {
    return this.#call(() => this.real.run<T>());
  }
}

/** The real D1 with something around each of its calls. */
export function aroundD1(real: D1Database, around: Around): D1Database {
  const watch = (asked: Pick<D1Database, "prepare" | "batch">) => ({
    prepare: (text: string) => new WatchedStatement(asked.prepare(text), text, around),
    batch(statements: WatchedStatement[]) {
      const texts = statements.map(({ text }) => text);
      const values = statements.map((statement) => statement.values);
      const call = () => asked.batch(statements.map((statement) => statement.real));
      return around({ texts, values, isBatch: true }, call);
    },
  });
  const watched = {
    ...watch(real),
    withSession(from?: string) {
      const session = real.withSession(from);
      return { ...watch(session), getBookmark: () => session.getBookmark() };
    },
  };
  return watched as unknown as D1Database;
}

/** Is given the texts of a call's statements, and the values bound to each. */
type Before = (
  statements: readonly string[],
  values: readonly (readonly unknown[])[],
) => void | Promise<void>;

/** Is given what a batch came to, and the texts of its statements. */
type After = (results: readonly D1Result[], statements: readonly string[]) => void;

/** `before` is asked ahead of each call, `after` when a batch is done; what they throw is what D1 throws. */
export const watchedD1 = (real: D1Database, before: Before, after: After = () => {}): D1Database =>
  aroundD1(real, async ({ texts, values, isBatch }, call) => {
    await before(texts, values);
    const results = await call();
    if (isBatch) after(results as readonly D1Result[], texts);
    return results;
  });

/** A D1 that fails where `pattern` appears in a call, from the `from`th such call on (1: all), `times` times. */
export function failingD1(
  real: D1Database,
  pattern: RegExp,
  { from = 1, times = Number.POSITIVE_INFINITY, message = "D1_ERROR: the network is down" } = {},
): D1Database {
  let calls = 0;
  return watchedD1(real, (statements) => {
    if (!statements.some((text) => pattern.test(text))) return;
    calls += 1;
    if (calls >= from && calls < from + times) throw new Error(message);
  });
}

/** A gate that holds callers until it is opened. */
export function createGate() {
  let open: () => void = () => {};
  let arrive: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    open,
    /** Resolves once somebody waits. */
    arrived,
    async pass(): Promise<void> {
      arrive();
      await opened;
    },
  };
}

/** Holds callers until `count` of them have come, then lets all of them through, and whoever comes later. */
export function createBarrier(count: number): () => Promise<void> {
  const gate = createGate();
  let waiting = 0;
  return () => {
    waiting += 1;
    if (waiting >= count) gate.open();
    return gate.pass();
  };
}
