/** The trail and the settings: forms behind their titles, fields with what is wrong, secrets that are shown once. */
export const settings = `
.notice-good { background: var(--low-soft); color: var(--low); }
.button-danger { background: var(--critical); color: var(--page); }
.button-like { padding: 0.25rem 0.75rem; border: 1px solid var(--control); border-radius: 6px; color: var(--text); font-weight: 500; text-decoration: none; }
.button-like:hover { background: var(--sunken); }
.trail .player-link, .quiet-link { display: inline-block; padding-block: 3px; }
.trail tbody th, .trail tbody td { vertical-align: baseline; }
.filters .field-time { flex: 2 1 13rem; }
.filters .field-time input { min-width: 0; }
.quiet-link { color: inherit; text-decoration-color: transparent; overflow-wrap: anywhere; }
.quiet-link:hover { text-decoration-color: currentColor; }
.part-head { display: flex; flex-wrap: wrap; gap: 0.75rem 2rem; align-items: start; justify-content: space-between; margin-bottom: 1rem; }
.part-head h2 { font-size: 1.25rem; overflow-wrap: anywhere; }
.part-head > div { min-width: 0; }
.w-do { width: 8rem; }
.people tbody th, .keys-list tbody th { font-weight: 600; }
.sign-ins tbody th, .refusals tbody th { font-weight: 400; }
.trail .w-event { width: 14rem; }
.entry > summary { cursor: pointer; overflow-wrap: anywhere; }
.entry .details { margin-top: 0.5rem; }
.entry p { margin-top: 0.5rem; }

.panels { display: grid; gap: 0.75rem; margin-top: 1.5rem; max-width: 44rem; }
details.panel { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
.panel > summary { padding: 0.75rem 1rem; font-weight: 600; cursor: pointer; }
.panel[open] > summary { border-bottom: 1px solid var(--line); }
.panel-form, .form { display: grid; gap: 1rem; padding: 1rem; grid-template-columns: minmax(0, 1fr); }
.form { padding: 0; max-width: 52rem; }
.field > label { font-weight: 500; }
.field .hint, .ticks .hint, .more .hint { font-size: 0.8125rem; font-weight: 400; }
.fault { color: var(--critical); font-size: 0.8125rem; font-weight: 500; }
[aria-invalid] { border-color: var(--critical); box-shadow: inset 0 0 0 1px var(--critical); }
.tick { display: flex; gap: 0.5rem; align-items: baseline; font-size: 0.9375rem; font-weight: 400; cursor: pointer; }
.field .tick input, .tick input { width: auto; min-height: 0; margin: 0; padding: 0; flex: none; }
.ticks, .pair, .group-fields { border: 0; padding: 0; margin: 0; min-width: 0; }
.ticks legend, .pair legend { padding: 0; font-size: 0.8125rem; font-weight: 500; }
.tick-list { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr)); gap: 0.375rem 1rem; margin-top: 0.375rem; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.25rem 1rem; margin-top: 0.75rem; }
.pair legend { margin-bottom: 0.25rem; }
.more > summary { cursor: pointer; width: max-content; max-width: 100%; color: var(--muted); font-size: 0.875rem; }
.more > :nth-child(2) { margin-top: 0.5rem; }
.secret { padding: 1rem; margin-bottom: 1.5rem; background: var(--low-soft); border: 1px solid var(--low); border-radius: 8px; display: grid; gap: 0.625rem; }
main > section.secret { margin-top: 0; }
.secret h2 { overflow-wrap: anywhere; }
.secret input { line-height: 1.75; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.group-fields { padding: 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
.group-fields > legend { padding: 0 0.375rem; font-weight: 600; }
.field-row { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(11rem, 100%), 1fr)); gap: 0.875rem 1rem; align-items: start; }
.form-section { display: grid; gap: 1rem; }
.form-section h3 { margin-top: 0.75rem; }
.form-section h3 + p { margin-top: -0.625rem; }
.field textarea { line-height: 1.5; }
@media (max-width: 70rem) {
  .sign-ins .cell-do, .people td[data-label], .keys-list td[data-label], .refusals td[data-label], .sign-ins td[data-label], .deliveries td[data-label], .hooks td[data-label], .kept td[data-label], .games-list td[data-label], .trail td[data-label] { grid-column: 1 / -1; }
  .sign-ins .cell-do { margin-top: 0.375rem; }
  .sign-ins .cell-do:empty { display: none; }
  .refusals td[data-label], .sign-ins td[data-label] { grid-template-columns: 5rem minmax(0, 1fr); }
}
`;
