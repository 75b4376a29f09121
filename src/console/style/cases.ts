/** The queue, a case, decisions. */
export const cases = `
.w-band { width: 9rem; }
.w-state { width: 16rem; }
.cases tbody th { font-weight: 600; }
.claim { margin: 0; }
.held { margin-bottom: 1rem; }
.badge-confirmed { background: var(--critical-soft); color: var(--critical); }
.badge-cleared { background: var(--low-soft); color: var(--low); }
.badge-appealed, .badge-inconclusive { background: var(--elevated-soft); color: var(--elevated); }
@media (max-width: 70rem) {
  .cases .cell-risk { grid-area: 1 / 2; }
  .cases .cell-standing { display: flex; gap: 0.5rem; align-items: baseline; }
  .cases .cell-standing, .cases .cell-state, .cases td[data-label] { grid-column: 1 / -1; }
}
`;
