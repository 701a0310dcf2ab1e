import type { CrossbarClass, Crossbars } from '../architecture/crossbar.ts';
import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { oneLine, show } from '../input/show.ts';
import { type BaseLayer, isBase, mvms, type Network } from '../network/network.ts';
import { chooseCrossbars, pesTaken } from './choose-crossbars.ts';
import { type Room, reasonFor } from './crossbar-reason.ts';
import type { MappedLayer, PeOptions } from './mapped-layer.ts';
import { pesPerCopy } from './tiling.ts';

/** More PEs than any chip has, and few enough that sums of them are exact. */
const MAX_PES = 2 ** 40;

/** One copy of every base layer on the crossbars of an architecture, whether or not the PEs suffice. */
export interface Fit {
  /** The base layers, each in its class of crossbars. */
  readonly layers: readonly Omit<MappedLayer, 'copies'>[];
  /** The crossbars of the architecture. */
  readonly crossbars: Crossbars;
  /** Per class of crossbars: PEs that the layers take. */
  readonly needed: readonly number[];
  /** Per class of crossbars: PEs that there are. */
  readonly there: readonly number[];
}

/**
 * Puts one copy of every base layer on PEs (spec.md section 3), each layer into one class of crossbars.
 *
 * @throws ClsaCimError of kind `input` where the network has no base layer, or no chip would do; of kind `usage`
 * where an option is at fault.
 */
export function fitNetwork(network: Network, architecture: NormalArchitecture, options: PeOptions): Fit {
  return new Fitter(network, architecture).fit(options);
}

/** {@link fitNetwork} of one network on one architecture, for any numbers of PEs. */
export class Fitter {
  readonly #architecture: NormalArchitecture;
  readonly #base: readonly { readonly layer: BaseLayer; readonly index: number }[];
  /** Per base layer, PEs of one copy in every class of crossbars. */
  readonly #pesByClass: readonly (readonly number[])[];
  /** Every base layer in the class that it takes the fewest PEs of. */
  readonly #least: Fit['layers'];
  readonly #leastPes: number;

  /** @throws ClsaCimError as {@link fitNetwork}, but not for options. */
  constructor(network: Network, architecture: NormalArchitecture) {
    this.#architecture = architecture;
    this.#base = network.layers.flatMap((layer, index) => (isBase(layer) ? [{ layer, index }] : []));
    if (this.#base.length === 0) {
      throw new ClsaCimError(
        `network ${oneLine(network.name)}: has no base layer (convolution, dense or MatMul with constant weights), so ` +
          'there is nothing to schedule on crossbars; check that this is the right file',
      );
    }
    this.#pesByClass = this.#base.map(({ layer }) =>
      architecture.crossbars.classes.map((crossbar) => pesPerCopy(layer.weights, architecture, crossbar)),
    );
    this.#least = this.#layers(
      this.#pesByClass.map((pes) => pes.indexOf(pes.reduce((least, some) => Math.min(least, some)))),
    );
    this.#leastPes = this.#least.reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0);
    if (!(this.#leastPes <= MAX_PES)) {
      throw new ClsaCimError(
        `network ${oneLine(network.name)}: needs more than ${MAX_PES} PEs; ${largest(this.#least)}; use larger crossbars`,
        'input',
        { code: 'TOO_LARGE' },
      );
    }
  }

  /**
   * The layers are the same object for all numbers of PEs where crossbars are of one size.
   *
   * @throws ClsaCimError of kind `usage` where an option is at fault.
   */
  fit(options: PeOptions): Fit {
    const { crossbars, columnsPerWeight } = this.#architecture;
    const { classes } = crossbars;
    const there = pesThere(this.#architecture, options, this.#leastPes);
    if (classes.length === 1) return { layers: this.#least, crossbars, needed: [this.#leastPes], there };
    const pesByClass = this.#pesByClass;
    const budgets = classes.map(({ crossbarRows, crossbarColumns }, k) => ({
      pes: there[k]!,
      cells: crossbarRows * crossbarColumns,
    }));
    const choice = chooseCrossbars(pesByClass, budgets);
    const needed = pesTaken(pesByClass, choice, classes.length);
    const room: Room = { columnsPerWeight, classes, needed, there };
    const layers = this.#layers(choice).map((mapped, i) => ({
      ...mapped,
      reason: reasonFor(this.#base[i]!.layer.weights, pesByClass[i]!, choice[i]!, room),
    }));
    return { layers, crossbars, needed, there };
  }

  #layers(choice: readonly number[]): Fit['layers'] {
    return this.#base.map(({ layer, index }, i) => ({
      layer: index,
      name: layer.name,
      mvms: mvms(layer),
      pesPerCopy: this.#pesByClass[i]![choice[i]!]!,
      crossbar: choice[i]!,
    }));
  }
}

/** PEs that there are of every class: the user's number, that of the architecture, or as many as needed. */
function pesThere(
  { name, crossbars }: NormalArchitecture,
  { pes, extraPes }: PeOptions,
  leastPes: number,
): readonly number[] {
  if (crossbars.kind === 'listed') {
    const given = pes !== undefined ? 'pes' : extraPes !== undefined ? 'extraPes' : undefined;
    if (given !== undefined) {
      throw new ClsaCimError(
        `${given}: the architecture ${oneLine(name)} gives the PEs of each of its crossbars; change ` +
          `pes in its list of crossbars instead`,
        'usage',
      );
    }
    return crossbars.classes.map((crossbar) => crossbar.pes);
  }
  if (pes !== undefined && extraPes !== undefined) {
    throw new ClsaCimError('pes and extraPes are both given; give only one of them', 'usage');
  }
  if (pes !== undefined) return [wholeNumber('pes', pes, 1)];
  if (extraPes !== undefined) return [leastPes + wholeNumber('extraPes', extraPes, 0)];
  return [crossbars.classes[0].pes ?? leastPes];
}

function wholeNumber(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= MAX_PES) return value;
  throw new ClsaCimError(
    `${option}: must be a whole number from ${least} to ${MAX_PES}, found ${show(value)}`,
    'usage',
  );
}

/** PEs that are missing of every class. */
export function missingPes({ needed, there }: Pick<Fit, 'needed' | 'there'>): number[] {
  return needed.map((pes, k) => Math.max(0, pes - there[k]!));
}

/** @throws ClsaCimError where PEs are missing: how many, which layers take most, and what to add so that weights take turns. */
export function checkFit(network: Network, fit: Fit, { writing }: Pick<NormalArchitecture, 'writing'>): void {
  const { crossbars, needed, there } = fit;
  const missing = missingPes(fit);
  if (missing.every((pes) => pes === 0)) return;
  const name = `network ${oneLine(network.name)}`;
  const sum = (pes: readonly number[]) => pes.reduce((all, some) => all + some, 0);
  const figures = { neededPes: sum(needed), totalPes: sum(there), missingPes: missing };
  const details = { code: 'DOES_NOT_FIT', ...figures } as const;
  if (crossbars.kind === 'alike') {
    const [pes, of] = [needed[0]!, there[0]!];
    const turns = writing === undefined ? ', or give peWriteNs or rowWriteNs so that weights take turns' : '';
    throw new ClsaCimError(
      `${name}: needs ${pes} PEs and there are ${of}: ${pes - of} missing; ${largest(fit.layers)}; give at least ` +
        `${pes} PEs or use larger crossbars${turns}`,
      'input',
      details,
    );
  }
  const lacking = crossbars.classes.flatMap(({ name: crossbar }, k) =>
    missing[k] === 0
      ? []
      : [`${missing[k]} of ${oneLine(crossbar)} (needed ${needed[k]}, there are ${there[k]})`],
  );
  throw new ClsaCimError(
    `${name}: does not fit the crossbars: PEs are missing, ${lacking.join(' and ')}; ` +
      `${largest(fit.layers, crossbars.classes)}; give these PEs or use larger crossbars`,
    'input',
    details,
  );
}

/** The layers that take the most PEs, for messages. */
function largest(
  layers: readonly Pick<MappedLayer, 'name' | 'pesPerCopy' | 'crossbar'>[],
  classes: readonly CrossbarClass[] = [],
): string {
  const top = layers.toSorted((a, b) => b.pesPerCopy - a.pesPerCopy).slice(0, 3);
  const names = top.map(({ name, pesPerCopy, crossbar }) => {
    const of = classes[crossbar] === undefined ? '' : ` of ${oneLine(classes[crossbar].name)}`;
    return `${oneLine(name)} (${pesPerCopy}${of})`;
  });
  return `the ${layers.length === 1 ? 'layer is' : 'largest layers are'} ${names.join(', ')}`;
}
