import {
  type Factor,
  fused,
  type Layout,
  type PositionAxes,
  plainAxes,
  plainLayout,
  positionAxes,
  reshaped,
  whole,
} from './layout.ts';
import { layoutOf, type Tensor } from './tensor.ts';

/** A tensor with what is wanted of it: the parts of H and W that its axes hold. */
interface Wanted {
  readonly tensor: Tensor;
  readonly layout: Layout;
  /** The directions that the reader has: Conv1D has no H. */
  readonly directions: readonly ('h' | 'w')[];
  /** The axes that are H and W, of size 1 too; left out where a reshape hides them. */
  readonly axes?: PositionAxes;
}

/** One operand of a layer that works along axes, wherever H and W lie in them. */
export interface AxisOperand {
  /** What is read. */
  readonly tensor: Tensor;
  /** Axes along which every output position reads everything. */
  readonly summed?: readonly number[];
}

/**
 * Which axes of the network's inputs are H and W. A file does not say; who reads an input does (spec.md section 2):
 * a convolution of ONNX reads NCHW whatever the sizes. Until its first reader comes, an input lies as its loader
 * supposes.
 */
export class InputAxes {
  /** Per layer that is there at time 0: its operands that have the axes of its OFM; none for an input. */
  readonly #operands = new Map<number, readonly AxisOperand[]>();
  readonly #inputs = new Map<number, Tensor>();
  readonly #wanted = new Map<number, Layout>();
  readonly #seen = new Set<number>();

  /** Takes note of an input. */
  input(tensor: Tensor): void {
    this.#inputs.set(tensor.layer!, tensor);
  }

  /**
   * Takes note of a layer between the inputs and the first base layers, whose operands have the axes of its output,
   * counted from the last one.
   */
  layer(layer: number, operands: readonly AxisOperand[]): void {
    this.#operands.set(layer, operands);
  }

  /** A reader takes these axes of a tensor as H and W. The first reader of an input counts. */
  expect(tensor: Tensor, axes: { readonly h: number; readonly w: number }): void {
    const directions = axes.h < 0 ? (['w'] as const) : (['h', 'w'] as const);
    const open: Wanted[] = [{ tensor, layout: plainLayout(tensor.dims, axes), directions, axes }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const appended = asAppended(next);
      const layer = appended?.tensor.layer;
      if (appended === undefined || layer === undefined || this.#seen.has(layer)) continue;
      this.#seen.add(layer);
      if (this.#inputs.has(layer)) this.#wanted.set(layer, appended.layout);
      for (const operand of this.#operands.get(layer) ?? []) {
        const before = ofOperand(appended, operand);
        if (before !== undefined) open.push(before);
      }
    }
  }

  /**
   * How the inputs lie whose readers look for H and W elsewhere than they are, by their number among the inputs, which
   * stays as it is where other layers are no longer needed.
   */
  misplaced(): ReadonlyMap<number, Layout> {
    const layouts = new Map<number, Layout>();
    for (const [number, [layer, input]] of [...this.#inputs].entries()) {
      const wanted = this.#wanted.get(layer);
      if (wanted === undefined) continue;
      const layout = asInput(input.dims, wanted);
      if (!isSame(layout, layoutOf(input))) layouts.set(number, layout);
    }
    return layouts;
  }
}

/** What is wanted of a tensor, of the one that its layer was appended with; undefined where axes do not fit. */
function asAppended(wanted: Wanted): Wanted | undefined {
  let { tensor, layout, axes } = wanted;
  for (let { rearranged } = tensor; rearranged !== undefined; rearranged = tensor.rearranged) {
    const { permutation } = rearranged;
    const moved = rearranged.tensor.dims.map((_, axis) => layout[permutation?.indexOf(axis) ?? axis]!);
    const before = permutation === undefined ? reshaped(layout, rearranged.tensor.dims) : moved;
    if (before === undefined) return undefined;
    axes = axes && permutation && { h: permutation[axes.h] ?? -1, w: permutation[axes.w] ?? -1 };
    layout = before;
    tensor = rearranged.tensor;
  }
  const { directions } = wanted;
  return { tensor, layout, directions, ...(axes === undefined ? {} : { axes }) };
}

/** What is wanted of an operand of a layer that works along axes; one may be longer there, or of size 1. */
function ofOperand(
  { tensor: output, layout, directions, axes: known }: Wanted,
  { tensor, summed = [] }: AxisOperand,
): Wanted | undefined {
  const offset = output.dims.length - tensor.dims.length;
  const isHeld = (of: 'h' | 'w') => layout.flat().some((factor) => factor.of === of);
  // What is left of an axis of H or W that was cut down to one position does not show that it is one.
  // A map for Conv1D has none beside W, unless it was one of rank 4.
  const missable = tensor.dims.length > 3 ? (['h', 'w'] as const) : directions;
  const missing = missable.find((of) => !isHeld(of)) ?? 'c';
  const hidden = (axis: number) => {
    if (known === undefined) return missing;
    return axis === known.h ? 'h' : axis === known.w ? 'w' : 'c';
  };
  const axes = tensor.dims.map((size, axis) => {
    if (summed.includes(axis)) return whole('c', size);
    const factors = layout[axis + offset]!;
    if (size === output.dims[axis + offset]) return factors;
    const [digit, another] = factors;
    return another === undefined ? whole(digit?.of ?? hidden(axis + offset), size) : undefined;
  });
  if (!axes.every((axis) => axis !== undefined)) return undefined;
  const wanted = { tensor, layout: axes, directions };
  return known === undefined ? wanted : { ...wanted, axes: { h: known.h - offset, w: known.w - offset } };
}

/**
 * The layout of an input of which these parts of H and W are wanted: an axis with any of them has positions alone, and
 * of two axes with parts of one direction (patches of a map, in a row) the first is H and the second W.
 */
function asInput(dims: readonly number[], wanted: Layout): Layout {
  const axes = wanted.map(positions);
  const isMixed = axes.some((axis) => axis.some(({ of }) => of !== axis[0]!.of));
  if (!isMixed) return plainLayout(dims, plainAxes(axes) ?? positionAxes(axes));
  const strides = { h: 1, w: 1, c: 0 };
  const numbered = axes.toReversed().map((axis) =>
    axis.toReversed().map((factor) => {
      const stride = strides[factor.of];
      strides[factor.of] *= factor.size;
      return { ...factor, stride };
    }),
  );
  return numbered.map((axis) => fused(axis.reverse())).reverse();
}

/** An axis whose channels, if it has positions, too, go with the part in front of them, or else with that behind. */
function positions(axis: readonly Factor[]): readonly Factor[] {
  let of = axis.find((factor) => factor.of !== 'c')?.of ?? 'c';
  return axis.map((factor) => {
    if (factor.of !== 'c') of = factor.of;
    return { ...factor, of };
  });
}

/** Whether two layouts of the same dimensions are the same, where one of them is plain: its sizes follow, and its strides. */
function isSame(a: Layout, b: Layout): boolean {
  const parts = (layout: Layout) => layout.map((axis) => axis.map(({ of }) => of).join('')).join();
  return parts(a) === parts(b);
}
