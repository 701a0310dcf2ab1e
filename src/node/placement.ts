import { existsSync } from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { readTextFile } from '../files/text-file.ts';
import { didYouMean } from '../input/nearest.ts';
import { oneLine, show } from '../input/show.ts';
import { parsePlacement } from '../simulate/placement-file.ts';
import { placementNames } from '../simulate/placement-name.ts';

/**
 * A placement from a YAML or JSON file, as `parsePlacement` takes its text.
 *
 * @throws ClsaCimError one line that names the file, the entry, what was found and what is allowed.
 */
export function readPlacementFile(path: string): number[] {
  if (!existsSync(path)) {
    throw new ClsaCimError(
      `no placement and no file is called ${show(path)}${didYouMean(path, placementNames)}`,
    );
  }
  return parsePlacement(readTextFile(path), oneLine(path));
}
