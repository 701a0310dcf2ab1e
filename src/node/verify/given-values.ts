import { ClsaCimError } from '../../errors.ts';
import type { Feeds } from '../../execute/machine.ts';
import { naming } from '../../input/naming.ts';
import { unknownName } from '../../input/nearest.ts';
import { show } from '../../input/show.ts';
import { isMapping } from '../../input/validate.ts';
import type { Program } from '../../load/program.ts';
import { elements } from '../../network/tensor.ts';
import { checkValues } from '../fitting-values.ts';

/** Values that are given in code: there are some, of inputs that there are, and as many as these have. */
export function demandFeeds({ inputs }: Program, given: readonly Feeds[]): void {
  if (given.length === 0) {
    throw new ClsaCimError('values: there are none; give those of one inference at least', 'usage');
  }
  for (const [inference, feeds] of given.entries()) {
    const where = `values: inference ${inference}`;
    if (!isMapping(feeds)) throw mistaken(`${where}: must be a mapping from inputs to their values`, feeds);
    for (const [name, values] of Object.entries(feeds)) {
      const input = inputs.find((own) => own.name === name);
      if (input === undefined) {
        const names = inputs.map((own) => own.name);
        throw unknownName(`${where}: no input is called`, name, names, 'usage');
      }
      if (!isList(values)) throw mistaken(`${where}: input ${show(name)}: must be a list of numbers`, values);
      const count = elements(input.dims);
      if (values.length !== count) {
        throw new ClsaCimError(
          `${where}: input ${show(name)} of shape [${input.dims.join(', ')}] has ${count} values, and ${values.length} are given`,
          'usage',
        );
      }
      naming(where, () => checkValues(input, values, 'usage'));
    }
  }
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && 'length' in value && typeof value.length === 'number';
}

function mistaken(what: string, found: unknown): ClsaCimError {
  return new ClsaCimError(`${what}, found ${show(found)}`, 'usage');
}
