import { existsSync } from 'node:fs';
import { readTextFile } from '../files/text-file.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine } from '../input/show.ts';
import { duplicationNames } from '../map/duplication/tried.ts';
import { parseDuplication } from '../map/duplication-file.ts';

/**
 * Copies of every base layer from a YAML or JSON file, as `parseDuplication` takes its text.
 *
 * @param layers The base layers in the order of the file of the network.
 * @throws ClsaCimError one line that names the file, the layer, what was found and what is allowed.
 */
export function readDuplicationFile(path: string, layers: readonly { readonly name: string }[]): number[] {
  if (!existsSync(path)) {
    throw unknownName('no duplication policy and no file is called', path, duplicationNames);
  }
  return parseDuplication(readTextFile(path), oneLine(path), layers);
}
