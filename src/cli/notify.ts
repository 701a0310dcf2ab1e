import { oneLine } from '../input/show.ts';
import type { Paint } from '../report/printout.ts';
import { widthOf, wrapped } from '../report/width.ts';
import { paintFor } from './paint.ts';
import { columnsOf } from './print.ts';
import { withoutSecrets } from './secrets.ts';
import { clearStatus } from './status.ts';

const WARNING = 'warning: ';

/** Tells the user something on standard error, in one line and without passwords. */
export function notify(message: string): void {
  tell(message, (paint) => (message.startsWith(WARNING) ? paint.warning : paint.heading));
}

/** Tells the user likewise of something that is worth a look. */
export function warn(message: string): void {
  notify(`${WARNING}${message}`);
}

/** Tells the user likewise why something was not done. */
export function complain(message: string): void {
  tell(message, (paint) => paint.error);
}

function tell(message: string, style: (paint: Paint) => (text: string) => string): void {
  const { stderr } = process;
  const text = `clsa-cim: ${oneLine(withoutSecrets(message, process.argv.slice(2)))}`;
  clearStatus();
  if (!stderr.isTTY) {
    stderr.write(`${text}\n`);
    return;
  }
  const prefix = /^clsa-cim:( warning:)?/;
  const columns = columnsOf(stderr);
  // A long path is there to be copied: the terminal breaks it.
  const isWrapped = text.split(' ').every((word) => widthOf(word) <= columns);
  const lines = isWrapped ? wrapped(text, columns).join('\n') : text;
  stderr.write(`${lines.replace(prefix, style(paintFor(stderr)))}\n`);
}
