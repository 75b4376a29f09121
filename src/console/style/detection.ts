/** Detectors and scopes. */
export const detection = `
.cards { list-style: none; padding: 0; display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
.card { display: grid; grid-template-rows: auto 1fr auto; gap: 0.5rem; padding: 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; min-width: 0; overflow-wrap: anywhere; }
.card h3 a { color: var(--text); text-decoration-color: transparent; }
.card h3 a:hover { text-decoration-color: currentColor; }
.card dl { display: grid; gap: 0.375rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
.card dl > div { display: grid; grid-template-columns: 6.25rem minmax(0, 1fr); align-items: baseline; }
.card dt { font-size: 0.8125rem; color: var(--muted); }
.card dd { font-variant-numeric: tabular-nums; }
.card-flags { display: flex; gap: 0.75rem; align-items: start; justify-content: space-between; }
td .share > .small { display: block; }
.spark { flex: none; width: 4.5rem; height: 1.75rem; }
.spark .part { fill: var(--accent); }
.summary { margin-top: 0.25rem; max-width: 44rem; }
.prose-list { padding-left: 1.125rem; margin-top: 0.5rem; display: grid; gap: 0.25rem; }
.charts-wide { grid-template-columns: minmax(0, 1fr); margin-top: 0; }
.w-count { width: 7.5rem; }
.w-share { width: 12.5rem; }
.w-value { width: 9rem; }
.w-range { width: 12rem; }
.w-calibrated { width: 11rem; }
.w-link { width: 6.5rem; }
.w-parameter { width: 14rem; }
.facts > div, .choices a { min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
.why { margin-top: 0.75rem; max-width: 46rem; }
.why + .notice, .head-facts + .empty { margin-top: 0.75rem; }
.key-usual::before { background: var(--accent); }
.key-outside::before { background: var(--control); }
.key-beyond::before { background: var(--critical); }
main > section > table + table, main > section > .empty + table { margin-top: 1.25rem; }
@media (max-width: 70rem) {
  .quality td[data-label], .parameters td[data-label], .scopes td[data-label], .baselines td[data-label], .sizes td[data-label], .rates td[data-label], .declared td[data-label] { grid-column: 1 / -1; }
  .quality tbody tr, .rates tbody tr, .sizes tbody tr { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.125rem 1rem; }
  .quality tbody th, .rates tbody th, .sizes tbody th { grid-column: 1 / -1; }
  .quality td[data-label], .rates td[data-label], .sizes td[data-label] { grid-column: auto; grid-template-columns: 5.5rem minmax(0, 1fr); }
  .quality td:has(.share, .muted), .rates td:has(.share, .muted) { grid-column: 1 / -1; }
  .quality.numbers .cell-risk { grid-column: auto; grid-template-columns: 5.5rem minmax(0, 1fr); }
  .sizes td[data-label] { grid-template-columns: 3.75rem minmax(0, 1fr); overflow-wrap: normal; }
  .sizes td:has(.small) { grid-column: 1 / -1; }
}
`;
