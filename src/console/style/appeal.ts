/** The page of an appeal: one column of text, and a form. */
export const appeal = `
.appeal { max-width: 36rem; margin: clamp(1rem, 8vh, 5rem) auto 0; display: grid; gap: 1rem; }
.appeal form { display: grid; gap: 0.375rem; justify-items: start; }
.appeal label { font-weight: 500; }
.appeal textarea {
  font: inherit; width: 100%; padding: 0.5rem 0.625rem; resize: vertical;
  background: var(--surface); color: var(--text); border: 1px solid var(--control); border-radius: 6px;
}
.appeal button { margin-top: 0.5rem; }`;
