import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { isModule } from '../input/module.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine } from '../input/show.ts';
import { readTextFile } from '../input/text-file.ts';
import { expected, validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';
import { placementNames } from './placement-name.ts';

const tileMessage = expected('the number of a tile, a whole number from 0 on');
const tile = v.pipe(v.number(tileMessage), v.safeInteger(tileMessage), v.minValue(0, tileMessage));
const schema = v.array(tile, expected('a list of tiles, in the order in which copies take them'));

/**
 * A placement from a YAML or JSON file: a list of tiles, in the order in which copies take them. Tiles that it
 * leaves out stay empty. Whether the chip has them is checked by `buildGraph`.
 *
 * @throws ClsaCimError one line that names the file, the entry, what was found and what is allowed.
 */
export function readPlacementFile(path: string): number[] {
  if (!existsSync(path)) {
    throw unknownName('no placement and no file is called', path, placementNames);
  }
  return parsePlacement(readTextFile(path), oneLine(path));
}

/** {@link readPlacementFile} for text that is there already; `where` is the name of the file. */
export function parsePlacement(text: string, where: string): number[] {
  if (isModule(where)) {
    throw new ClsaCimError(
      `${where}: is a module and no list of tiles; give a function that it exports, where one can be given`,
    );
  }
  const order = validate(schema, parseYaml(text, where), where);
  const seen = new Set<number>();
  order.forEach((number, i) => {
    if (seen.has(number)) throw new ClsaCimError(`${where}: ${i}: tile ${number} is given twice; keep one`);
    seen.add(number);
  });
  return order;
}
