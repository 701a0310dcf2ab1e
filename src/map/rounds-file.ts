import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';
import { isModule } from '../input/user-function.ts';
import { expected, validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';

const nameMessage = expected('the name of a layer');
const listMessage = expected('a list of the names of the layers that begin a round');
const schema = v.pipe(
  v.array(
    v.union(
      [
        v.pipe(v.string(), v.minLength(1, nameMessage)),
        // A layer may be called 7, which YAML takes as a number.
        v.pipe(v.number(), v.transform(String)),
      ],
      nameMessage,
    ),
    listMessage,
  ),
  v.minLength(1, 'is empty; name the layers that begin a round, or leave the file out'),
);

/**
 * Rounds from the text of a YAML or JSON file: a list of the names of the layers, or slices such as `x[2/5]`, that begin
 * a round. Whether there are such layers and the rounds fit is checked where the network is mapped.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line that names the file, the entry, what was found and what is allowed.
 */
export function parseRounds(text: string, where: string): string[] {
  if (isModule(where)) {
    throw new ClsaCimError(`${where}: is a module and no list of layers; give a YAML or JSON file`);
  }
  const names = validate(schema, parseYaml(text, where), where);
  const seen = new Set<string>();
  names.forEach((name, i) => {
    if (seen.has(name)) throw new ClsaCimError(`${where}: ${i}: ${show(name)} is given twice; keep one`);
    seen.add(name);
  });
  return names;
}

/** How messages of the library begin where the option `rounds` is at fault. */
const OPTION = 'rounds: ';

/**
 * Does work with rounds; errors about them name where they came from.
 *
 * @param where What stands in front of the message in place of the option of the library.
 */
export function namingRounds<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ClsaCimError) || !error.message.startsWith(OPTION)) throw error;
    throw error.withMessage(`${where}: ${error.message.slice(OPTION.length)}`);
  }
}
