import type { Architecture } from '../architecture/architecture.ts';
import { jsonDocument } from '../files/json-document.ts';
import { version } from '../version.ts';

/**
 * What `--json` prints: the result, in front of it the version that computed it, and behind it the chip that it is for,
 * with all that its file says, so that the document tells what it is about when the file has changed.
 */
export function resultDocument(result: object, chip?: Architecture): string {
  return jsonDocument({ version, ...result, ...(chip === undefined ? {} : { chip }) });
}
