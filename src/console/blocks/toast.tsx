/** What was just done, and a button that undoes it where that can be. It stays until the next page. */
import type { FC } from "hono/jsx";
import type { Flash } from "../flash.ts";
import { Text } from "../text.tsx";

export const Toast: FC<{ flash: Flash }> = ({ flash: { text, undo } }) => (
  <div class="toast" role="status">
    <span>
      <Text value={text} />
    </span>
    {undo ? (
      <form method="post" action={undo.action}>
        {Object.entries(undo.fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit" class="button-quiet">
          Undo
        </button>
      </form>
    ) : null}
  </div>
);
