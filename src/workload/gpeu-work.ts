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
  ...['MaxUnpool', 'ShuffleChannel', 'Im2Col', 'ReorderInput'],
]);

/** What layers of a kind do on the GPEU. */
interface Kind {
  includes(layer: Layer): boolean;
  /** Operations of one inference. */
  operations(layer: Layer, network: Network): number;
}

/** The kinds of layers; the first one that includes a layer counts (docs/simulation.md section 3). */
const KINDS: readonly Kind[] = [
  // What the operator itself says: products of activations, windows over channels.
  { includes: ({ operations }) => operations !== undefined, operations: ({ operations = 0 }) => operations },
  { includes: isMovement, operations: () => 0 },
  // Reductions: every value that is read, once.
  {
    includes: ({ op }) => /^(Reduce|Arg(Max|Min)$|TopK$|(QLinear)?Global)/.test(op),
    operations: ({ inputs }, network) => elements(network.layers[inputs[0]!.from]!),
  },
  // Pooling: every value of the window of every position.
  { includes: ({ op, inputs }) => inputs.length === 1 && /pool|blur/i.test(op), operations: valuesOfWindows },
];

/** Operations of the GPEU for one inference of a fused layer or a join (docs/simulation.md section 3). */
export function gpeuOperations(network: Network, layer: Layer): number {
  const kind = KINDS.find(({ includes }) => includes(layer));
  return kind === undefined ? elements(layer) : kind.operations(layer, network);
}

/** True for what only moves values, by its op or because every value is that of one listed position. */
function isMovement({ op, inputs }: Layer): boolean {
  if (MOVEMENT.has(op)) return true;
  const [edge] = inputs;
  if (edge === undefined || inputs.length > 1) return false;
  const directions = [edge.rows, edge.columns];
  const isPicked = (reads: Reads) => reads.kind === 'list' && (reads.taps ?? 1) === 1;
  return directions.some(isPicked) && directions.every((reads) => isPicked(reads) || reads.kind === 'same');
}

/** H · W of the OFM, times rows · columns of the kernel, times channels of the IFM. */
function valuesOfWindows({ shape, inputs }: Layer, network: Network): number {
  const { rows, columns, from } = inputs[0]!;
  const ifm = network.layers[from]!.shape;
  return (
    valuesRead(rows, shape.height, ifm.height) * valuesRead(columns, shape.width, ifm.width) * ifm.channels
  );
}

/** Positions of the IFM that those of the OFM read in one direction, all together. */
function valuesRead(reads: Reads, positions: number, size: number): number {
  if (reads.kind === 'all') return positions * size;
  if (reads.kind === 'list') return reads.positions.filter((position) => position >= 0).length;
  return positions * (reads.kind === 'window' ? reads.kernel : 1);
}
