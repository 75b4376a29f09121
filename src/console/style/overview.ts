/** Figures, and tables that become cards where there is no room for columns. */
export const overview = `
.heading { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.25rem 1rem; margin-bottom: 1rem; }
.heading > p { flex: 1 0 100%; margin-top: -0.25rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.figure { padding: 0.875rem 1rem; box-shadow: 0 0 0 1px var(--line); }
.figure dt { font-size: 0.8125rem; font-weight: 500; }
.figure-value { font-size: 1.5rem; line-height: 1.35; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.figure-value a { color: inherit; text-decoration-color: var(--control); text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
.figure-value a:hover { text-decoration-color: currentColor; }
.overview-heading { align-items: end; }
.game-choice { display: flex; align-items: end; gap: 0.5rem; }
.game-choice button { min-height: 2.25rem; }
.trouble { margin-bottom: 1rem; }
.trouble a { color: inherit; }
.halves { display: grid; gap: 2rem; grid-template-columns: minmax(0, 1fr); margin-top: 2rem; }
.panel { min-width: 0; }
.panel-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0.25rem 1rem; margin-bottom: 0.5rem; }
.ways-on { display: inline-flex; gap: 1rem; }
.panel-head a { font-size: 0.8125rem; }
.panel tbody th { font-weight: 500; }
.panel .numbers a { color: inherit; text-decoration-color: var(--control); }
.panel .numbers a:hover { text-decoration-color: currentColor; }
.panel .numbers td.cell-risk { font-weight: 500; }
.panel .keep tr.sum > * { font-weight: 600; border-top-color: var(--control); }
.w-age { width: 7rem; }
.w-review { width: 8.75rem; }
.w-rise { width: 12.5rem; }
.w-points { width: 5.5rem; }
.w-precision { width: 11rem; }
.w-health { width: 6.5rem; }
.w-ended { width: 7rem; }
.w-left { width: 4rem; }
.w-span { width: 7.5rem; }
.ages { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.25rem 1rem; }
.ages dd { font-weight: 600; font-variant-numeric: tabular-nums; }
.ages a { color: inherit; text-decoration-color: var(--control); }
.ages + p { margin: 0.375rem 0 0.75rem; }
.share-bar { display: block; width: 100%; height: 4px; margin-top: 0.25rem; border-radius: 2px; overflow: hidden; }
.share-bar .fill { fill: var(--accent); }
.cell-share .share-bar { margin: 0.5rem 0 0.125rem; }
.plot-days { height: 11rem; }
@media (min-width: 70.01rem) {
  .halves { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .panel th, .panel td { padding: 0.5rem 0.75rem; }
}
main > section { margin-top: 2.25rem; }
main > section > h2 { margin-bottom: 0.75rem; }
.empty { padding: 1.5rem; background: var(--surface); border: 1px dashed var(--control); border-radius: 8px; }
.empty-title { font-weight: 600; }

table { width: 100%; table-layout: fixed; overflow-wrap: anywhere; border-collapse: separate; border-spacing: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
caption { caption-side: top; padding: 0 0 0.5rem; text-align: left; color: var(--muted); font-size: 0.8125rem; }
th, td { padding: 0.625rem 1rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 0.8125rem; font-weight: 500; color: var(--muted); }
tbody th { font-weight: 600; }
.group th { padding: 0.375rem 1rem; background: var(--sunken); font-size: 0.8125rem; font-weight: 600; color: var(--muted); }
.cell-risk { text-align: right; font-variant-numeric: tabular-nums; }
td.cell-risk { font-weight: 600; }
.cell-rise, .cell-risk { white-space: nowrap; }
.w-risk { width: 8rem; }
.w-standing { width: 14.5rem; }
.w-mode { width: 7.5rem; }
.w-event { width: 13rem; }
.w-time { width: 12.5rem; }
.risk-bar { display: block; width: 5rem; height: 4px; margin: 0.375rem 0 0 auto; border-radius: 2px; overflow: hidden; }
.track { fill: var(--line); }
.fill-critical .fill { fill: var(--critical); }
.fill-suspicious .fill { fill: var(--suspicious); }
.fill-elevated .fill { fill: var(--elevated); }
.fill-low .fill { fill: var(--low); }

@media (max-width: 70rem) {
  table, tbody { display: block; }
  caption { display: block; }
  table { background: none; border: 0; border-radius: 0; overflow: visible; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.25rem 1rem; padding: 0.875rem 1rem; margin-bottom: 0.5rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
  tbody th, tbody td { padding: 0; border: 0; }
  tbody .group { display: block; padding: 0; margin: 1rem 0 0.5rem; background: none; border: 0; }
  .group th { display: block; padding: 0; background: none; }
  .cell-standing { margin-bottom: 0.25rem; }
  .cell-standing, .cell-rise, .cell-mode, .cell-event, .watchlist .cell-time { grid-column: 1 / -1; }
  td[data-label] { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0 0.75rem; align-items: baseline; }
  td[data-label]::before { content: attr(data-label); color: var(--muted); font-size: 0.8125rem; }
  .panel td[data-label] { grid-column: 1 / -1; text-align: left; }
  .jobs .cell-took { display: none; }
  .escalations .cell-risk, .urgent .cell-risk { grid-area: 1 / 2; }
  .keep { display: table; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; table-layout: auto; }
  .keep caption { display: table-caption; }
  .keep thead { position: static; width: auto; height: auto; clip-path: none; }
  .keep tbody { display: table-row-group; }
  .keep tbody tr { display: table-row; }
  .keep th, .keep td, .keep tbody th, .keep tbody td { padding: 0.375rem 0.625rem; border-top: 1px solid var(--line); }
  .keep thead th { width: auto; border-top: 0; }
  .keep th, .keep td { overflow-wrap: normal; }
  .keep .w-span { width: 6rem; }
  .bands td { white-space: nowrap; }
  @media (max-width: 30rem) {
    .keep th, .keep td, .keep tbody th, .keep tbody td { padding: 0.375rem 0.5rem; }
    .bands .cell-share { display: none; }
  }
  .escalations .cell-time { grid-column: 1 / -1; color: var(--muted); font-size: 0.8125rem; }
}`;
