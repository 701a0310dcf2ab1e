import type { Architecture } from '../architecture/architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { didYouMean } from '../input/nearest.ts';
import { oneLine, show } from '../input/show.ts';
import { isBase, mvms, type Network } from '../network/network.ts';
import { type DuplicationName, type DuplicationPolicy, duplicationPolicies } from './duplication/index.ts';
import { pesPerCopy } from './tiling.ts';

/** More PEs than any chip has, and few enough that sums of them are exact. */
const MAX_PES = 2 ** 40;

/** A base layer on PEs. */
export interface MappedLayer {
  /** Index in `network.layers`. */
  readonly layer: number;
  readonly name: string;
  /** MVMs of one inference: `t` of spec.md section 3. */
  readonly mvms: number;
  /** PEs of one copy of the weights: `c` of spec.md section 3. */
  readonly pesPerCopy: number;
  /** Copies of the weights: `d` of spec.md section 5; 1 where they are not duplicated. */
  readonly copies: number;
}

/** All base layers of a network on the PEs of an architecture. */
export interface Mapping {
  /** The base layers in the order of the file. */
  readonly layers: readonly MappedLayer[];
  /** PEs of one copy of every layer. */
  readonly minimumPes: number;
  /** PEs of the architecture, used or not: what utilization counts (spec.md section 6). */
  readonly totalPes: number;
  /** PEs that hold weights. */
  readonly usedPes: number;
}

/** How many PEs there are, and who gets those beyond the minimum. */
export interface MappingOptions {
  /** Number of PEs; instead of the architecture's. */
  readonly pes?: number | undefined;
  /** PEs beyond the network's minimum; instead of `pes`. */
  readonly extraPes?: number | undefined;
  /** A policy, by name or as a function, or the copies of every base layer; `greedy` by default. */
  readonly duplication?: DuplicationName | DuplicationPolicy | readonly number[] | undefined;
}

type Unduplicated = Omit<MappedLayer, 'copies'>;

/**
 * Maps every base layer to PEs and duplicates weights (spec.md sections 3 and 5). The number of PEs is
 * `pes`, or the minimum and `extraPes`, or the architecture's, or the minimum.
 *
 * @throws ClsaCimError of kind `input` where the network has no base layer or does not fit the PEs, and of
 * kind `usage` where an option or what a policy returns is at fault.
 */
export function mapNetwork(
  network: Network,
  architecture: Architecture,
  options: MappingOptions = {},
): Mapping {
  const layers = network.layers.flatMap((layer, index): Unduplicated[] => {
    if (!isBase(layer)) return [];
    const { name, weights } = layer;
    return [{ layer: index, name, mvms: mvms(layer), pesPerCopy: pesPerCopy(weights, architecture) }];
  });
  if (layers.length === 0) {
    throw new ClsaCimError(
      `network ${oneLine(network.name)}: has no base layer (convolution, dense or MatMul with constant weights), so ` +
        'there is nothing to schedule on crossbars; check that this is the right file',
    );
  }
  const minimumPes = countPes(layers);
  if (!(minimumPes <= MAX_PES)) {
    throw new ClsaCimError(
      `network ${oneLine(network.name)}: needs more than ${MAX_PES} PEs; ${largest(layers)}; use larger crossbars`,
    );
  }
  const totalPes = budget(minimumPes, architecture, options);
  if (totalPes < minimumPes) {
    throw new ClsaCimError(
      `network ${oneLine(network.name)}: needs ${minimumPes} PEs and there are ${totalPes}: ${minimumPes - totalPes} ` +
        `missing; ${largest(layers)}; give at least ${minimumPes} PEs or use larger crossbars`,
    );
  }
  const copies = duplicate(layers, totalPes - minimumPes, options.duplication ?? 'greedy');
  const mapped = layers.map((layer, i) => ({ ...layer, copies: copies[i]! }));
  return { layers: mapped, minimumPes, totalPes, usedPes: countPes(mapped) };
}

function countPes(layers: readonly (Unduplicated & { readonly copies?: number })[]): number {
  return layers.reduce((pes, layer) => pes + layer.pesPerCopy * (layer.copies ?? 1), 0);
}

/** The layers that take the most PEs, for messages. */
function largest(layers: readonly Unduplicated[]): string {
  const top = layers.toSorted((a, b) => b.pesPerCopy - a.pesPerCopy).slice(0, 3);
  const names = top.map((layer) => `${oneLine(layer.name)} (${layer.pesPerCopy})`);
  return `the ${layers.length === 1 ? 'layer is' : 'largest layers are'} ${names.join(', ')}`;
}

function budget(minimumPes: number, architecture: Architecture, options: MappingOptions): number {
  const { pes, extraPes } = options;
  if (pes !== undefined && extraPes !== undefined) {
    throw new ClsaCimError('pes and extraPes are both given; give only one of them', 'usage');
  }
  if (pes !== undefined) return wholeNumber('pes', pes, 1);
  if (extraPes !== undefined) return minimumPes + wholeNumber('extraPes', extraPes, 0);
  return architecture.pes ?? minimumPes;
}

function wholeNumber(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= MAX_PES) return value;
  throw new ClsaCimError(
    `${option}: must be a whole number from ${least} to ${MAX_PES}, found ${show(value)}`,
    'usage',
  );
}

function duplicate(
  layers: readonly Unduplicated[],
  extraPes: number,
  duplication: DuplicationName | DuplicationPolicy | readonly number[],
): readonly number[] {
  if (typeof duplication === 'function') {
    return checked(duplication(layers, extraPes), layers, extraPes, 'the duplication policy');
  }
  if (typeof duplication !== 'string') return checked(duplication, layers, extraPes, 'the list of copies');
  if (Object.hasOwn(duplicationPolicies, duplication)) {
    return duplicationPolicies[duplication](layers, extraPes);
  }
  const hint = didYouMean(String(duplication), Object.keys(duplicationPolicies));
  throw new ClsaCimError(`no duplication policy is called ${show(duplication)}${hint}`, 'usage');
}

/** Copies that come from a user: one for every layer, 1 or more, within the budget. */
function checked(
  copies: readonly number[],
  layers: readonly Unduplicated[],
  extraPes: number,
  from: string,
): readonly number[] {
  if (!Array.isArray(copies) || copies.length !== layers.length) {
    const found = Array.isArray(copies) ? String(copies.length) : show(copies);
    throw new ClsaCimError(
      `${from}: must give the copies of ${layers.length} base layers as a list, found ${found}`,
      'usage',
    );
  }
  const bad = layers.findIndex((_, i) => !Number.isSafeInteger(copies[i]) || copies[i]! < 1);
  if (bad >= 0) {
    throw new ClsaCimError(
      `${from}: copies of layer ${oneLine(layers[bad]!.name)} must be a whole number of 1 or more, found ` +
        show(copies[bad]),
      'usage',
    );
  }
  const wanted = layers.reduce((pes, layer, i) => pes + layer.pesPerCopy * (copies[i]! - 1), 0);
  if (wanted > extraPes) {
    throw new ClsaCimError(
      `${from}: takes ${wanted} PEs beyond the minimum and ${extraPes} are left, ${wanted - extraPes} too ` +
        `few; give at least ${wanted} extra PEs or fewer copies`,
      'usage',
    );
  }
  return copies;
}
