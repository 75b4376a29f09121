/** The sign-in form. */
import type { FC } from "hono/jsx";
import type { Problem } from "../../http/problem.ts";
import { Layout } from "../layout.tsx";

const messageId = "sign-in-message";

const Message: FC<{ problem: Problem }> = ({ problem }) => (
  <p id={messageId} class="notice notice-error" role="alert">
    {problem.status === 429
      ? "Too many attempts to sign in. Wait a few minutes, then try again."
      : problem.message}
  </p>
);

interface SignInProps {
  /** Why the last attempt failed. */
  readonly problem?: Problem | null;
  /** Whether the page came over plain HTTP, where browsers may refuse the session's cookie. */
  readonly insecure: boolean;
  /** The page to go on to, where it is not the first one. */
  readonly next?: string;
  /** Whether people sign in at the studio's identity provider too. */
  readonly sso?: boolean;
}

const ProviderLink: FC<{ next: string }> = ({ next }) => (
  <>
    <a class="button" href={next === "/" ? "/sign-in/sso" : `/sign-in/sso?next=${encodeURIComponent(next)}`}>
      Sign in with your studio's account
    </a>
    <p class="muted small">Or with an account of this service:</p>
  </>
);

const Fields: FC<{ describedBy: string | undefined }> = ({ describedBy }) => (
  <>
    <label for="username">User name</label>
    <input
      id="username"
      name="username"
      type="text"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
      maxlength={128}
      required
      aria-describedby={describedBy}
    />
    <label for="password">Password</label>
    <input
      id="password"
      name="password"
      type="password"
      autocomplete="current-password"
      maxlength={1024}
      required
      aria-describedby={describedBy}
    />
  </>
);

export const SignInPage: FC<SignInProps> = ({ problem = null, insecure, next = "/", sso = false }) => (
  <Layout title={problem ? "Sign-in failed" : "Sign in"} current="overview">
    <div class="narrow">
      <h1>Sign in</h1>
      <p class="muted">See who is at risk, and who rose lately.</p>
      {problem ? <Message problem={problem} /> : null}
      {sso ? <ProviderLink next={next} /> : null}
      <form
        method="post"
        action={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`}
        class="sign-in"
      >
        <Fields describedBy={problem ? messageId : undefined} />
        <button type="submit">Sign in</button>
      </form>
      {insecure ? (
        <p class="muted small">
          This page came over plain HTTP. Browsers then keep a session on localhost at most, and some not even
          there: if signing in leads back to this form, use HTTPS.
        </p>
      ) : null}
    </div>
  </Layout>
);
