/** What an error may carry besides its message. */
export interface ErrorDetails {
  /** Every mistake that was found, one line each; the message alone by default. */
  readonly mistakes?: readonly string[];
  /** What was thrown first, such as by a function of the user's. */
  readonly cause?: unknown;
}

/**
 * The one error class of this project. Its message is one line that says what is wrong, where, and what
 * to do about it; it is meant to be shown to the user as it is.
 *
 * `kind` tells who has to act: `input` – a file, a network or a chip description is at fault (exit status
 * 1 on the command line); `usage` – an option or an argument is (exit status 2). Anything else that is
 * thrown is a bug of ours (exit status 70).
 */
export class ClsaCimError extends Error {
  /** Tells it from other errors where classes are of no help: between workers, or in JSON. */
  override readonly name = 'ClsaCimError';
  /** Who has to act: see the class. */
  readonly kind: 'input' | 'usage';
  /** One line for each mistake, where a check found several; the message is about the first. */
  readonly mistakes: readonly string[];

  constructor(message: string, kind: 'input' | 'usage' = 'input', { mistakes, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.mistakes = mistakes ?? [message];
  }
}
