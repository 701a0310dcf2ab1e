import type { Layer, Network } from '../network/network.ts';
import type { Reads } from '../network/reads.ts';
import { elements } from './values.ts';

/** Ops that only move values: no operation of the GPEU. */
const MOVEMENT = new Set([
  ...['Concat', 'Reshape', 'Transpose', 'Permute', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Input'],
  ...[
    'Pad',
    'ZeroPadding1D',
    'ZeroPadding2D',
    'Crop',
    'CenterCrop',
    'CenterCropPad',
    'Cropping1D',
    'Cropping2D',
  ],
  ...['Slice', 'Split', 'Gather', 'GatherElements', 'GatherND', 'Embedding', 'Scatter', 'ScatterElements'],
  ...[
    'ScatterND',
    'Expand',
    'Tile',
    'RepeatVector',
    'Flip',
    'ReverseSequence',
    'SpaceToDepth',
    'DepthToSpace',
  ],
  ...['MaxUnpool', 'ShuffleChannel'],
]);

/** Operations of the GPEU for one inference of a fused layer or a join (docs/simulation.md section 3). */
export function gpeuOperations(network: Network, layer: Layer): number {
  return isMovement(layer) ? 0 : elements(layer) * windowPositions(network, layer);
}

/** True for what only moves values, by its op or because every value is that of a listed or nearest position. */
function isMovement({ op, inputs }: Layer): boolean {
  if (MOVEMENT.has(op)) return true;
  const [edge] = inputs;
  if (edge === undefined || inputs.length > 1) return false;
  const kinds = [edge.rows.kind, edge.columns.kind];
  const isPicked = (kind: Reads['kind']) => kind === 'nearest' || kind === 'list';
  return kinds.some(isPicked) && kinds.every((kind) => isPicked(kind) || kind === 'same');
}

/** Positions of the kernel of a pooling, 1 of other layers. What reads a whole map has that as its kernel. */
function windowPositions(network: Network, layer: Layer): number {
  const [edge] = layer.inputs;
  if (edge === undefined || !/pool|blur/i.test(layer.op)) return 1;
  const ifm = network.layers[edge.from]!.shape;
  const along = (reads: Reads, size: number) => {
    if (reads.kind === 'all') return size;
    return reads.kind === 'window' ? reads.kernel : 1;
  };
  return along(edge.rows, ifm.height) * along(edge.columns, ifm.width);
}
