import { ClsaCimError } from '../errors.ts';
import { type Edge, isBase, type Layer, MAX_POSITIONS, type Network } from './network.ts';
import { type Reads, SAME, shift } from './reads.ts';

/**
 * The canonical form of a network, as in the paper's preprocessing (spec.md section 2): batch norm is
 * folded into the base layer before it, and padding and bias become layers of their own, so that a base
 * layer is nothing but its MVMs. What every layer depends on stays exactly as it was. An output is the last
 * layer of what it was decoupled into.
 *
 * @throws ClsaCimError where a padded map has 2^31 positions or more.
 */
export function canonicalise(network: Network): Network {
  const readers = countReaders(network);
  const names = new Set(network.layers.map((layer) => layer.name));
  const layers: Layer[] = [];
  /** Old index of a layer -> new index of the layer that now stands for its OFM. */
  const standsFor: number[] = [];

  network.layers.forEach((layer, index) => {
    const [first, ...computed] = layer.inputs;
    const from = first?.from;
    // What is not known before the network runs cannot be folded into weights.
    const isFoldable = layer.op === 'BatchNormalization' && computed.length === 0;
    if (isFoldable && from !== undefined && readers[from] === 1) {
      const before = network.layers[from]!;
      if (isBase(before)) {
        // The folded scale and shift leave a bias behind, which the base layer may have had before.
        standsFor[index] = before.bias
          ? standsFor[from]!
          : appendBias(layers, names, before, standsFor[from]!);
        return;
      }
    }
    const inputs = layer.inputs.map((edge) => ({ ...edge, from: standsFor[edge.from]! }));
    const { bias, ...kind } = layer;
    const unpadded = isBase(layer)
      ? inputs.map((edge) => decouplePadding(layers, names, layer, edge))
      : inputs;
    standsFor[index] = layers.push({ ...kind, inputs: unpadded }) - 1;
    if (bias) standsFor[index] = appendBias(layers, names, layer, standsFor[index]!);
  });
  const outputs = network.outputs.map((index) => standsFor[index]!).sort((a, b) => a - b);
  return { ...network, layers, outputs };
}

/** Layers that read each layer; whoever gets an output of the network reads it too. */
function countReaders(network: Network): number[] {
  const readers = network.layers.map(() => 0);
  for (const layer of network.layers) {
    for (const from of new Set(layer.inputs.map((edge) => edge.from))) readers[from]! += 1;
  }
  for (const index of network.outputs) readers[index]! += 1;
  return readers;
}

function appendBias(layers: Layer[], names: Set<string>, base: Layer, from: number): number {
  const name = uniqueName(names, `${base.name}/bias`);
  const inputs = [{ from, rows: SAME, columns: SAME }];
  return layers.push({ name, op: 'BiasAdd', shape: base.shape, inputs }) - 1;
}

/** A file may call a layer of its own `conv/bias` or `conv/pad`. */
function uniqueName(names: Set<string>, wanted: string): string {
  let name = wanted;
  for (let suffix = 1; names.has(name); suffix++) name = `${wanted}_${suffix}`;
  names.add(name);
  return name;
}

/** Puts a `Pad` layer in front of a base layer whose windows reach over the edge of its IFM. */
function decouplePadding(layers: Layer[], names: Set<string>, layer: Layer, edge: Edge): Edge {
  const ifm = layers[edge.from]!.shape;
  const rows = padding(edge.rows, ifm.height, layer.shape.height);
  const columns = padding(edge.columns, ifm.width, layer.shape.width);
  if (rows.before + rows.after + columns.before + columns.after === 0) return edge;
  const shape = {
    height: ifm.height + rows.before + rows.after,
    width: ifm.width + columns.before + columns.after,
    channels: ifm.channels,
  };
  if (shape.height * shape.width > MAX_POSITIONS) {
    throw new ClsaCimError(
      `layer ${layer.name} (${layer.op}): its padded input has ${shape.height} x ${shape.width} positions; at most ` +
        '2^31 - 1 can be scheduled, so check its kernel and padding',
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  const name = uniqueName(names, `${layer.name}/pad`);
  const inputs = [{ from: edge.from, rows: shift(-rows.before), columns: shift(-columns.before) }];
  const from = layers.push({ name, op: 'Pad', shape, inputs }) - 1;
  return { from, rows: unpad(edge.rows), columns: unpad(edge.columns) };
}

/** How far the windows of `output` positions reach over either end of `size` input positions. */
function padding(reads: Reads, size: number, output: number): { before: number; after: number } {
  if (reads.kind !== 'window') return { before: 0, after: 0 };
  const reach = (output - 1) * reads.stride - reads.padding + (reads.kernel - 1) * reads.dilation;
  return { before: Math.max(0, reads.padding), after: Math.max(0, reach - (size - 1)) };
}

function unpad(reads: Reads): Reads {
  return reads.kind === 'window' && reads.padding > 0 ? { ...reads, padding: 0 } : reads;
}
