import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import { fitNetwork } from './fit.ts';
import type { MappedLayer, PeOptions } from './mapped-layer.ts';

/** More slices than this are a mistake: crossbars or a chip that are far too small. */
const MAX_SLICES = 2 ** 16;

/** A base layer, or a slice of one, before it gets copies. */
export type UncopiedLayer = Omit<MappedLayer, 'copies'>;

/**
 * Base layers in slices that fit a chip of `pes` PEs (spec.md section 9): of a layer that takes more, each slice takes all
 * PEs and the last one the rest; it is called `layer[2/5]`. Other layers stay as they are.
 *
 * @throws ClsaCimError where there are more slices than anybody schedules.
 */
export function slicesOf(layers: readonly UncopiedLayer[], pes: number): readonly UncopiedLayer[] {
  const count = layers.reduce((sum, { pesPerCopy }) => sum + Math.ceil(pesPerCopy / pes), 0);
  if (count > MAX_SLICES) {
    throw new ClsaCimError(
      `on a chip with pes ${pes} the layers are ${count} slices, more than ${MAX_SLICES}; use more PEs or larger crossbars`,
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  return layers.flatMap((layer) => (layer.pesPerCopy <= pes ? [layer] : cut(layer, pes)));
}

/**
 * What a list of copies has entries for: the base layers of a network, or their slices where weights take turns.
 *
 * @throws ClsaCimError as `mapNetwork` does, but not for missing PEs.
 */
export function copiedLayers(
  network: Network,
  architecture: NormalArchitecture,
  options: PeOptions,
): readonly UncopiedLayer[] {
  const { layers, there } = fitNetwork(network, architecture, options);
  return architecture.writing === undefined ? layers : slicesOf(layers, there[0]!);
}

function cut(layer: UncopiedLayer, pes: number): UncopiedLayer[] {
  const of = Math.ceil(layer.pesPerCopy / pes);
  return Array.from({ length: of }, (_, index) => ({
    ...layer,
    name: `${layer.name}[${index + 1}/${of}]`,
    pesPerCopy: Math.min(pes, layer.pesPerCopy - index * pes),
    slice: { index, of },
  }));
}

/** Per slice, which of the base layers it is of, counted from 0. */
export function basesOf(slices: readonly Pick<MappedLayer, 'slice'>[]): number[] {
  let base = -1;
  return slices.map(({ slice }) => {
    if ((slice?.index ?? 0) === 0) base++;
    return base;
  });
}
