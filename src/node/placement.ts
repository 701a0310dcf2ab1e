import { existsSync } from 'node:fs';
import { readTextFile } from '../files/text-file.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine } from '../input/show.ts';
import { parsePlacement } from '../simulate/placement/file.ts';
import { placementNames } from '../simulate/placement/names.ts';

/**
 * A placement from a YAML or JSON file, as `parsePlacement` takes its text.
 *
 * @throws ClsaCimError one line that names the file, the entry, what was found and what is allowed.
 */
export function readPlacementFile(path: string): number[] {
  if (!existsSync(path)) {
    throw unknownName('no placement and no file is called', path, placementNames);
  }
  return parsePlacement(readTextFile(path), oneLine(path));
}
