import { ClsaCimError, type ErrorDetails } from '../errors.ts';
import { reasonOf } from './show.ts';

const MODULE = /\.[cm]?[jt]s$/i;

/** True for the name of a file that is a JavaScript or TypeScript module, which may export functions. */
export function isModule(path: string): boolean {
  return MODULE.test(path);
}

/** What engines say where something frozen was to be changed. */
const FROZEN = /read.?only|not extensible|frozen|Cannot (add|delete|redefine)/i;

/** A copy of plain data that cannot be changed: what functions of users are given, so that nothing of ours is theirs. */
export function frozenCopy<T>(data: T): T {
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data).map(([name, value]) => [name, frozenCopy(value)] as const);
  const copy: unknown = Array.isArray(data) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
  return Object.freeze(copy) as T;
}

/**
 * Calls a function of the user's; what it throws is the user's fault, and no bug of ours.
 *
 * @param what The function, for messages.
 * @throws ClsaCimError with what it threw as its cause.
 */
export function callUser<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof ClsaCimError) throw error;
    if (isOfCopy(error)) throw ownError(error);
    const reason = reasonOf(error).replace(/ of object '\[object \w+\]'$/, '');
    const hint = FROZEN.test(reason) ? '; what it is given is read-only, so sort or change a copy of it' : '';
    throw new ClsaCimError(`${what} failed: ${reason}${hint}`, 'input', {
      code: 'USER_FUNCTION',
      cause: error,
    });
  }
}

/**
 * True for an error of another copy of this package: the command line is one, and a module of the user's that it loads may
 * import another.
 */
function isOfCopy(error: unknown): error is ClsaCimError {
  return error instanceof Error && error.name === 'ClsaCimError';
}

function ownError({ message, kind, code, mistakes, cause, ...figures }: ClsaCimError): ClsaCimError {
  return new ClsaCimError(message, kind, { ...figures, code, mistakes, cause } as ErrorDetails);
}
