import { oneLine } from '../input/show.ts';
import { withoutSecrets } from './secrets.ts';

/** Tells the user something on standard error, in one line and without passwords. */
export function notify(message: string): void {
  process.stderr.write(`clsa-cim: ${oneLine(withoutSecrets(message, process.argv.slice(2)))}\n`);
}
