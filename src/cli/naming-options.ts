import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';

/** Options whose files or functions are held against the network or the chip only where these are known. */
export interface NamedFlags {
  readonly rounds?: string | undefined;
  readonly duplication?: string | undefined;
  readonly placement?: string | undefined;
}

/** How messages of the library begin where what such an option gave is at fault. */
const BEGINNINGS: Readonly<Record<keyof NamedFlags, string>> = {
  rounds: 'rounds: ',
  duplication: 'the list of copies: ',
  placement: 'the placement: ',
};

/** Does work with what options gave; errors about it name the option, and the file where it is from one. */
export function namingOptions<T>(flags: NamedFlags, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withOption(flags, error);
  }
}

/** {@link namingOptions} for work that takes time. */
export async function namingOptionsLater<T>(flags: NamedFlags, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw withOption(flags, error);
  }
}

function withOption(flags: NamedFlags, error: unknown): unknown {
  if (!(error instanceof ClsaCimError)) return error;
  for (const option of ['rounds', 'duplication', 'placement'] as const) {
    const [given, beginning] = [flags[option], BEGINNINGS[option]];
    if (given === undefined || !error.message.startsWith(beginning)) continue;
    return error.withMessage(`--${option} ${oneLine(given)}: ${error.message.slice(beginning.length)}`);
  }
  return error;
}
