import { ClsaCimError } from '../errors.ts';

/** So much of a name or message is shown; longer ones can only come from hostile files. */
const MAX_SHOWN = 800;

/** What acts on a terminal, or ends a line, instead of being seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * An error with the name of a file, folder or layer in front of its message, on one line: what is quoted from a hostile
 * file may hold line ends, or be endless.
 */
export function withName(name: string, error: unknown): unknown {
  if (!(error instanceof ClsaCimError)) return error;
  const shownName = name.length > MAX_SHOWN ? `…${name.slice(-MAX_SHOWN)}` : name;
  const named = (message: string): string => {
    const reason = message.startsWith(name) ? message.slice(name.length).replace(/^: /, '') : message;
    const shownReason = reason.length > MAX_SHOWN ? `${reason.slice(0, MAX_SHOWN)}…` : reason;
    return `${shownName}: ${shownReason}`.replace(UNSEEN, ' ');
  };
  const { message, mistakes } = error;
  return error.withMessage(named(message), mistakes.length > 1 ? mistakes.map(named) : undefined);
}

/** What `work` returns; its errors are those of {@link withName}. */
export function naming<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withName(name, error);
  }
}
