import { BOOL, isInteger } from '../execute/data-types.ts';
import type { Feeds } from '../execute/machine.ts';
import { randomNumbers } from '../execute/random-values.ts';
import type { Program, ProgramInput } from '../load/program.ts';
import { elements } from '../network/tensor.ts';

/**
 * Random inputs by seed: floats from -1 to 1; whole numbers below the size of the table that they choose from, where they
 * choose from one, and else 0 or 1 (masks, segments).
 */
export function randomFeeds(program: Program, seed: number, inference: number): Feeds {
  return Object.fromEntries(
    program.inputs.map((input) => {
      const count = elements(input.dims);
      const shares = randomNumbers({ seed, name: `input ${inference} ${input.name}` }, count);
      if (!isInteger(input.dataType)) return [input.name, shares.map((share) => 2 * share - 1)];
      const below = input.dataType === BOOL ? 2 : choicesOf(program, input);
      return [input.name, Int32Array.from(shares, (share) => Math.floor(share * below))];
    }),
  );
}

/** Entries of the table that an input chooses from, or 2. */
function choicesOf({ steps, constants }: Program, { id }: ProgramInput): number {
  for (const { op, inputs, attributes } of steps) {
    const [table, indices] = op === 'EmbedLayerNormalization' ? [inputs[2], inputs[0]] : inputs;
    if (indices !== id || table === undefined) continue;
    if (op !== 'Gather' && op !== 'EmbedLayerNormalization') continue;
    const size = constants.get(table)?.dims[attributes.get('axis')?.int ?? 0];
    if (size !== undefined) return size;
  }
  return 2;
}
