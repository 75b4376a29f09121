/** A secret that was just made: shown in this answer, and nowhere else ever. */
import type { FC } from "hono/jsx";

interface SecretProps {
  readonly title: string;
  readonly secret: string;
  /** What it is for, and what to do with it. */
  readonly advice: string;
}

export const ShownOnce: FC<SecretProps> = ({ title, secret, advice }) => (
  <section class="secret" aria-labelledby="secret-title">
    <h2 id="secret-title">{title}</h2>
    <label class="field" for="secret">
      <span>Copy it now: it is shown this once and stored nowhere.</span>
      <input
        id="secret"
        type="text"
        readonly
        autofocus
        value={secret}
        spellcheck={false}
        autocomplete="off"
      />
    </label>
    <p class="muted small">{advice}</p>
  </section>
);
