/** Charts. */
export const charts = ``;
