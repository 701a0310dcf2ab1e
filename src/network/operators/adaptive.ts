import type { Reads } from '../reads.ts';
import { listed } from './listed.ts';
import { UNIT_WINDOW, windowReads } from './window.ts';

/**
 * What a direction of adaptive pooling reads: position `p` of `count` from `floor(p · size / count)` to in front of
 * `ceil((p + 1) · size / count)`, as Keras and PyTorch do. Where the count divides the size these are windows that lie
 * side by side; else they differ, and may overlap.
 *
 * @param name The layer, for the error.
 * @param size H or W of the input.
 * @param count H or W of the output.
 * @throws ClsaCimError where windows that differ have more than 2^22 positions.
 */
export function adaptiveReads(name: string, size: number, count: number): Reads {
  if (size % count === 0) return windowReads({ ...UNIT_WINDOW, kernel: size / count, stride: size / count });
  return listed(name, count, Math.ceil(size / count) + 1, (p) => {
    const from = Math.floor((p * size) / count);
    return Array.from({ length: Math.ceil(((p + 1) * size) / count) - from }, (_, i) => from + i);
  });
}
