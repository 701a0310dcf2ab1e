import { ClsaCimError } from '../../src/errors.ts';

/** How a run ended: with a result, with an error that says what is wrong, or in a way that is none of both. */
export type Verdict = 'taken' | 'refused' | Finding;

/** What no input may do. */
export interface Finding {
  /** `thrown`: something else than a `ClsaCimError`; `message`: one that is not one short line. */
  readonly kind: 'thrown' | 'message' | 'slow' | 'hang' | 'memory' | 'crash';
  /** What was thrown, or how it went, in words. */
  readonly what: string;
}

/** Messages are one line on a screen or a few; longer ones quote what they should cut. */
const MAX_MESSAGE = 3000;

/** What acts on a terminal instead of being seen: control characters, marks of direction, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Runs it, and tells how it ended. */
export function judge(run: (bytes: Uint8Array) => void, bytes: Uint8Array): Verdict {
  try {
    run(bytes);
    return 'taken';
  } catch (error) {
    if (!(error instanceof ClsaCimError)) {
      const isError = error instanceof Error;
      return { kind: 'thrown', what: isError ? (error.stack ?? error.message) : String(error) };
    }
    const { message } = error;
    if (message.length <= MAX_MESSAGE && message.length > 0 && !UNSEEN.test(message)) return 'refused';
    return { kind: 'message', what: JSON.stringify(message.slice(0, MAX_MESSAGE)) };
  }
}
