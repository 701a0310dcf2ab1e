import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { pesPerCopy } from '../map/tiling.ts';
import { isBase, type Network } from '../network/network.ts';
import type { DetailedSchedule } from './schedule-result.ts';

/**
 * Checks that the PEs of a layer, of all its slices together, are as many as its weights take (spec.md section 3).
 *
 * @throws Error that names the layer, and how many there are and should be.
 */
export function validatePes(
  network: Network,
  architecture: AnyArchitecture,
  { layers, sets }: Pick<Required<DetailedSchedule>, 'layers' | 'sets'>,
): void {
  const normal = normalArchitecture(architecture);
  const { classes } = normal.crossbars;
  const held = new Map<number, number>();
  sets.forEach(({ layer }, i) => {
    held.set(layer, (held.get(layer) ?? 0) + layers[i]!.pes);
  });
  sets.forEach(({ layer: index, name }, i) => {
    const layer = network.layers[index];
    if (layer === undefined || !isBase(layer)) throw new Error(`layer ${name}: is no base layer`);
    // Crossbars are named only where there are several sizes.
    const crossbar = classes.find((own) => own.name === layers[i]!.crossbar) ?? classes[0]!;
    const needed = pesPerCopy(layer.weights, normal, crossbar);
    if (held.get(index) !== needed)
      throw new Error(`layer ${name}: ${held.get(index)} PEs hold its weights, which take ${needed}`);
  });
}
