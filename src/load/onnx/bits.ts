import type { Bits } from '../../network/builder.ts';
import { isConstant } from '../../network/tensor.ts';
import type { Value } from './value.ts';

/** Operators whose output has the values of their first input, in other places. */
const MOVEMENT = new Set([
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Identity', 'Dropout'],
  ...[
    'Slice',
    'Split',
    'Gather',
    'Expand',
    'Tile',
    'Pad',
    'DepthToSpace',
    'SpaceToDepth',
    'MaxPool',
    'Im2Col',
  ],
]);

/** Bits of the weights and activations that a node reads, where quantisers have said so. */
export function bitsRead(inputs: readonly (Value | undefined)[]): Bits {
  const quantised = inputs.filter((input) => input?.bits !== undefined);
  // A bias, which is a vector, has bits of its own.
  const weightBits = quantised.find((input) => isConstant(input!) && input!.dims.length > 1)?.bits;
  const activationBits = quantised.find((input) => !isConstant(input!))?.bits;
  return {
    ...(weightBits === undefined ? {} : { weightBits }),
    ...(activationBits === undefined ? {} : { activationBits }),
  };
}

/** The outputs of an operator (its key in the table), with the bits of what it only moves. */
export function withBits(
  key: string,
  inputs: readonly (Value | undefined)[],
  outputs: readonly Value[],
): readonly Value[] {
  const bits = inputs[0]?.bits;
  if (bits === undefined || !movesValues(key)) return outputs;
  return outputs.map((output) => ({ ...output, bits }));
}

/** True for an operator (its key in the table) whose output has the values of its first input, in other places. */
export function movesValues(key: string): boolean {
  return MOVEMENT.has(key.slice(key.indexOf(':') + 1));
}
