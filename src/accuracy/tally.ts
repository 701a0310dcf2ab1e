import type { LeastAdcBits } from './crossbar-product.ts';
import {
  type Agreement,
  clippedShare,
  countAgreement,
  type Deviation,
  deviationOf,
  mergeDeviations,
  NO_AGREEMENT,
  NO_DEVIATION,
} from './figures.ts';
import type { LayerCodes } from './layer-arithmetic.ts';
import { type LayerCounts, mergeLayerCounts } from './layer-product.ts';

/** What the arithmetic of the chip does to a layer. */
export interface LayerAccuracy extends LayerCodes {
  readonly name: string;
  /** What the layer adds by itself: it reads what the layers before it compute in float. */
  readonly alone: Deviation;
  /** With what the layers before it have added. */
  readonly cascaded: Deviation;
  /** Share of conversions whose sum was outside of what the ADC can tell. */
  readonly clippedShare: number;
  /** Share of inputs that were outside of their code. */
  readonly clippedInputs: number;
  /** Least bits of an ADC that lose nothing; `seen` is that of the first input. */
  readonly leastAdcBits: LeastAdcBits;
}

/** What the arithmetic of a chip does to a network. */
export interface Accuracy {
  readonly layers: readonly LayerAccuracy[];
  /** Every output of the network, over all inputs. */
  readonly outputs: readonly { readonly name: string; readonly deviation: Deviation }[];
  /** Over how many inputs the first output has its largest value at the same index. */
  readonly agreement: Agreement;
}

/** What a layer has computed of one input, and what it should have. */
export interface LayerResults {
  /** In float. */
  readonly exact: ArrayLike<number>;
  /** On crossbars, of what it reads in float; undefined where that is not computed. */
  readonly alone: ArrayLike<number> | undefined;
  /** On crossbars, of what came out of the crossbars before it. */
  readonly cascaded: ArrayLike<number>;
}

/** What a layer has counted so far. */
interface LayerTally {
  readonly told: LayerCodes;
  readonly alone: Deviation;
  readonly cascaded: Deviation;
  readonly counted: LayerCounts;
}

/** Adds up what layers and outputs have come to, input by input. */
export class Tally {
  readonly #layers = new Map<string, LayerTally>();
  readonly #outputs = new Map<string, Deviation>();
  #agreement = NO_AGREEMENT;

  /** A layer has computed some inputs. */
  addLayer(name: string, told: LayerCodes, results: readonly LayerResults[], counted: LayerCounts): void {
    const before = this.#layers.get(name);
    let { alone, cascaded } = before ?? { alone: NO_DEVIATION, cascaded: NO_DEVIATION };
    for (const result of results) {
      if (result.alone !== undefined) alone = mergeDeviations(alone, deviationOf(result.exact, result.alone));
      cascaded = mergeDeviations(cascaded, deviationOf(result.exact, result.cascaded));
    }
    const all = before === undefined ? counted : mergeLayerCounts(before.counted, counted);
    this.#layers.set(name, { told, alone, cascaded, counted: all });
  }

  /** The outputs of an input are there, in the order of the network. */
  addOutputs(
    names: readonly string[],
    exact: readonly ArrayLike<number>[],
    found: readonly ArrayLike<number>[],
  ): void {
    names.forEach((name, i) => {
      const before = this.#outputs.get(name) ?? NO_DEVIATION;
      this.#outputs.set(name, mergeDeviations(before, deviationOf(exact[i]!, found[i]!)));
    });
    if (exact[0] !== undefined) this.#agreement = countAgreement(this.#agreement, exact[0], found[0]!);
  }

  /**
   * What has been added.
   *
   * @param seen By layer: what the sums of the first input were.
   */
  accuracy(seen: ReadonlyMap<string, LayerCounts>): Accuracy {
    return {
      layers: [...this.#layers].map(([name, { told, alone, cascaded, counted }]) => {
        const { counts, leastAdcBits } = counted;
        return {
          ...{ name, ...told, alone, cascaded },
          clippedShare: clippedShare(counts.clipped, counts.conversions),
          clippedInputs: clippedShare(counts.clippedInputs, counts.inputs),
          leastAdcBits: { ...leastAdcBits, seen: seen.get(name)?.leastAdcBits.seen },
        };
      }),
      outputs: [...this.#outputs].map(([name, deviation]) => ({ name, deviation })),
      agreement: this.#agreement,
    };
  }
}
