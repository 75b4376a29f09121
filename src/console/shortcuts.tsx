/** The list of shortcuts. Without scripts there are none, and the list stays away. */
import type { FC } from "hono/jsx";
import type { Person } from "../env.ts";
import { placesOf } from "./navigation.ts";

const Keys: FC<{ keys: readonly string[] }> = ({ keys }) => (
  <dt>
    {keys.map((key, place) => (
      <>
        {place > 0 ? " " : null}
        <kbd>{key}</kbd>
      </>
    ))}
  </dt>
);

export const Shortcuts: FC<{ viewer: Person }> = ({ viewer }) => (
  <footer class="foot" data-scripted hidden>
    <p class="muted small">
      Times in <span data-zone>UTC</span>
      <span data-zone-note>, in UTC when pointed at</span>.{" "}
      <button type="button" class="button-link" data-shortcuts-open>
        Shortcuts
      </button>
    </p>
    <dialog class="dialog" data-shortcuts aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">Shortcuts</h2>
      <dl class="keys">
        <Keys keys={["?"]} />
        <dd>This list</dd>
        <Keys keys={["/"]} />
        <dd>Search players</dd>
        <Keys keys={["j", "k"]} />
        <dd>Next, previous row</dd>
        <Keys keys={["c"]} />
        <dd>Claim the next case, in the queue</dd>
        <Keys keys={["1", "2", "3"]} />
        <dd>Confirmed, cleared, inconclusive, on a case</dd>
        <Keys keys={["Ctrl", "Enter"]} />
        <dd>Give the verdict</dd>
        {placesOf(viewer).map(({ title, shortcut }) => (
          <>
            <Keys keys={["g", shortcut]} />
            <dd>{title}</dd>
          </>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" data-shortcuts-on checked /> Use these shortcuts
      </label>
      <form method="dialog">
        <button type="submit" class="button-quiet">
          Close
        </button>
      </form>
    </dialog>
  </footer>
);
