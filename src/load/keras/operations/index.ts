import type { LayerKind } from '../layer-kind.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { INDEXING } from './indexing.ts';
import { PRODUCTS } from './product.ts';
import { REDUCTIONS } from './reduction.ts';
import { SHAPE_OPERATIONS } from './shape.ts';
import { WINDOWS } from './window.ts';

/** Operations by their last name in lower case, without underscores: `math.reduce_mean` is `reducemean`. */
export const OPERATIONS: Readonly<Record<string, LayerKind>> = {
  ...ELEMENTWISE,
  ...INDEXING,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SHAPE_OPERATIONS,
  ...WINDOWS,
};

/** The operation of that name, as a class of Keras 3 or a function of TensorFlow writes it. */
export function findOperation(name: string): LayerKind | undefined {
  const key = name.split('.').at(-1)!.replaceAll('_', '').toLowerCase();
  return Object.hasOwn(OPERATIONS, key) ? OPERATIONS[key] : undefined;
}
