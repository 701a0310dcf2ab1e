import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';

/** Why a file cannot be read, by what the system calls it. */
const UNREADABLE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'there is no permission to read it'],
  ['EPERM', 'there is no permission to read it'],
  ['EIO', 'the disk fails; look at it'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ERR_INVALID_ARG_VALUE', 'this is no name of a file'],
]);

/** Why a file cannot be written, and what to do. */
const UNWRITABLE: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space is left; make some'],
  ['EDQUOT', 'the quota is used up; make some space'],
  ['EFBIG', 'the file is larger than allowed; raise the limit'],
  ['EIO', 'the disk fails; look at it'],
  ['ENOENT', 'there is no such directory; make it first'],
  ['ENOTDIR', 'what should be its directory is a file; give another path'],
  ['EEXIST', 'what should be a directory is a file; give another path'],
  ['EISDIR', 'it is a directory; give the path of a file, or remove it'],
  ['EACCES', 'there is no permission to; give a path in a directory of yours'],
  ['EPERM', 'there is no permission to; give a path in a directory of yours'],
  ['EROFS', 'its file system is read-only; give another path'],
  ['ENAMETOOLONG', 'the name is too long; give a shorter one'],
  ['ERR_INVALID_ARG_VALUE', 'this is no name of a file; give another path'],
]);

/**
 * Reads a file.
 *
 * @param remedy What to do where it cannot be read.
 * @throws ClsaCimError of code `CANNOT_READ` where the system refuses it.
 */
export function reading<T>(path: string, work: () => T, remedy?: string): T {
  try {
    return work();
  } catch (error) {
    throw refused(error, (code) => cannotRead(path, UNREADABLE.get(code) ?? unknown(code), remedy));
  }
}

/** Why the system does not let a file be read; undefined where the error is not the system's. */
export function whyUnreadable(error: unknown): string | undefined {
  const code = systemCode(error);
  return code === undefined ? undefined : (UNREADABLE.get(code) ?? unknown(code));
}

/** The error for a file that cannot be read, for a reason of ours. */
export function cannotRead(path: string, reason: string, remedy?: string): ClsaCimError {
  const then = remedy === undefined ? '' : `; ${remedy}`;
  const message = `${show(path)} cannot be read (${reason})${then}`;
  return new ClsaCimError(message, 'input', { code: 'CANNOT_READ', path, reason });
}

/**
 * Writes a file, or does something else to it that the system may refuse.
 *
 * @throws ClsaCimError of code `CANNOT_WRITE` where it does.
 */
export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refused(error, (code) => cannotWrite(path, code));
  }
}

/** The error for a file that cannot be written, for what the system calls by this code. */
export function cannotWrite(path: string, code: string): ClsaCimError {
  const reason = UNWRITABLE.get(code) ?? unknown(code);
  const message = `${show(path)} cannot be written: ${reason}`;
  return new ClsaCimError(message, 'input', { code: 'CANNOT_WRITE', path, reason });
}

/** True for an error of the system with this code, such as `ENOENT`. */
export function isSystemError(error: unknown, code: string): boolean {
  return systemCode(error) === code;
}

function unknown(code: string): string {
  return `the system refuses it: ${code}`;
}

/** An error of the system as one for the user; any other as it is. */
function refused(error: unknown, told: (code: string) => ClsaCimError): unknown {
  const code = systemCode(error);
  return code === undefined ? error : told(code);
}

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof ClsaCimError || !('code' in error)) return undefined;
  return String(error.code);
}
