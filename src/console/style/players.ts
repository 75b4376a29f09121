/** The list of players. */
export const players = `
.players .cell-player a { font-weight: 600; }
@media (max-width: 70rem) {
  .players .cell-risk { grid-area: 1 / 2; }
  .players .cell-standing > * { display: inline-block; margin-right: 0.375rem; }
  .players .cell-time { grid-column: 1 / -1; }
  .players .cell-as-of { display: none; }
}
`;
