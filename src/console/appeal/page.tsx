/** The page on which a player appeals a decision. It knows nobody, runs no script and leads nowhere else. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { maxStatement } from "../../http/schemas/appeals.ts";
import { assets } from "../assets.ts";
import { iconPath } from "../layout.tsx";
import { Time } from "../text.tsx";

const messageId = "appeal-message";

/** Without the console's bar: players have no business there. The address is a secret, so no referrer tells it. */
const PlayerLayout: FC<PropsWithChildren<{ title: string }>> = ({ title, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="referrer" content="no-referrer" />
      <meta name="robots" content="noindex" />
      <title>{title}</title>
      <link rel="icon" href={iconPath} type="image/svg+xml" />
      <link rel="stylesheet" href={assets.style.href} />
    </head>
    <body>
      <main id="main">
        <div class="appeal">{children}</div>
      </main>
    </body>
  </html>
);

/** What is said when there is nothing to fill in: a link that is over, or an appeal that was received. */
export const AppealNotice: FC<{ title: string; text: string }> = ({ title, text }) => (
  <PlayerLayout title={title}>
    <h1>{title}</h1>
    <p>{text}</p>
  </PlayerLayout>
);

interface AppealProps {
  /** What the player may read of why, a paragraph each. */
  readonly paragraphs: readonly string[];
  readonly startsAtMs: number;
  readonly expiresAtMs: number | null;
  /** Why what was sent was not taken. */
  readonly problem?: string | null;
  /** What was written, to go on with. */
  readonly statement?: string;
}

const Period: FC<Pick<AppealProps, "startsAtMs" | "expiresAtMs">> = ({ startsAtMs, expiresAtMs }) => (
  <p class="muted">
    From <Time ms={startsAtMs} />
    {expiresAtMs === null ? ", without end." : " to "}
    {expiresAtMs === null ? null : <Time ms={expiresAtMs} />}
  </p>
);

export const AppealPage: FC<AppealProps> = ({ problem = null, statement = "", paragraphs, ...period }) => (
  <PlayerLayout title={problem ? "The appeal was not sent" : "Appeal a decision"}>
    <h1>Appeal a decision</h1>
    {paragraphs.map((text) => (
      <p>{text}</p>
    ))}
    <Period {...period} />
    {problem ? (
      <p id={messageId} class="notice notice-error" role="alert">
        {problem}
      </p>
    ) : null}
    <form method="post">
      <label for="statement">What do you say to it?</label>
      <textarea
        id="statement"
        name="statement"
        rows={8}
        maxlength={maxStatement}
        required
        dir="auto"
        aria-describedby={problem ? messageId : "statement-hint"}
      >
        {statement}
      </textarea>
      <p id="statement-hint" class="muted small">
        At most {maxStatement.toLocaleString("en-US")} characters. It can be sent once and not be changed
        afterwards.
      </p>
      <button type="submit">Send the appeal</button>
    </form>
  </PlayerLayout>
);
