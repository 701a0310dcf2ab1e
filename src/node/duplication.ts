import { existsSync } from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { readTextFile } from '../files/text-file.ts';
import { didYouMean } from '../input/nearest.ts';
import { oneLine, show } from '../input/show.ts';
import { duplicationPolicies } from '../map/duplication/index.ts';
import { parseDuplication } from '../map/duplication-file.ts';

/**
 * Copies of every base layer from a YAML or JSON file, as `parseDuplication` takes its text.
 *
 * @param layers The base layers in the order of the file of the network.
 * @throws ClsaCimError one line that names the file, the layer, what was found and what is allowed.
 */
export function readDuplicationFile(path: string, layers: readonly { readonly name: string }[]): number[] {
  if (!existsSync(path)) {
    const hint = didYouMean(path, Object.keys(duplicationPolicies));
    throw new ClsaCimError(`no duplication policy and no file is called ${show(path)}${hint}`);
  }
  return parseDuplication(readTextFile(path), oneLine(path), layers);
}
