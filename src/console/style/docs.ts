/** The documentation: contents beside the reference, or above it. */
export const docs = `
.docs { display: grid; gap: 2rem; }
.contents { font-size: 0.875rem; }
.contents h2 { font-size: 0.875rem; margin-bottom: 0.5rem; }
.contents ul { list-style: none; padding: 0; }
.contents ul ul { padding-left: 0.75rem; margin: 0.125rem 0 0.5rem; border-left: 1px solid var(--line); }
.contents a { display: block; padding: 0.125rem 0; text-decoration: none; }
.contents a:hover { text-decoration: underline; }
.endpoint { color: inherit; }
.method { font-weight: 700; }
.reference { min-width: 0; overflow-wrap: anywhere; }
.introduction p { margin-top: 0.5rem; max-width: 44rem; }
.reference > section + section { margin-top: 2.5rem; }
.reference section > p { margin-top: 0.5rem; max-width: 44rem; }
.operation { margin-top: 1rem; padding: 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.operation h3 .endpoint { font-size: 1rem; }
.operation h4 { margin: 1.25rem 0 0.375rem; }
.operation p + p { margin-top: 0.25rem; }
pre { margin: 0.5rem 0 0; padding: 0.75rem 1rem; background: var(--sunken); border-radius: 6px; overflow-x: auto; overflow-wrap: normal; }
.fields { list-style: none; padding: 0; }
.fields > li { padding: 0.5rem 0; border-top: 1px solid var(--line); }
.fields .fields { margin-top: 0.5rem; padding-left: 0.875rem; border-left: 2px solid var(--line); }
.field-name { font-weight: 600; }
.type { color: var(--muted); }
.reference details { border-top: 1px solid var(--line); padding: 0.5rem 0; }
.reference summary { cursor: pointer; }
.reference details > .fields { margin-top: 0.5rem; }
.reference .faults { margin-top: 0.5rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.errors { margin-top: 0.75rem; }
.errors > div { display: grid; grid-template-columns: 3rem minmax(0, 1fr); padding: 0.375rem 0; border-top: 1px solid var(--line); }
.try { display: grid; gap: 0.75rem; max-width: 52rem; overflow-wrap: anywhere; }
.try .operation { min-width: 0; }
.try .answer { max-height: 32rem; overflow-y: auto; }
.try-form { display: grid; gap: 1rem; margin-top: 0.5rem; }
.try-form .check { margin: 0; align-items: start; }
.try-form .check input { margin-top: 0.3rem; }
.field .code { font: 0.8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.operation:target { border-color: var(--accent); }
.errors > :target { background: var(--sunken); }
@media (min-width: 64rem) {
  .docs { grid-template-columns: 19rem minmax(0, 1fr); gap: 3rem; }
  .introduction { grid-column: 1 / -1; }
  .contents { position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem); overflow-y: auto; padding-right: 0.5rem; }
}`;
