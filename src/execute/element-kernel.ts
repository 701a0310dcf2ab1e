import { BinaryKind, UnaryKind } from '../../assembly/execute/elements-layout.ts';

export { BinaryKind, UnaryKind };

/** A function of values at the same place that Wasm has; see {@link UnaryKind} for what `a` and `b` are. */
export type ElementKernel =
  | { readonly of: 1; readonly kind: UnaryKind; readonly a?: number; readonly b?: number }
  | { readonly of: 2; readonly kind: BinaryKind }
  /** The product of the first two, and the third. */
  | { readonly of: 3 };

/** A function of one value. */
export function unaryKernel(kind: UnaryKind, a = 0, b = 0): ElementKernel {
  return { of: 1, kind, a, b };
}

/** Sums, which are everywhere. */
export const ADD: ElementKernel = { of: 2, kind: BinaryKind.ADD };
