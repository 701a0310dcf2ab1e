import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { baseLayers, mvms, type Network } from '../network/network.ts';

/**
 * Clock cycles of inferences one after the other, layer by layer without copies, where only MVMs take time: what speedups
 * are measured by.
 */
export function layerByLayerCycles(network: Network, architecture: AnyArchitecture, batch: number): number {
  const { mvmCycles, mvmIntervalCycles } = normalArchitecture(architecture);
  const layers = baseLayers(network).map((layer) => (mvms(layer) - 1) * mvmIntervalCycles + mvmCycles);
  return batch * layers.reduce((sum, cycles) => sum + cycles, 0);
}
