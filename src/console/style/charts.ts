/** Charts over their tables. The height is there before the chart is, so that nothing moves. */
export const charts = `
:root { --chart-range: #dfe5f5; --chart-point: #49536b; }
@media (prefers-color-scheme: dark) { :root { --chart-range: #2b3450; --chart-point: #c3cbe0; } }
.charts { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); margin-top: 1.5rem; }
@media (min-width: 60rem) { .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.chart { margin: 0; padding: 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; min-width: 0; align-self: start; }
.chart figcaption { min-height: 4rem; }
.plot { height: 14rem; margin-top: 0.5rem; min-width: 0; overflow: hidden; }
@media (scripting: none) { .plot { display: none; } .chart figcaption { min-height: 0; } }
.numbers-behind { margin-top: 0.5rem; font-size: 0.8125rem; }
.numbers-behind summary { cursor: pointer; color: var(--muted); width: max-content; }
.scroll { max-height: 20rem; overflow: auto; margin-top: 0.5rem; }
.scroll table { display: table; border: 0; border-radius: 0; overflow: visible; table-layout: auto; }
.scroll caption { display: table-caption; }
.scroll thead { position: static; width: auto; height: auto; clip-path: none; display: table-header-group; }
.scroll tbody { display: table-row-group; }
.scroll tbody tr { display: table-row; }
.scroll tbody th, .scroll tbody td { padding: 0.25rem 0.75rem; border-top: 1px solid var(--line); white-space: nowrap; }
.scroll th, .scroll td { overflow-wrap: normal; }
.readout { height: 24px; padding-top: 4px; font-size: 0.75rem; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; color: var(--muted); }
.key::before { content: ""; display: inline-block; width: 1rem; height: 0.625rem; margin-right: 0.375rem; }
.key-range::before { background: var(--chart-range); border: 1px solid var(--control); }
.key-median::before { height: 0; border-top: 1px solid var(--muted); vertical-align: middle; }
.key-rare::before { height: 0; border-top: 1px dashed var(--elevated); vertical-align: middle; }
.key-session::before { width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--chart-point); }
.key-suspect::before { width: 0.625rem; height: 0.625rem; border-radius: 50%; background: var(--critical); }
.key-onset::before { width: 2px; height: 0.75rem; background: var(--critical); vertical-align: middle; }
`;
