import { ClsaCimError } from '../../errors.ts';
import type { Feeds } from '../../execute/machine.ts';
import { unknownName } from '../../input/nearest.ts';
import { show } from '../../input/show.ts';
import type { Program } from '../../load/program.ts';
import { elements } from '../../network/tensor.ts';
import { unfitValue } from '../unfit-value.ts';

/** Values that are given in code: there are some, of inputs that there are, as many as these have, and such as these may be. */
export function demandFeeds({ inputs }: Program, given: readonly Feeds[]): void {
  if (given.length === 0) {
    throw new ClsaCimError('values: there are none; give those of one inference at least', 'usage');
  }
  for (const [inference, feeds] of given.entries()) {
    for (const [name, values] of Object.entries(feeds)) {
      const input = inputs.find((own) => own.name === name);
      if (input === undefined) {
        const names = inputs.map((own) => own.name);
        throw unknownName(`values: inference ${inference}: no input is called`, name, names, 'usage');
      }
      const count = elements(input.dims);
      const fault =
        values.length === count
          ? unfitValue(input, values)
          : `input ${show(name)} of shape [${input.dims.join(', ')}] has ${count} values, and ${values.length} are given`;
      if (fault !== undefined) throw new ClsaCimError(`values: inference ${inference}: ${fault}`, 'usage');
    }
  }
}
