/** What pages are built of: filters, pagers, tabs, toasts, actions, the list of shortcuts. */
export const blocks = `
.player-link { color: var(--text); text-decoration-color: transparent; }
.player-link:hover, tr[data-row]:hover .player-link { text-decoration-color: currentColor; }
.field { display: grid; gap: 0.25rem; font-size: 0.8125rem; font-weight: 500; min-width: 0; }
.field input, .field select, .field textarea {
  font: 400 0.9375rem/1.4 inherit; font-family: inherit; width: 100%; min-height: 2.25rem; padding: 0.375rem 0.625rem;
  background: var(--surface); color: var(--text); border: 1px solid var(--control); border-radius: 6px;
}
.field textarea { min-height: 5rem; resize: vertical; }
.filters { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; margin-bottom: 1.25rem; }
.filters .field { flex: 1 1 8rem; }
.filters .field-search { flex: 3 1 15rem; }
@media (min-width: 40rem) { .filters .field { max-width: 18rem; } .filters .field-search { max-width: none; } }
.filters button { min-height: 2.25rem; }
.list-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 1rem; margin-bottom: 0.5rem; }
.exports { display: flex; gap: 0.75rem; color: var(--muted); }
.notice-hint { background: var(--elevated-soft); color: var(--elevated); }
.notice-hint a { color: inherit; }
.ways { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin-top: 0.375rem; font-weight: 600; }
.pager { display: flex; gap: 0.5rem; justify-content: flex-end; margin-top: 0.75rem; }
.pager a, .choices a {
  padding: 0.375rem 0.875rem; border: 1px solid var(--control); border-radius: 6px;
  color: var(--text); text-decoration: none; font-weight: 500;
}
.pager a:hover, .choices a:hover { background: var(--sunken); }
.sort { color: inherit; text-decoration: none; white-space: nowrap; }
.sort:hover { color: var(--text); text-decoration: underline; }
[aria-sort] .sort { color: var(--text); font-weight: 600; }
.tabs { display: flex; flex-wrap: wrap; gap: 0 0.25rem; margin: 1.5rem 0 1.25rem; border-bottom: 1px solid var(--line); }
.tabs a { padding: 0.5rem 0.875rem; margin-bottom: -1px; border-bottom: 2px solid transparent; color: var(--muted); text-decoration: none; white-space: nowrap; }
.tabs a:hover { color: var(--text); }
.tabs a[aria-current] { color: var(--text); font-weight: 600; border-bottom-color: var(--accent); }
.tabs a:focus-visible { outline-offset: -2px; }
.choices { display: flex; flex-wrap: wrap; gap: 0.375rem; }
.choices a { padding: 0.125rem 0.625rem; font-size: 0.8125rem; }
.choices a[aria-current] { background: var(--text); border-color: var(--text); color: var(--surface); }
@media (max-width: 30rem) { .tabs a { padding: 0.5rem; } .action[open] { width: 100%; } }
.toast { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; padding: 0.5rem 0.875rem; margin-bottom: 1rem; background: var(--low-soft); color: var(--low); border-radius: 6px; }
.toast .button-quiet { color: inherit; border-color: currentColor; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: flex-start; }
.action { position: relative; }
.action > summary { display: inline-block; list-style: none; cursor: pointer; border: 1px solid var(--control); border-radius: 6px; }
.action > summary::-webkit-details-marker { display: none; }
.action-form { display: grid; gap: 0.75rem; padding: 1rem; margin-top: 0.5rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.action-form button { justify-self: start; }
@media (min-width: 40rem) {
  .action-form { position: absolute; z-index: 2; right: 0; width: 22rem; box-shadow: 0 8px 24px rgb(0 0 0 / 0.16); }
}
.foot { max-width: 78rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2rem) 2rem; }
.foot[hidden] { display: none; }
.button-link { padding: 0; background: none; border: 0; color: var(--accent); font-weight: 400; text-decoration: underline; text-underline-offset: 0.15em; }
.button-link:hover { filter: none; }
.dialog { width: min(26rem, calc(100vw - 2rem)); padding: 1.25rem; background: var(--surface); color: var(--text); border: 1px solid var(--line); border-radius: 10px; }
.dialog::backdrop { background: rgb(0 0 0 / 0.4); }
.keys { display: grid; grid-template-columns: 6rem 1fr; gap: 0.5rem 1rem; margin: 1rem 0; }
kbd { display: inline-block; min-width: 1.5rem; padding: 0 0.375rem; text-align: center; font: 0.8125rem/1.4rem ui-monospace, monospace; background: var(--sunken); border: 1px solid var(--line); border-radius: 4px; }
.check { display: flex; gap: 0.5rem; align-items: center; margin-bottom: 1rem; }
`;
