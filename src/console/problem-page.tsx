/** A problem as a page. */
import type { FC } from "hono/jsx";
import type { Problem } from "../http/problem.ts";
import { Layout } from "./layout.tsx";

export const ProblemPage: FC<{ problem: Problem; requestId: string }> = ({ problem, requestId }) => (
  <Layout title={`Error ${problem.status}`} current={null}>
    <div class="narrow">
      <h1>That did not work</h1>
      <p class="notice notice-error" role="alert">
        {problem.message}
      </p>
      <p>
        <a href="/">Back to the overview</a>
      </p>
      <p class="muted small">
        Error {problem.status} ({problem.code}), request {requestId}
      </p>
    </div>
  </Layout>
);
