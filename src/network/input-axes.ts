import { extent, type Tensor } from './tensor.ts';

/** The axes of H and W of a tensor, -1 for none. */
export interface Axes {
  readonly h: number;
  readonly w: number;
}

/**
 * Which axes of the network's inputs are H and W. A file does not say; who reads an input does (spec.md section 2):
 * a convolution of ONNX reads NCHW whatever the sizes. Until its first reader comes, an input lies as its loader
 * supposes.
 */
export class InputAxes {
  /** Per layer that is there at time 0: its operands that have the axes of its OFM; none for an input. */
  readonly #operands = new Map<number, readonly Tensor[]>();
  readonly #inputs = new Map<number, Tensor>();
  readonly #expected = new Map<number, Axes>();
  readonly #seen = new Set<number>();

  /** Takes note of an input. */
  input(tensor: Tensor): void {
    this.#inputs.set(tensor.layer!, tensor);
  }

  /** Takes note of a layer between the inputs and the first base layers. */
  layer(layer: number, operands: readonly Tensor[], rank: number): void {
    const aligned = operands.filter(({ dims }) => dims.length === rank);
    if (aligned.length > 0) this.#operands.set(layer, aligned);
  }

  /** A reader takes these axes of a tensor as H and W. The first reader of an input counts. */
  expect(tensor: Tensor, { h, w }: Axes): void {
    const open = [{ tensor, h, w }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const layer = next.tensor.layer;
      const axes = onLayer(next.tensor, next);
      if (layer === undefined || axes === undefined || this.#seen.has(layer)) continue;
      this.#seen.add(layer);
      if (this.#inputs.has(layer)) this.#expected.set(layer, axes);
      for (const operand of this.#operands.get(layer) ?? []) open.push({ tensor: operand, ...axes });
    }
  }

  /** The inputs whose readers look for H and W elsewhere than they are, by their layer, with all that was said. */
  misplaced(): ReadonlyMap<number, Axes> | undefined {
    const differs = [...this.#expected].some(([layer, { h, w }]) => {
      const input = this.#inputs.get(layer)!;
      return !sameDirection(input, input.h, h) || !sameDirection(input, input.w, w);
    });
    return differs ? this.#expected : undefined;
  }
}

/** The axes of the layer's OFM that these axes of a view of it are, or undefined where the view has split or merged one. */
function onLayer(tensor: Tensor, { h, w }: Axes): Axes | undefined {
  const { view } = tensor;
  if (view === undefined) return { h, w };
  const [ownH, ownW] = [h, w].map((axis) => (axis < 0 ? -1 : view[axis]!));
  const lost = (axis: number, own: number) => own < 0 && extent(tensor, axis) > 1;
  return lost(h, ownH!) || lost(w, ownW!) ? undefined : { h: ownH!, w: ownW! };
}

/** True where two axes carry the same direction: they are one, or both have a single position. */
export function sameDirection(tensor: Tensor, axis: number, other: number): boolean {
  return axis === other || (extent(tensor, axis) === 1 && extent(tensor, other) === 1);
}
