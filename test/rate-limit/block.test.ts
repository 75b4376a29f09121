import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextBlock } from "../../src/rate-limit/block.ts";

describe("the permits that one write covers", () => {
  it.each([
    { limit: 1, blocks: [1, 1, 1] },
    { limit: 199, blocks: [1, 1, 1] },
    { limit: 200, blocks: [1, 2, 2] },
    { limit: 1_000, blocks: [1, 2, 4, 8, 10, 10] },
    { limit: 100_000_000, blocks: [1, 2, 4, 8, 16, 32] },
  ])("limit $limit: $blocks", ({ limit, blocks }) => {
    let block = 0;
    const seen = blocks.map(() => {
      block = nextBlock(block, limit);
      return block;
    });
    expect(seen).toEqual(blocks);
  });

  it("an eviction never adds more than the instance handed out, nor more than 1 % of the limit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: 40 }),
        (limit, writes) => {
          let block = 0;
          let handedOut = 0;
          for (let write = 0; write < writes; write++) {
            // The worst moment: the first permit of a new block is out, the rest of it is not.
            block = nextBlock(block, limit);
            expect(block - 1).toBeLessThanOrEqual(Math.min(handedOut, limit / 100));
            handedOut += block;
          }
        },
      ),
    );
  });
});
