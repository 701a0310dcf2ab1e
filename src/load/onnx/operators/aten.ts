import { adaptiveReads } from '../../../network/operators/index.ts';
import { type Reads, SAME } from '../../../network/reads.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { type Operator, type Operators, shown } from '../node-context.ts';

/** Adaptive pooling: the output says how many windows there are. */
const adaptivePool: Operator = (node) => {
  const input = node.input(0, 3);
  const rank = input.dims.length;
  const sizes = node.integers(1);
  const axes = sizes.map((_, i) => rank - sizes.length + i);
  if (sizes.length > 2 || rank < sizes.length + 1)
    node.fail(`an output of ${shown(sizes)} does not fit ${shown(input.dims)}`);
  const dims = [...input.dims];
  sizes.forEach((size, i) => {
    dims[axes[i]!] = node.positive(size, 'a size of the output');
  });
  const [h, w] = sizes.length === 1 ? [-1, rank - 1] : [rank - 2, rank - 1];
  node.b.expectAxes(input, h, w);
  const tensor = node.b.withAxes(input, h, w);
  const along = (axis: number): Reads =>
    axis < 0 ? SAME : adaptiveReads(node.name, input.dims[axis]!, dims[axis]!);
  const kind = { name: node.name, op: 'AdaptivePool' };
  const output = node.b.layer(kind, [{ tensor, rows: along(h), columns: along(w) }], { dims, h, w });
  return new Array<Tensor>(Math.max(1, node.outputCount)).fill(output);
};

/** Operators of PyTorch that its exporter falls back to where ONNX has none, by their names there. */
export const aten: Operators = Object.fromEntries(
  ['avg', 'max'].flatMap((kind) =>
    ['1d', '2d'].map((rank) => [`aten:adaptive_${kind}_pool${rank}`, adaptivePool]),
  ),
);
