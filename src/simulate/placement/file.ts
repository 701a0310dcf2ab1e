import * as v from 'valibot';
import { ClsaCimError } from '../../errors.ts';
import { isModule } from '../../input/user-function.ts';
import { expected, validate } from '../../input/validate.ts';
import { parseYaml } from '../../input/yaml.ts';

const tileMessage = expected('the number of a tile, a whole number from 0 on');
const tile = v.pipe(v.number(tileMessage), v.safeInteger(tileMessage), v.minValue(0, tileMessage));
const schema = v.array(tile, expected('a list of tiles, in the order in which copies take them'));

/**
 * A placement from the text of a YAML or JSON file: a list of tiles, in the order in which copies take them. Tiles that
 * it leaves out stay empty. Whether the chip has them is checked by `buildGraph`.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line that names the file, the entry, what was found and what is allowed.
 */
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
