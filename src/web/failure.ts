import { ClsaCimError, hasCode } from '../errors.ts';
import { hintFor } from '../input/hints.ts';
import { oneLine, reasonOf } from '../input/show.ts';
import type { Failure, TaskName } from './protocol.ts';

/** An error in the words that the command line has for it. */
export function failureOf(error: unknown, task: TaskName): Failure {
  if (!(error instanceof ClsaCimError)) {
    return { messages: [`this is a bug of ours, please report it: ${reasonOf(error)}`], isBug: true };
  }
  const hint = hintFor(error, task);
  return {
    messages: error.mistakes.map((mistake) => oneLine(mistake + hint)),
    ...(hasCode(error, 'OPEN_SIZES') ? { dims: error.dims } : {}),
    isBug: false,
  };
}
