import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { demandObject } from '../input/arguments.ts';
import { checkedLater, type OptionSchemas, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import type { Network } from '../network/network.ts';
import { type Duplication, duplicate } from './duplicate.ts';
import { checkFit, type Fit, fitNetwork, missingPes } from './fit.ts';
import type { MappedLayer, PeOptions } from './mapped-layer.ts';

export type { MappedLayer } from './mapped-layer.ts';

/** All base layers of a network on the PEs of an architecture. */
export interface Mapping {
  /** The base layers in the order of the file; where weights take turns, slices of them too. */
  readonly layers: readonly MappedLayer[];
  /** PEs of one copy of every layer. */
  readonly minimumPes: number;
  /** PEs of the architecture, used or not: what utilization counts (spec.md section 6). */
  readonly totalPes: number;
  /** PEs that hold weights; where weights take turns, in the round that takes most. */
  readonly usedPes: number;
  /**
   * Where weights take turns (spec.md section 9): the index in `layers` of the first of each round, of which there are
   * two or more.
   */
  readonly rounds?: readonly number[];
}

/** How many PEs there are, and who gets those beyond the minimum. */
export interface MappingOptions extends PeOptions {
  /**
   * A policy, by name or as a function, or the copies of every base layer; `greedy` by default. Where it is simulated on a
   * chip with tiles, `tried` is the default: lists of copies are simulated, and the fastest is taken. With crossbars
   * of several sizes a function is called for each of them, with the layers that are there.
   */
  readonly duplication?: Duplication | undefined;
}

/** What the options of a mapping have to be. */
export const mappingSchemas: OptionSchemas<MappingOptions> = {
  pes: checkedLater,
  extraPes: checkedLater,
  duplication: checkedLater,
};
const checkedOptions = optionsOf<MappingOptions>('mapNetwork', mappingSchemas, STEP_OPTIONS);

/**
 * Maps every base layer to PEs and duplicates weights (spec.md sections 3 and 5). The number of PEs is
 * `pes`, or the minimum and `extraPes`, or the architecture's, or the minimum. Of crossbars of several sizes
 * every layer with all its copies gets one, such that as few cells as possible are taken and all layers fit.
 *
 * @throws ClsaCimError of kind `input` where the network has no base layer or does not fit the PEs, and of
 * kind `usage` where an option, a field of the architecture or what a policy returns is at fault.
 */
export function mapNetwork(
  network: Network,
  architecture: AnyArchitecture,
  options: MappingOptions = {},
): Mapping {
  return mapTrusted(network, normalArchitecture(architecture), checkedOptions(options));
}

/** {@link mapNetwork} for options that were checked where they came in, among others. */
export function mapTrusted(
  network: Network,
  architecture: NormalArchitecture,
  options: MappingOptions,
): Mapping {
  demandObject(network, 'network', 'loadModel');
  return mapFit(network, architecture, fitNetwork(network, architecture, options), options.duplication);
}

/**
 * The mapping of a network that fits.
 *
 * @throws ClsaCimError as {@link mapNetwork} does.
 */
export function mapFit(
  network: Network,
  architecture: NormalArchitecture,
  fit: Fit,
  duplication: Duplication = 'greedy',
): Mapping {
  checkFit(network, fit, architecture);
  return withCopies(fit, duplicate(fit, duplication));
}

/**
 * {@link mapNetwork} also for a network that does not fit, to look at: with one copy of every layer then, on more PEs
 * than there are.
 *
 * @throws ClsaCimError as {@link mapNetwork} does, but not for missing PEs.
 */
export function mapEvenIfTooLarge(
  network: Network,
  architecture: AnyArchitecture,
  options: MappingOptions = {},
): Mapping {
  demandObject(network, 'network', 'loadModel');
  const fit = fitNetwork(network, normalArchitecture(architecture), options);
  const fits = missingPes(fit).every((missing) => missing === 0);
  const one = () => fit.layers.map(() => 1);
  return withCopies(fit, fits ? duplicate(fit, options.duplication ?? 'greedy') : one());
}

/** The mapping of a fit in which every layer has so many copies. */
export function withCopies({ layers, needed, there }: Fit, copies: readonly number[]): Mapping {
  const mapped = layers.map((layer, i): MappedLayer => {
    if (layer.reason !== undefined) return { ...layer, copies: copies[i]! };
    const { layer: index, name, mvms, pesPerCopy, crossbar } = layer;
    // One literal: a sweep makes these for every layer of every point.
    return { layer: index, name, mvms, pesPerCopy, crossbar, copies: copies[i]! };
  });
  return { layers: mapped, minimumPes: sum(needed), totalPes: sum(there), usedPes: pesUsed(mapped) };
}

/** PEs that hold copies of these layers. */
export function pesUsed(layers: readonly Pick<MappedLayer, 'pesPerCopy' | 'copies'>[]): number {
  return layers.reduce((pes, layer) => pes + layer.pesPerCopy * layer.copies, 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
