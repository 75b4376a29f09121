/** Where a sign-in elsewhere ends, and where one that is not ours to end is explained. */
import type { FC } from "hono/jsx";
import { Layout } from "../layout.tsx";

/**
 * A page and not a redirect: browsers count a redirect to the provider's visit, and keep the strict cookie to themselves.
 */
export const SignedInPage: FC<{ next: string }> = ({ next }) => (
  <Layout title="Signed in" current={null} forwardTo={next}>
    <div class="narrow">
      <h1>You are signed in</h1>
      <p>
        <a href={next}>Go on</a>
      </p>
    </div>
  </Layout>
);

/** The proxy signs its people in again with their next request; only the proxy can end that. */
export const SignedByProxyPage: FC<{ logoutPath: string | null }> = ({ logoutPath }) => (
  <Layout title="Sign out at your studio" current={null}>
    <div class="narrow">
      <h1>Your studio signs you in</h1>
      <p>
        You came in through your studio's access proxy, which signs you in with every page. To sign out here,
        sign out there.
      </p>
      {logoutPath === null ? (
        <p class="muted">
          Your studio's sign-in page has the way out, or closing all windows of the browser is one.
        </p>
      ) : (
        <p>
          <a href={logoutPath}>Sign out at the proxy</a>
        </p>
      )}
      <p>
        <a href="/">Back to the overview</a>
      </p>
    </div>
  </Layout>
);
