/**
 * What a request costs, counted from D1's own figures. The metered database wraps the real binding, so that no
 * query can be forgotten; `raw()` goes through `all()`, because D1 gives figures only there (the tables are
 * selected without duplicate column names, so nothing is lost).
 */

/** Cost of one request or job run so far. Times in ms. */
export interface Meter {
  d1Queries: number;
  d1Ms: number;
  rowsRead: number;
  rowsWritten: number;
  limiterCalls: number;
  /** False once a call to the limiter failed. */
  isLimiterReached: boolean;
}

export function createMeter(): Meter {
  return { d1Queries: 0, d1Ms: 0, rowsRead: 0, rowsWritten: 0, limiterCalls: 0, isLimiterReached: true };
}

function count(meter: Meter, result: D1Result<unknown>): void {
  meter.d1Queries += 1;
  meter.d1Ms += result.meta.duration ?? 0;
  meter.rowsRead += result.meta.rows_read ?? 0;
  meter.rowsWritten += result.meta.rows_written ?? 0;
}

class MeteredStatement {
  readonly real: D1PreparedStatement;
  readonly #meter: Meter;

  constructor(real: D1PreparedStatement, meter: Meter) {
    this.real = real;
    this.#meter = meter;
  }

  bind(...values: unknown[]): MeteredStatement {
    return new MeteredStatement(this.real.bind(...values), this.#meter);
  }

  async all<T>(): Promise<D1Result<T>> {
    const result = await this.real.all<T>();
    count(this.#meter, result);
    return result;
  }

  async run<T>(): Promise<D1Result<T>> {
    const result = await this.real.run<T>();
    count(this.#meter, result);
    return result;
  }

  async raw(): Promise<unknown[][]> {
    const { results } = await this.all<Record<string, unknown>>();
    return results.map((row) => Object.values(row));
  }

  async first<T>(column?: string): Promise<T | null> {
    const { results } = await this.all<Record<string, unknown>>();
    const row = results[0];
    if (!row) return null;
    return (column === undefined ? row : row[column]) as T;
  }
}

/** Wraps a D1 binding; only what Drizzle uses: `prepare` and `batch`. */
export function meterD1(real: D1Database, meter: Meter): D1Database {
  const metered = {
    prepare: (query: string) => new MeteredStatement(real.prepare(query), meter),
    async batch(statements: MeteredStatement[]) {
      const results = await real.batch(statements.map((statement) => statement.real));
      for (const result of results) count(meter, result);
      return results;
    },
  };
  return metered as unknown as D1Database;
}
