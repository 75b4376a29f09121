/** One player: the head, the contributions, the lists. */
export const player = `
.player-head { display: grid; gap: 1rem 2rem; align-items: start; margin-bottom: 1.25rem; }
.player-head h1 { overflow-wrap: anywhere; }
.crumb { margin-bottom: 0.25rem; }
.player-risk { white-space: nowrap; }
.risk-figure { font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; margin-right: 0.25rem; }
.player-risk .badge { vertical-align: 0.4rem; }
.player-risk .risk-bar { width: 100%; margin: 0.375rem 0 0; }
@media (min-width: 52rem) {
  .player-head { grid-template-columns: minmax(0, 1fr) auto auto; }
  .player-head .actions { padding-top: 0.375rem; }
}
.facts { display: flex; flex-wrap: wrap; gap: 0.625rem 2rem; }
.facts dt { font-size: 0.8125rem; color: var(--muted); }
.facts dd { font-variant-numeric: tabular-nums; }
.head-facts { padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.notice-plain { margin-top: 0.75rem; background: var(--sunken); }
.head-facts ~ .choices { margin-top: 0.75rem; }
.heading + .tabs { margin-top: 0; }
.tabs + section, .tabs + table, .tabs + .empty { margin-top: 0; }
.after { margin-top: 0.625rem; }
.lead { margin: -0.375rem 0 0.75rem; max-width: 44rem; }

.waterfall .w-kind { width: 8.5rem; }
.waterfall .w-fall { width: 32%; }
.waterfall .w-points { width: 6.5rem; }
.waterfall th { font-weight: 400; }
.waterfall thead th { font-weight: 500; }
.waterfall summary { cursor: pointer; }
.waterfall summary:hover { text-decoration: underline; text-decoration-color: var(--control); text-underline-offset: 0.2em; }
.cell-points { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.cell-points { font-weight: 600; }
.cell-kind { color: var(--muted); }
.waterfall .cell-fall { padding-top: 0.95rem; }
.fall { display: block; width: 100%; height: 0.75rem; border-radius: 2px; }
.fall .track { fill: var(--sunken); }
.fall-term .part { fill: var(--accent); }
.fall-proof .part { fill: var(--critical); }
.fall-cap .part, .fall-abstention .part { fill: var(--control); }
.fall-sum .part { fill: var(--text); }
.evidence { padding: 0.75rem 0 0.375rem; }
.evidence h3 { margin: 0.75rem 0 0.25rem; font-size: 0.8125rem; color: var(--muted); }
.named { list-style: none; padding: 0; font-size: 0.875rem; columns: 20rem; }
tfoot th, tfoot td { border-top: 2px solid var(--line); background: var(--surface); }
.waterfall tfoot th { font-weight: 600; }

.numbers td { font-variant-numeric: tabular-nums; }
.compact { font-size: 0.8125rem; }
.compact th, .compact td { padding: 0.25rem 0.75rem; }
.compact tbody th { font-weight: 400; }
.w-session { width: 17rem; }
.sessions tbody th, .events tbody th, .audit tbody th { font-weight: 500; }
.w-severity { width: 7rem; }
.w-notes { width: 42%; }
.notes { white-space: pre-wrap; }
.badge-high { background: var(--suspicious-soft); color: var(--suspicious); }
.badge-medium { background: var(--elevated-soft); color: var(--elevated); }
.details > div { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: 0 0.75rem; }
@media (max-width: 70rem) {
  .waterfall .cell-kind { grid-area: 2 / 1; font-size: 0.8125rem; }
  .waterfall tbody .cell-points { grid-area: 2 / 2; }
  .waterfall .cell-fall { grid-row: 3; }
  .cell-line, .cell-fall, .cell-session, .cell-notes, .events .cell-time, .audit td { grid-column: 1 / -1; }
  .waterfall tfoot { display: block; }
  .waterfall tfoot tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.25rem 1rem; padding: 0.875rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
  .waterfall tfoot th, .waterfall tfoot td { padding: 0; border: 0; background: none; }
  .waterfall tfoot .cell-fall { grid-row: 2; }
  .waterfall tbody .cell-fall { padding-top: 0.25rem; }
  .sessions tbody tr { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.125rem 1rem; }
  .sessions td[data-label] { grid-column: auto; grid-template-columns: 5rem minmax(0, 1fr); }
  .sessions .cell-session { margin-bottom: 0.25rem; }
  .cell-none { display: none; }
  .events .cell-severity { grid-area: 1 / 2; }
  .events .cell-time, .audit .cell-time { color: var(--muted); }
}
`;
