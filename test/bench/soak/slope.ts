/** A line through samples, and how sure its slope is. */

export interface Sample {
  readonly minutes: number;
  readonly mb: number;
}

export interface Slope {
  readonly perMinute: number;
  /** Half of the 95 % interval. */
  readonly margin: number;
  readonly mean: number;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Neighbours are alike, which would make the interval too narrow: so many become one. */
const blockSize = 10;

function blocksOf(samples: readonly Sample[]): Sample[] {
  const blocks: Sample[] = [];
  for (let from = 0; from + blockSize <= samples.length; from += blockSize) {
    const block = samples.slice(from, from + blockSize);
    blocks.push({
      minutes: meanOf(block.map(({ minutes }) => minutes)),
      mb: meanOf(block.map(({ mb }) => mb)),
    });
  }
  return blocks;
}

/** Student's t at 97.5 % for so many degrees of freedom, within 1 % from 3 on (Abramowitz and Stegun 26.7.5). */
function studentOf(freedom: number): number {
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}

/** Least squares; null for fewer than five blocks of samples. */
export function slopeOf(samples: readonly Sample[]): Slope | null {
  const blocks = blocksOf(samples);
  if (blocks.length < 5) return null;
  const x = meanOf(blocks.map(({ minutes }) => minutes));
  const y = meanOf(blocks.map(({ mb }) => mb));
  const spread = blocks.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0);
  const perMinute = blocks.reduce((sum, { minutes, mb }) => sum + (minutes - x) * (mb - y), 0) / spread;
  const rest = blocks.reduce((sum, { minutes, mb }) => sum + (mb - y - perMinute * (minutes - x)) ** 2, 0);
  const freedom = blocks.length - 2;
  const margin = studentOf(freedom) * Math.sqrt(rest / freedom / spread);
  return { perMinute, margin, mean: y };
}
