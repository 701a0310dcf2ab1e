/** What went wrong, by what a program would do about it, and what its error carries besides the message. */
export interface ErrorFigures {
  /** A file, a network or an architecture is at fault, and only who has made it can mend it. */
  INVALID_INPUT: object;
  /** An option or an argument is at fault: call again with another. */
  INVALID_OPTION: object;
  /** Nothing has the name that was given: give another. */
  UNKNOWN_NAME: {
    /** What was given. */
    readonly given: string;
    /** What there is. */
    readonly known: readonly string[];
  };
  /** The model leaves sizes of its inputs open: load it again with `dims`. */
  OPEN_SIZES: {
    /** All that is open, each with a size as an example. */
    readonly dims: Readonly<Record<string, number>>;
  };
  /** The model has an operator that is not known: load it again with `allowUnknown`, or replace it. */
  UNKNOWN_OPERATOR: object;
  /** The model has operators that are scheduled, but not executed: verify a part of it without them. */
  NOT_EXECUTABLE: object;
  /** What was computed is not what it should be, within a tolerance: see the table, or allow more. */
  DIFFERS: object;
  /** Weights need more PEs than there are: give more, or larger crossbars, or the time to write weights. */
  DOES_NOT_FIT: {
    /** PEs that are needed, of all classes of crossbars together. */
    readonly neededPes: number;
    /** PEs that there are, of all classes of crossbars together. */
    readonly totalPes: number;
    /** PEs that are missing, of each class of crossbars. */
    readonly missingPes: readonly number[];
  };
  /** Buffers of the chip are too small to make progress: give larger ones, or finer sets. */
  DEADLOCK: {
    /** The clock cycle from which on nothing could happen any more. */
    readonly cycle: number;
  };
  /** Sets or maps are more than the engine or a search takes: use coarser sets or a smaller input. */
  OUT_OF_MEMORY: object;
  /** The system gives the engine no memory at all: allow more. */
  NO_MEMORY: object;
  /** A number is beyond what can be counted or listed, whatever the sets: use a smaller network, chip or grid. */
  TOO_LARGE: object;
  /** The system refuses to read a file. */
  CANNOT_READ: FileFigures;
  /** The system refuses to write a file: make what is missing, and try again. */
  CANNOT_WRITE: FileFigures;
  /** There is something that would be lost: write elsewhere, or say that it may be replaced. */
  WOULD_OVERWRITE: {
    /** What would be lost. */
    readonly path: string;
  };
  /** Another process is using a directory, or may be: try again later. */
  IN_USE: object;
  /** A function that was given, such as a policy, threw: see the `cause`. */
  USER_FUNCTION: object;
  /** The Redis of a queue does not answer, or refuses: try again once it does. */
  UNREACHABLE: object;
}

/** Of a file that the system refuses. */
export interface FileFigures {
  /** The file. */
  readonly path: string;
  /** Why, in words. */
  readonly reason: string;
}

/** One word for each thing that a program would do: see {@link ErrorFigures}. */
export type ErrorCode = keyof ErrorFigures;

/** What an error may carry besides its message: a code with its figures, or none, which makes it the one of its kind. */
export type ErrorDetails = {
  /** Every mistake that was found, one line each; the message alone by default. */
  readonly mistakes?: readonly string[];
  /** What was thrown first, such as by a function of the user's. */
  readonly cause?: unknown;
} & (
  | { readonly code?: undefined }
  | { [Code in ErrorCode]: { readonly code: Code } & ErrorFigures[Code] }[ErrorCode]
);

/** Codes of errors that say no more than who has to act. */
const CODES = { input: 'INVALID_INPUT', usage: 'INVALID_OPTION' } as const;

/**
 * The one error class of this project. Its message is one line that says what is wrong, where, and what
 * to do about it; it is meant to be shown to the user as it is.
 *
 * `kind` tells who has to act: `input` – a file, a network or a chip description is at fault (exit status
 * 1 on the command line); `usage` – an option or an argument is (exit status 2). Anything else that is
 * thrown is a bug of ours (exit status 70). `code` tells what a program can do about it, see {@link hasCode}.
 */
export class ClsaCimError extends Error {
  /** Tells it from other errors where classes are of no help: between workers, or in JSON. */
  override readonly name = 'ClsaCimError';
  /** Who has to act: see the class. */
  readonly kind: 'input' | 'usage';
  /** What went wrong; with {@link hasCode} the figures of it can be read, too. */
  readonly code: ErrorCode;
  readonly #mistakes: readonly string[] | undefined;
  readonly #details: ErrorDetails;

  /** @param message A function is called once, when somebody wants to know, and must not throw: it may take its time. */
  constructor(
    message: string | (() => string),
    kind: 'input' | 'usage' = 'input',
    details: ErrorDetails = {},
  ) {
    const { mistakes, cause, code, ...figures } = details;
    super(typeof message === 'string' ? message : undefined, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code ?? CODES[kind];
    this.#mistakes = mistakes;
    this.#details = details;
    Object.assign(this, figures);
    if (typeof message === 'function') tellWhenAsked(this, message);
  }

  /** One line for each mistake, where a check found several; the message is about the first. */
  get mistakes(): readonly string[] {
    return this.#mistakes ?? [this.message];
  }

  /**
   * The same error in other words: of the same kind and code, with the same figures and cause.
   *
   * @param mistakes Its mistakes in other words; the message alone by default.
   */
  withMessage(message: string, mistakes?: readonly string[]): ClsaCimError {
    const { mistakes: _, ...details } = this.#details;
    return new ClsaCimError(message, this.kind, { ...details, ...(mistakes && { mistakes }) });
  }
}

/** True for an error of this code, whose figures can be read then. */
export function hasCode<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is ClsaCimError & { readonly code: Code } & ErrorFigures[Code] {
  return error instanceof ClsaCimError && error.code === code;
}

/**
 * Makes a message when it, the stack or the name is first asked for, as all do that print an error. A structured clone
 * takes over no message that was not asked for before; its stack has it all the same.
 */
function tellWhenAsked(error: Error, compute: () => string): void {
  const { name, stack = '' } = error;
  const frames = stack.slice(stack.indexOf('\n'));
  const told = () => {
    const message = compute();
    const values = { name, message, stack: `${name}: ${message}${frames}` };
    for (const [property, value] of Object.entries(values)) {
      Object.defineProperty(error, property, {
        value,
        enumerable: property === 'name',
        writable: true,
        configurable: true,
      });
    }
    return values;
  };
  for (const property of ['name', 'message', 'stack'] as const) {
    Object.defineProperty(error, property, { get: () => told()[property], configurable: true });
  }
}
