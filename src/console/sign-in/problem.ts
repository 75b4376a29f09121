/** Why nobody is signed in, where another sign-in may help: shown above the form. */
import { Problem } from "../../http/problem.ts";

export class SignInProblem extends Problem {
  constructor({ status, code, message, headers }: Pick<Problem, "status" | "code" | "message" | "headers">) {
    super(status, code, message, { headers });
  }
}
