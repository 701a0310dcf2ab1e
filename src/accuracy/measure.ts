import { arithmeticOf } from '../architecture/arithmetic.ts';
import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { weightsOf } from '../execute/base-runner.ts';
import { allCells, publishInputs, runLayer } from '../execute/in-order.ts';
import { type Feeds, Machine } from '../execute/machine.ts';
import type { Plan } from '../execute/plan.ts';
import type { Values } from '../execute/stored-value.ts';
import { oneLine } from '../input/show.ts';
import type { Mapping } from '../map/mapping.ts';
import { baseLayers, type Network } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import { activationCode } from './activation-code.ts';
import { ActivationRange } from './activation-range.ts';
import { type LayerBits, withBits } from './bits-file.ts';
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
import { type LayerCounts, multiplyLayer } from './layer-product.ts';
import type { NoiseModel } from './noise-model.ts';

/** What is measured, and how. */
export interface MeasureOptions {
  /** Bits of layers, by name; those that are left out are the file's, or the chip's. */
  readonly bits?: ReadonlyMap<string, LayerBits>;
  /** The limits of inputs are those of so many percent of all values; 100 by default. */
  readonly calibratePercent?: number;
  /** Cells that are not what they should be, in one trial. */
  readonly noise?: { readonly model: NoiseModel; readonly seed: number; readonly trial: number };
  readonly onProgress?: OnProgress | undefined;
}

/** What the arithmetic of the chip does to a layer. */
export interface LayerAccuracy {
  readonly name: string;
  readonly weightBits: number;
  readonly activationBits: number;
  /** Undefined where sums are read exactly. */
  readonly adcBits: number | undefined;
  /** What the layer adds by itself: it reads what the layers before it compute in float. */
  readonly alone: Deviation;
  /** With what the layers before it have added. */
  readonly cascaded: Deviation;
  /** Share of conversions whose sum was outside of what the ADC can tell. */
  readonly clippedShare: number;
  /** Share of inputs that were outside of their code. */
  readonly clippedInputs: number;
  /** Least bits of an ADC that lose nothing; `seen` is that of the inputs so far. */
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

/** What a layer has seen and counted. */
interface Measured {
  readonly alone: Deviation;
  readonly cascaded: Deviation;
  readonly counted: LayerCounts;
  readonly seen: LayerCounts | undefined;
}

/** What a layer reads and computes of one input. */
interface LayerValues {
  /** Number of its first vector among those of all inputs. */
  readonly first: number;
  /** Number of its first matrix among those of all layers. */
  readonly firstMatrix: number;
  /** What it computes in float. */
  readonly exact: Float32Array;
  /** What it reads in float. */
  readonly alone: Float32Array;
  /** What it reads on crossbars. */
  readonly own: Float32Array;
  /** Where what it computes on crossbars goes. */
  readonly found: Float32Array;
}

/**
 * Executes a network layer by layer in the arithmetic of a chip, and compares every layer with float.
 *
 * @param plans Two plans of the same program: one is executed in float, one on crossbars.
 * @param feeds The inputs, which codes of inputs are calibrated with, too.
 * @throws ClsaCimError where numbers are too large to be exact, or memory ends.
 */
export function measureAccuracy(
  network: Network,
  architecture: AnyArchitecture,
  mapping: Pick<Mapping, 'layers'>,
  plans: { readonly float: Plan; readonly crossbars: Plan },
  feeds: readonly Feeds[],
  options: MeasureOptions = {},
): Accuracy {
  checkCoded(plans.float);
  return new Measurement(network, architecture, mapping, plans, feeds, options).run();
}

/** @throws ClsaCimError where a layer multiplies integers. */
export function checkCoded({ bases }: Plan): void {
  for (const [layer, { integers }] of bases) {
    if (integers === undefined) continue;
    throw new ClsaCimError(
      `layer ${oneLine(layer)} multiplies integers (QLinearConv and its kin), which are not coded again; give the model in float, ` +
        'or with QuantizeLinear and DequantizeLinear around its layers',
      'input',
      { code: 'NOT_EXECUTABLE' },
    );
  }
}

class Measurement {
  readonly #network: Network;
  readonly #architecture: AnyArchitecture;
  readonly #mapping: Pick<Mapping, 'layers'>;
  readonly #plans: { readonly float: Plan; readonly crossbars: Plan };
  readonly #feeds: readonly Feeds[];
  readonly #options: MeasureOptions;
  readonly #ranges = new Map<string, ActivationRange>();
  readonly #measured = new Map<string, Measured>();
  #steps = 0;

  constructor(
    network: Network,
    architecture: AnyArchitecture,
    mapping: Pick<Mapping, 'layers'>,
    plans: { readonly float: Plan; readonly crossbars: Plan },
    feeds: readonly Feeds[],
    options: MeasureOptions,
  ) {
    this.#network = network;
    this.#architecture = architecture;
    this.#mapping = mapping;
    this.#plans = plans;
    this.#feeds = feeds;
    this.#options = options;
  }

  run(): Accuracy {
    const { float: floatPlan, crossbars: crossbarPlan } = this.#plans;
    const feeds = this.#feeds;
    const one = { slots: 1, joins: new Set<string>() };
    // Every input goes through in float twice: to calibrate codes, and beside the crossbars.
    const float = new Machine(floatPlan, { ...one, feeds: [...feeds, ...feeds] });
    const crossbars = new Machine(crossbarPlan, { ...one, feeds });
    try {
      for (const i of feeds.keys()) this.#calibrate(float, i);
      const deviations = floatPlan.outputs.map(() => NO_DEVIATION);
      let agreement = NO_AGREEMENT;
      for (const i of feeds.keys()) {
        const [exact, found] = this.#execute(float, crossbars, i);
        exact.forEach((values, output) => {
          const deviation = deviationOf(floats(values), floats(found[output]!));
          deviations[output] = mergeDeviations(deviations[output]!, deviation);
        });
        if (exact[0] !== undefined)
          agreement = countAgreement(agreement, floats(exact[0]), floats(found[0]!));
      }
      return {
        layers: this.#layers(),
        outputs: floatPlan.outputs.map(({ name }, i) => ({ name, deviation: deviations[i]! })),
        agreement,
      };
    } finally {
      float.release();
      crossbars.release();
    }
  }

  /** What every layer reads in float. */
  #calibrate(float: Machine, inference: number): void {
    publishInputs(this.#plans.float, float, inference);
    for (const [layer, operation] of this.#plans.float.bases) {
      const range = this.#ranges.get(layer) ?? new ActivationRange();
      this.#ranges.set(layer, range);
      range.see(float.vectorsOf(layer, inference));
      runLayer(float, operation, inference);
      this.#tell();
    }
  }

  /** Both machines, layer by layer: the outputs of both. */
  #execute(float: Machine, crossbars: Machine, inference: number): [readonly Values[], readonly Values[]] {
    const again = inference + this.#feeds.length;
    publishInputs(this.#plans.crossbars, crossbars, inference);
    publishInputs(this.#plans.float, float, again);
    let firstMatrix = 0;
    for (const [layer, operation] of this.#plans.float.bases) {
      const { cells } = operation.output.layout;
      runLayer(float, operation, again);
      this.#onCrossbars(layer, {
        first: inference * cells,
        firstMatrix,
        exact: float.sumsOf(layer, again),
        alone: float.vectorsOf(layer, again),
        own: crossbars.vectorsOf(layer, inference),
        found: crossbars.sumsOf(layer, inference),
      });
      crossbars.publish(layer, inference, allCells(cells));
      firstMatrix += operation.weights.groups;
      this.#tell();
    }
    return [float.outputs(again), crossbars.outputs(inference)];
  }

  /** A layer on crossbars, of what it reads in float and of what has come out of the crossbars before it. */
  #onCrossbars(layer: string, { first, firstMatrix, exact, alone, own, found }: LayerValues): void {
    const { noise } = this.#options;
    const product = this.#productOf(layer);
    const before = this.#measured.get(layer);
    // Sums take longer to make than products: those of the first input tell what there is.
    const scratch = { inputs: alone, results: new Float32Array(exact.length), first };
    const exactly = { ...product.arithmetic, adcBits: undefined };
    const seen =
      before === undefined
        ? multiplyLayer({ ...product, arithmetic: exactly, keepsSums: true }, [scratch])
        : before.seen;
    const results = new Float32Array(exact.length);
    const isNoisy = noise !== undefined;
    const counted = multiplyLayer(
      { ...product, seen: seen?.sums, noise: isNoisy ? { ...noise, firstMatrix } : undefined },
      // Of noise only what comes out in the end is told: it takes ten times as long.
      [...(isNoisy ? [] : [{ inputs: alone, results, first }]), { inputs: own, results: found, first }],
    );
    this.#measured.set(layer, {
      alone: isNoisy
        ? NO_DEVIATION
        : mergeDeviations(before?.alone ?? NO_DEVIATION, deviationOf(exact, results)),
      cascaded: mergeDeviations(before?.cascaded ?? NO_DEVIATION, deviationOf(exact, found)),
      counted,
      seen,
    });
  }

  #productOf(layer: string) {
    const operation = this.#plans.float.bases.get(layer)!;
    const normal = normalArchitecture(this.#architecture);
    const arithmetic = this.#arithmeticOf(layer);
    const index = baseLayers(this.#network).findIndex(({ name }) => name === layer);
    const own = this.#network.layers.indexOf(baseLayers(this.#network)[index]!);
    const crossbar = this.#mapping.layers.find((mapped) => mapped.layer === own)?.crossbar ?? 0;
    const percent = this.#options.calibratePercent ?? 100;
    const range = this.#ranges.get(layer)!;
    return {
      matrix: operation.weights,
      weights: weightsOf(operation, this.#plans.float.constants),
      arithmetic,
      crossbarRows: normal.crossbars.classes[crossbar]!.crossbarRows,
      activation: activationCode(percent === 100 ? range.range : range.percentile(percent), arithmetic),
    };
  }

  /** Bits of the file are the layer's own; those that the user gives come before them. */
  #arithmeticOf(name: string) {
    const layer = baseLayers(this.#network).find((base) => base.name === name)!;
    const { weightBits, activationBits } = layer;
    const ofFile = {
      ...(weightBits === undefined ? {} : { weightBits }),
      ...(activationBits === undefined ? {} : { activationBits }),
    };
    const chip = arithmeticOf(normalArchitecture(this.#architecture).given);
    return withBits(withBits(chip, ofFile), this.#options.bits?.get(name));
  }

  #layers(): LayerAccuracy[] {
    return [...this.#measured].map(([name, { alone, cascaded, counted, seen }]) => {
      const { weightBits, activationBits, adcBits } = this.#arithmeticOf(name);
      const { counts, leastAdcBits } = counted;
      return {
        ...{ name, weightBits, activationBits, adcBits, alone, cascaded },
        clippedShare: clippedShare(counts.clipped, counts.conversions),
        clippedInputs: clippedShare(counts.clippedInputs, counts.inputs),
        leastAdcBits: { ...leastAdcBits, seen: seen?.leastAdcBits.seen },
      };
    });
  }

  #tell(): void {
    this.#steps++;
    this.#options.onProgress?.(this.#steps / (2 * this.#feeds.length * this.#plans.float.bases.size));
  }
}

function floats(values: Values): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
