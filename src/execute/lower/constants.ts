import { elements } from '../../network/tensor.ts';
import { DOUBLE, FLOAT } from '../data-types.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';

/** Ones on a diagonal. */
const eyeLike: Lowering = (step) => {
  const { layout, store } = step.input(0);
  const [, columns] = layout.dims as [number, number];
  const shift = step.node.int('k', 0);
  const values = Array.from({ length: elements(layout.dims) }, (_, i) => {
    return (i % columns) - Math.floor(i / columns) === shift ? 1 : 0;
  });
  return [step.constant(layout.dims, values, step.node.int('dtype', store.dataType))];
};

/** A window function by its cosines. */
const windowFunction =
  (cosines: readonly number[]): Lowering =>
  (step: StepContext) => {
    const size = step.scalar(0, 0);
    const period = step.node.int('periodic', 1) !== 0 ? size : size - 1;
    const values = Array.from({ length: size }, (_, i) =>
      cosines.reduce((sum, factor, k) => sum + factor * Math.cos((2 * Math.PI * k * i) / period), 0),
    );
    const type = step.node.int('output_datatype', FLOAT);
    return [step.constant([size], values, type === DOUBLE ? FLOAT : type)];
  };

/** What is computed before the network runs, and not by the loader. */
export const constants: Lowerings = {
  BlackmanWindow: windowFunction([0.42, -0.5, 0.08]),
  EyeLike: eyeLike,
  HammingWindow: windowFunction([25 / 46, -21 / 46]),
  HannWindow: windowFunction([0.5, -0.5]),
};
