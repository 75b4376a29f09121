/** Type, the bar, forms, tables, notices. */
export const base = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3, h4, p, dl, dd, ul { margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
h2 { font-size: 1.125rem; line-height: 1.3; }
h3 { font-size: 1rem; }
h4 { font-size: 0.8125rem; color: var(--muted); font-weight: 600; }
a { color: var(--accent); text-underline-offset: 0.15em; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
.muted { color: var(--muted); }
.small { font-size: 0.8125rem; font-weight: 400; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; top: 0.5rem; padding: 0.5rem 1rem; background: var(--surface); }
.skip:focus { left: 0.5rem; z-index: 1; }

.bar {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.5rem;
  padding: 0.625rem clamp(1rem, 3vw, 2rem);
  background: var(--surface);
  border-bottom: 1px solid var(--line);
}
.brand { display: inline-flex; align-items: center; gap: 0.5rem; color: var(--text); font-weight: 600; text-decoration: none; }
.bar nav { display: flex; flex-wrap: wrap; gap: 0.25rem; min-width: 0; }
.bar nav a { padding: 0.25rem 0.625rem; border-radius: 6px; color: var(--muted); text-decoration: none; }
.bar nav a:focus-visible { outline-offset: -2px; }
.bar nav a:hover { color: var(--text); }
.bar nav a[aria-current] { background: var(--sunken); color: var(--text); }
.account { display: flex; align-items: center; gap: 0.75rem; margin-left: auto; min-width: 0; }
.account-name { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.account button { flex: none; }
@media (max-width: 75rem) {
  .bar { justify-content: space-between; }
  .brand { flex: none; }
  .account { flex: 1 1 0; justify-content: end; }
  .bar nav { order: 1; flex: 1 0 100%; margin: 0 -0.5rem; gap: 0.125rem; }
  .bar nav a { padding: 0.25rem 0.5rem; font-size: 0.875rem; }
}
@media (max-width: 30rem) {
  .bar, .account { column-gap: 0.5rem; }
  .bar:has(.account) .brand { min-width: 1.75rem; min-height: 1.75rem; }
  .bar:has(.account) .brand-name { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
}
main { max-width: 78rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 3vw, 2rem) 4rem; }
.narrow { max-width: 22rem; margin: clamp(1rem, 8vh, 5rem) auto 0; display: grid; gap: 1rem; }

button, .button {
  font: inherit; font-weight: 600; cursor: pointer;
  padding: 0.5rem 1rem; border: 1px solid transparent; border-radius: 6px;
  background: var(--accent); color: var(--on-accent);
}
.button { text-align: center; text-decoration: none; }
button:hover, .button:hover { filter: brightness(1.08); }
.button-quiet { padding: 0.25rem 0.75rem; background: transparent; color: var(--text); border-color: var(--control); font-weight: 500; }
.button-quiet:hover { background: var(--sunken); filter: none; }
.sign-in { display: grid; gap: 0.375rem; }
.sign-in label { font-weight: 500; }
.sign-in input {
  font: inherit; width: 100%; padding: 0.5rem 0.625rem; margin-bottom: 0.75rem;
  background: var(--surface); color: var(--text); border: 1px solid var(--control); border-radius: 6px;
}
.notice { padding: 0.625rem 0.875rem; border-radius: 6px; }
.notice-error { background: var(--critical-soft); color: var(--critical); }

.badge { display: inline-block; padding: 0 0.5rem; border-radius: 999px; font-size: 0.8125rem; font-weight: 600; white-space: nowrap; background: var(--sunken); }
.badge-critical { background: var(--critical-soft); color: var(--critical); }
.badge-suspicious { background: var(--suspicious-soft); color: var(--suspicious); }
.badge-elevated { background: var(--elevated-soft); color: var(--elevated); }
.badge-low { background: var(--low-soft); color: var(--low); }`;
