/** The mark: a shield with a rising line. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path d="M16 2 28 6v10c0 7-5 11.6-12 14C9 27.6 4 23 4 16V6z" fill="#2f5bd7"/>
<path d="m10 18 4-4 3 3 6-7" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`;
