import type { Architecture } from '../architecture/architecture.ts';
import { paper } from '../architecture/presets.ts';
import { baseLayers, isBase, type Layer, type Network } from '../network/network.ts';
import type { Reads } from '../network/reads.ts';
import { type Published, zoo, zooNetwork } from '../zoo/index.ts';

/**
 * What the paper published of this network on this chip, whatever they are called: the network is one of the paper's
 * where it makes the same schedules, and the chip is the paper's where nothing but words and the number of PEs differs.
 */
export function publishedOf(network: Network, architecture: Architecture): Published | undefined {
  if (figuresOf(architecture) !== figuresOf(paper)) return undefined;
  const count = baseLayers(network).length;
  const signature = signatureOf(network);
  return zoo.find(
    ({ name, published }) => published?.baseLayers === count && signatureOf(zooNetwork(name)) === signature,
  )?.published;
}

/** All of an architecture but words and `pes`, which is part of the setting. */
function figuresOf({ name: _, description: __, source: ___, pes: ____, ...figures }: Architecture): string {
  const { chip = {}, ...others } = figures;
  const kept = Object.keys(chip).length === 0 ? others : figures;
  return JSON.stringify(Object.entries(kept).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Everything of a network that its schedules depend on: shapes, weights, and what layers read of each other, in order.
 * Layers that only pass positions on (activation, bias) and those that no base layer waits for (heads) are left out.
 */
function signatureOf({ layers }: Network): string {
  const isNeeded = layers.map(isBase);
  for (let i = layers.length - 1; i >= 0; i--) {
    if (isNeeded[i]) for (const { from } of layers[i]!.inputs) isNeeded[from] = true;
  }
  /** Per layer the place in the signature of what it stands for. */
  const places: number[] = [];
  const entries: unknown[] = [];
  layers.forEach((layer, i) => {
    if (!isNeeded[i]) places.push(-1);
    else if (passesOn(layer, layers)) places.push(places[layer.inputs[0]!.from]!);
    else {
      const { height, width, channels } = layer.shape;
      const { rows, columns, groups } = layer.weights ?? {};
      const inputs = layer.inputs.map((edge) => [
        places[edge.from],
        inOrder(edge.rows),
        inOrder(edge.columns),
      ]);
      places.push(entries.push([height, width, channels, rows, columns, groups, inputs]) - 1);
    }
  });
  return JSON.stringify(entries);
}

/** True for a layer that is not a base layer, and at every position reads the same position of one operand of its shape. */
function passesOn(layer: Layer, layers: readonly Layer[]): boolean {
  const [edge, ...others] = layer.inputs;
  if (isBase(layer) || edge === undefined || others.length > 0) return false;
  const { shape } = layers[edge.from]!;
  const { height, width, channels } = layer.shape;
  const isSame = edge.rows.kind === 'same' && edge.columns.kind === 'same';
  return isSame && shape.height === height && shape.width === width && shape.channels === channels;
}

/** Reads with their fields in one order, so that equal ones are equal text. */
function inOrder(reads: Reads): unknown {
  return Object.entries(reads).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
