/** A rule that cannot be used. The message says which file, where in it and what is wrong. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}
