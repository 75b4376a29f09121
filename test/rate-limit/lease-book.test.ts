import { describe, expect, it } from "vitest";
import { type Account, askFor, createLeaseBook, decide, enter } from "../../src/rate-limit/lease-book.ts";
import type { Policy } from "../../src/rate-limit/policy.ts";

const policy: Policy = { name: "read", limit: 1_000, periodSeconds: 60 };
const startMs = 1_800_000_000_000;
const verdict = { allowed: true, limit: 1_000, remaining: 900, resetSeconds: 61, retryAfterSeconds: 0 };
const refused = { ...verdict, allowed: false, remaining: 3, retryAfterSeconds: 7 };

/** An account whose request, sent at `startMs` and answered at `atMs`, brought a lease of ten. */
function lent(atMs = startMs, beyond = 900): Account {
  const account = createLeaseBook().account(policy, "a");
  const answer = {
    verdict: { ...verdict, remaining: beyond + 10 },
    beyond: { ...verdict, allowed: beyond > 0, remaining: beyond, retryAfterSeconds: beyond > 0 ? 0 : 61 },
    lease: { id: "x", permits: 10 },
    slotEndsInMs: 700,
  };
  enter(account, askFor(account, 1, startMs), answer, startMs, atMs);
  return account;
}

describe("a lease in hand", () => {
  it("serves until it is used up, and then has to be asked for", () => {
    const account = lent();
    for (let left = 9; left >= 0; left--) {
      expect(decide(account, 1, startMs)).toEqual({ ...verdict, remaining: 900 + left });
    }
    expect(decide(account, 1, startMs)).toBeNull();
  });

  it.each([
    // Half a period, less a tenth of it.
    { afterMs: 26_999, answeredMs: 0, served: true },
    { afterMs: 27_000, answeredMs: 0, served: false },
    { afterMs: 27_000, answeredMs: 20_000, served: false },
    { afterMs: 30_000, answeredMs: 29_000, served: false },
  ])(
    "ends by the time it was asked for: after $afterMs ms, answered after $answeredMs",
    ({ afterMs, answeredMs, served }) => {
      expect(decide(lent(startMs + answeredMs), 1, startMs + afterMs) !== null).toBe(served);
    },
  );

  it.each([
    { backMs: 3_000, served: true },
    { backMs: 3_001, served: false },
  ])("is dropped where the clock goes back by more than the margin: $backMs ms", ({ backMs, served }) => {
    const account = lent();
    decide(account, 1, startMs + 10_000);
    expect(decide(account, 1, startMs + 10_000 - backMs) !== null).toBe(served);
    expect(decide(account, 1, startMs + 10_000) !== null).toBe(served);
  });

  it("goes back with the next question, with what was used of it when, and serves no more", () => {
    const account = lent();
    decide(account, 2, startMs + 100);
    decide(account, 3, startMs + 900);
    decide(account, 1, startMs + 1_000);
    const { needed, settle } = askFor(account, 7, startMs + 2_000);
    expect({ needed, settle }).toEqual({
      needed: 7,
      settle: {
        id: "x",
        used: [
          [900, 5],
          [1_000, 1],
        ],
      },
    });
    expect(decide(account, 1, startMs + 2_000)).toBeNull();
  });

  it("is void under another limit or period", () => {
    const book = createLeaseBook();
    const account = book.account(policy, "a");
    expect(book.account({ ...policy }, "a")).toBe(account);
    expect(book.account({ ...policy, limit: 2_000 }, "a")).not.toBe(account);
    expect(book.account(policy, "a")).not.toBe(account);
  });
});

describe("what is asked for", () => {
  const after = (uses: number, ms: number) => {
    const account = lent();
    for (let n = 0; n < uses; n++) decide(account, 1, startMs);
    return askFor(account, 1, startMs + ms).wanted;
  };
  it.each([
    { uses: 10, ms: 0, wanted: 22, why: "twice what was used" },
    { uses: 10, ms: 13_500, wanted: 22, why: "the same at the pace of half its life" },
    { uses: 10, ms: 27_000, wanted: 11, why: "no more than its pace needs" },
    { uses: 3, ms: 54_000, wanted: 2, why: "less where it was not used up" },
    { uses: 0, ms: 600_000, wanted: 1, why: "no lease for a slow caller" },
  ])("$uses used in $ms ms: $wanted, $why", ({ uses, ms, wanted }) => {
    expect(after(uses, ms)).toBe(wanted);
  });

  it("covers those who wait", () => {
    const account = createLeaseBook().account(policy, "a");
    account.waiting = 39;
    expect(askFor(account, 1, startMs).wanted).toBe(40);
    expect(askFor(account, 1, startMs).wanted).toBe(1);
  });
});

describe("a refusal", () => {
  const after = (permits: number, atMs: number) => {
    const account = createLeaseBook().account(policy, "a");
    enter(
      account,
      askFor(account, 5, startMs),
      { verdict: refused, beyond: refused, lease: null, slotEndsInMs: 700 },
      startMs,
      startMs,
    );
    return decide(account, permits, atMs);
  };
  it.each([
    { permits: 5, atMs: startMs + 699, stands: true },
    { permits: 9, atMs: startMs, stands: true },
    { permits: 4, atMs: startMs, stands: false },
    { permits: 5, atMs: startMs + 700, stands: false },
    { permits: 5, atMs: startMs - 1, stands: false },
  ])("of 5 permits for 700 ms, asked for $permits at $atMs: $stands", ({ permits, atMs, stands }) => {
    expect(after(permits, atMs)).toEqual(stands ? refused : null);
  });

  it("is known beforehand where the lease took all there was", () => {
    const account = lent(startMs, 0);
    for (let n = 0; n < 10; n++) expect(decide(account, 1, startMs)?.allowed).toBe(true);
    expect(decide(account, 1, startMs)).toMatchObject({
      allowed: false,
      remaining: 0,
      retryAfterSeconds: 61,
    });
    expect(decide(account, 1, startMs + 700)).toBeNull();
  });
});

it("a book is bounded: the longest unused is forgotten", () => {
  const book = createLeaseBook(3);
  const first = book.account(policy, "a");
  for (const key of ["b", "c"]) book.account(policy, key);
  expect(book.account(policy, "a")).toBe(first);
  book.account(policy, "d");
  expect(book.account(policy, "a")).toBe(first);
  const again = book.account(policy, "b");
  expect(book.account(policy, "b")).toBe(again);
});
