/** What the caller got wrong: shown as it is, without a stack, and the command ends with 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}
