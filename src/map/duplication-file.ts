import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine, show } from '../input/show.ts';
import { isModule } from '../input/user-function.ts';
import { count, validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';

const copiesSchema = count(2 ** 31 - 1);
const listSchema = v.array(copiesSchema);

/**
 * Copies of every base layer from the text of a YAML or JSON file: a list in the order of the base layers, or a mapping
 * from names of layers to copies, with 1 for those that it leaves out. Whether they fit the PEs is checked
 * by `mapNetwork`.
 *
 * @param where Name of the file, for messages.
 * @param layers The base layers in the order of the file of the network.
 * @throws ClsaCimError one line that names the file, the layer, what was found and what is allowed.
 */
export function parseDuplication(
  text: string,
  where: string,
  layers: readonly { readonly name: string }[],
): number[] {
  if (isModule(where)) {
    throw new ClsaCimError(
      `${where}: is a module and no list of copies; give a function that it exports (a sweep: its name, and the module as policies)`,
    );
  }
  const input = parseYaml(text, where);
  if (Array.isArray(input)) return fromList(validate(listSchema, input, where), where, layers.length);
  if (typeof input === 'object' && input !== null) return fromMapping(input, where, layers);
  throw new ClsaCimError(
    `${where}: must be a list of copies, one for every base layer, or a mapping from layers to copies, found ` +
      show(input),
  );
}

function fromList(copies: number[], where: string, expected: number): number[] {
  if (copies.length === expected) return copies;
  throw new ClsaCimError(
    `${where}: has the copies of ${copies.length} layers and the network has ${expected} base layers; give one ` +
      'number for each, or a mapping from names to copies',
  );
}

function fromMapping(input: object, where: string, layers: readonly { readonly name: string }[]): number[] {
  const positions = new Map(layers.map(({ name }, i) => [name, i]));
  const copies = layers.map(() => 1);
  for (const [name, value] of Object.entries(input)) {
    const position = positions.get(name);
    if (position === undefined) {
      throw unknownName(`${where}: no base layer is called`, name, [...positions.keys()]);
    }
    copies[position] = validate(copiesSchema, value, `${where}: ${oneLine(name)}`);
  }
  return copies;
}
