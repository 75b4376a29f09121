/**
 * How many permits one storage write covers, given how many the write before it covered (0: none yet). Pure.
 * At most 1 % of the limit, so that what an eviction counts too much stays small; limits below 200 get 1, and
 * are exact. Starting from 1 and doubling keeps it fair to slow callers, whose object is evicted between
 * their calls: an eviction never adds more than that instance had handed out.
 */
export function nextBlock(previousBlock: number, limit: number): number {
  return Math.max(1, Math.min(previousBlock * 2, Math.floor(limit / 100)));
}
