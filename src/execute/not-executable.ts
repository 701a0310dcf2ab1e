/** Says why a step cannot be executed. */
export class NotExecutable extends Error {}

/**
 * Stops: what a step reads has not the sizes that it should have. Files may say anything that the loader need not know.
 *
 * @throws NotExecutable
 */
export function unfit(): never {
  throw new NotExecutable('the sizes of its inputs do not fit together');
}
