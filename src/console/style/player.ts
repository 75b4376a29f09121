/** One player. */
export const player = ``;
