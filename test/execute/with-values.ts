import type { TensorSpec } from '../load/onnx/onnx-writer.ts';
import { random } from '../load/onnx/runtime/random.ts';

/** Random values for tensors that have none. */
export function withValues(tensors: Readonly<Record<string, TensorSpec>>): Record<string, TensorSpec> {
  const next = random(4);
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const count = tensor.dims.reduce((product, size) => product * size, 1);
      return [name, { ...tensor, floats: Array.from({ length: count }, () => Math.fround(0.2 + next())) }];
    }),
  );
}
