import { type ClsaCimError, type ErrorCode, hasCode } from '../errors.ts';

/** Commands that go on where they were stopped. */
const RESUMABLE: readonly (string | undefined)[] = ['sweep', 'merge'];

/** What stands behind a message of the library: the option of the command line that helps. */
const hints: Readonly<
  Partial<Record<ErrorCode, (error: ClsaCimError, command: string | undefined) => string>>
> = {
  OPEN_SIZES: (error) => (hasCode(error, 'OPEN_SIZES') ? `, that is, with ${dimExample(error.dims)}` : ''),
  UNKNOWN_OPERATOR: () => ' (--allow-unknown)',
  OUT_OF_MEMORY: () => ' (--granularity row)',
  WOULD_OVERWRITE: () => ', or --overwrite to replace what is there',
  CANNOT_WRITE: (_, command) => (RESUMABLE.includes(command) ? ', and run the same command to go on' : ''),
};

/**
 * What the command line adds to the message of an error.
 *
 * @param command The command that was called.
 */
export function hintFor(error: ClsaCimError, command: string | undefined): string {
  return hints[error.code]?.(error, command) ?? '';
}

/** The options that give all of these open dimensions a size, as a shell takes them: an example to copy. */
function dimExample(dims: Readonly<Record<string, number>>): string {
  return Object.entries(dims)
    .map(([key, size]) => `--dim ${quoted(key)}=${size}`)
    .join(' ');
}

/** For the shell: a name with anything unusual in it needs quotes. */
function quoted(key: string): string {
  if (/^[\w:./+-]+$/.test(key)) return key;
  return /["$`\\!]/.test(key) ? `'${key.replaceAll("'", "'\\''")}'` : `"${key}"`;
}
