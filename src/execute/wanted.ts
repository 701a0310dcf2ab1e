import type { TensorData } from '../load/onnx/tensor-data.ts';
import type { Program, ValueId } from '../load/program.ts';

/** The values that outputs and base layers are made of. */
export function wantedValues({ outputs: ends, steps }: Program): ReadonlySet<ValueId> {
  const wanted = new Set(ends.map(({ id }) => id));
  for (const { outputs, inputs, layers } of steps.toReversed()) {
    const isBase = layers.some((layer) => layer.isBase);
    if (!isBase && !outputs.some(({ id }) => wanted.has(id))) continue;
    for (const id of inputs) if (id !== undefined) wanted.add(id);
    if (isBase) wanted.add(outputs[0]!.id);
  }
  return wanted;
}

/** The tensors of the file that are read when a program is executed: not those of branches that are not taken. */
export function wantedConstants(program: Program): TensorData[] {
  const wanted = wantedValues(program);
  return [...program.constants].flatMap(([id, data]) => (wanted.has(id) ? [data] : []));
}
