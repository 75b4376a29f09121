/** The queue, a case, decisions. */
export const cases = `
.w-band { width: 9rem; }
.w-state { width: 16rem; }
.cases tbody th { font-weight: 600; }
.claim { margin: 0; }
.to-verdict { border: 1px solid var(--control); border-radius: 6px; text-decoration: none; }
.reason p { max-width: 44rem; overflow-wrap: anywhere; }
.held { margin-bottom: 1rem; }
.badge-confirmed { background: var(--critical-soft); color: var(--critical); }
.badge-cleared { background: var(--low-soft); color: var(--low); }
.badge-appealed, .badge-inconclusive { background: var(--elevated-soft); color: var(--elevated); }
main > section.appealed { margin-top: 1rem; padding: 1rem; background: var(--surface); border: 1px solid var(--line); border-left: 3px solid var(--elevated); border-radius: 8px; }
.appealed blockquote { margin: 0.5rem 0 0; max-width: 44rem; overflow-wrap: anywhere; }
.hash-good { color: var(--low); font-weight: 600; }
.hash-bad { color: var(--critical); font-weight: 600; }
.comparison tbody th { font-weight: 400; }
.comparison thead th:nth-child(2) { color: var(--text); }
.others { margin-top: 0.75rem; }
.others > summary { cursor: pointer; width: max-content; max-width: 100%; color: var(--muted); margin-bottom: 0.75rem; }
.judging { display: grid; gap: 2rem; margin-top: 2.25rem; }
.judging h2 { margin-bottom: 0.75rem; }
.verdict-box { padding: 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.verdict { display: grid; gap: 1rem; }
.verdict fieldset { display: grid; gap: 0.5rem; border: 0; padding: 0; margin: 0; min-width: 0; }
.verdict legend { padding: 0; margin-bottom: 0.375rem; font-size: 0.8125rem; font-weight: 500; }
.choice { display: flex; gap: 0.625rem; align-items: baseline; padding: 0.5rem 0.75rem; border: 1px solid var(--control); border-radius: 6px; cursor: pointer; }
.choice:hover { background: var(--sunken); }
.choice:has(input:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.choice .small { display: block; }
@media (scripting: none) { .scripted-key { display: none; } }
.verdict-send { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: center; justify-content: space-between; }
.verdict-send .check { margin: 0; }
.case-notes { display: grid; gap: 1.75rem; align-content: start; min-width: 0; }
.plain { list-style: none; padding: 0; display: grid; gap: 0.75rem; }
.said { overflow-wrap: anywhere; }
.comment-form { display: grid; gap: 0.625rem; justify-items: start; margin-top: 0.75rem; }
.comment-form .field { width: 100%; }
.explanations { display: grid; gap: 1rem; margin-top: 2.25rem; }
.explanation { padding: 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; min-width: 0; overflow-wrap: anywhere; }
.explanation p { margin-top: 0.5rem; }
.badge-live { background: var(--critical-soft); color: var(--critical); }
.badge-scheduled { background: var(--elevated-soft); color: var(--elevated); }
@media (min-width: 52rem) { .player-head.decision-head { grid-template-columns: minmax(0, 1fr) auto; } }
@media (min-width: 60rem) {
  .explanations { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); align-items: start; }
  .judging { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .verdict-box { align-self: start; }
}
@media (max-width: 70rem) {
  .comparison tbody tr { grid-template-columns: minmax(0, 1fr); }
  .comparison tbody th { font-weight: 600; }
  .cases .cell-risk { grid-area: 1 / 2; }
  .cases .cell-standing, .cases .cell-state { display: flex; flex-wrap: wrap; gap: 0 0.5rem; align-items: baseline; }
  .cases .cell-standing, .cases .cell-state, .cases td[data-label], .decisions td[data-label] { grid-column: 1 / -1; }
}
`;
