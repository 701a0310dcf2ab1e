import { oneLine } from '../input/show.ts';

/** Tells the user something that is no error, on standard error. */
export function notify(message: string): void {
  process.stderr.write(`clsa-cim: ${oneLine(message)}\n`);
}
