/**
 * The one error class of this project. Its message is one line that says what is wrong, where, and what
 * to do about it; it is meant to be shown to the user as it is.
 *
 * `kind` tells who has to act: `input` – a file, a network or a chip description is at fault (exit status
 * 1 on the command line); `usage` – an option or an argument is (exit status 2). Anything else that is
 * thrown is a bug of ours (exit status 70).
 */
export class ClsaCimError extends Error {
  override readonly name = 'ClsaCimError';
  readonly kind: 'input' | 'usage';

  constructor(message: string, kind: 'input' | 'usage' = 'input') {
    super(message);
    this.kind = kind;
  }
}
