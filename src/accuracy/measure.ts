import type { AnyArchitecture } from '../architecture/normal-architecture.ts';
import type { BaseOperation } from '../execute/base-operation.ts';
import { type FeedSource, feedsFrom } from '../execute/feed-source.ts';
import { allCells } from '../execute/in-order.ts';
import type { Machine } from '../execute/machine.ts';
import type { Plan } from '../execute/plan.ts';
import { naming } from '../input/naming.ts';
import { oneLine } from '../input/show.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import { ActivationRange } from './activation-range.ts';
import type { LayerBits } from './bits-file.ts';
import { LayerArithmetic } from './layer-arithmetic.ts';
import { type LayerCounts, type LayerNoise, type LayerVectors, multiplyLayer } from './layer-product.ts';
import { hasExactSums } from './limits.ts';
import type { NoiseModel } from './noise-model.ts';
import { type NoiseTrials, noiseTrials } from './noise-trials.ts';
import { inputsTogether, Pass } from './pass.ts';
import { roundHalfEven } from './round.ts';
import { type Accuracy, type LayerResults, Tally } from './tally.ts';

/** A network to be executed in the arithmetic of a chip. */
export interface ToMeasure {
  readonly network: Network;
  readonly architecture: AnyArchitecture;
  /** Which crossbars each layer is on. */
  readonly mapping: Pick<Mapping, 'layers'>;
  /** Two plans of its program: one is executed in float, one on crossbars. */
  readonly plans: { readonly float: Plan; readonly crossbars: Plan };
  /** What it reads; codes of inputs that the file does not give are calibrated with it, too. */
  readonly inputs: FeedSource;
}

/** What is measured, and how. */
export interface MeasureOptions {
  /** Bits of layers, by name; those that are left out are the file's, or the chip's. */
  readonly bits?: ReadonlyMap<string, LayerBits> | undefined;
  /** The limits of inputs are those of so many percent of all values; 100 by default. */
  readonly calibratePercent?: number | undefined;
  /** Cells that are not what they should be, in some trials. */
  readonly noise?: { readonly model: NoiseModel; readonly seed: number; readonly trials: number } | undefined;
  /** So many inputs go through together, each layer with all of them before the next; as many as memory is good for by default. */
  readonly together?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** What the arithmetic of a chip does to a network, and what noise does. */
export interface Measured {
  readonly accuracy: Accuracy;
  /** Where there is noise. */
  readonly noise?: NoiseTrials;
}

/**
 * Executes a network layer by layer in the arithmetic of a chip, and compares every layer with float.
 *
 * @throws ClsaCimError where numbers are too large to be exact, or memory ends.
 */
export function measureAccuracy(model: ToMeasure, options: MeasureOptions = {}): Measured {
  return new Measurement(model, options).run();
}

/** Some inputs on their way through the layers. */
interface Execution {
  /** Number of the first of them. */
  readonly first: number;
  readonly float: Pass;
  /** The same inputs on crossbars. */
  readonly pass: Pass;
  readonly tally: Tally;
  readonly noise: LayerNoise | undefined;
}

class Measurement {
  readonly #model: ToMeasure;
  readonly #options: MeasureOptions;
  readonly #together: number;
  readonly #trials: number;
  readonly #arithmetic: LayerArithmetic;
  readonly #ranges = new Map<string, ActivationRange>();
  /** By layer: what was counted of the first input, with sums. */
  readonly #seen = new Map<string, LayerCounts>();
  #steps = 0;

  constructor(model: ToMeasure, options: MeasureOptions) {
    const { network, architecture, mapping, plans, inputs } = model;
    this.#model = model;
    this.#options = options;
    this.#together = options.together ?? inputsTogether(plans.float, inputs.count);
    this.#trials = options.noise?.trials ?? 0;
    const { bits, calibratePercent } = options;
    this.#arithmetic = new LayerArithmetic(network, architecture, mapping, bits, calibratePercent);
    for (const layer of plans.float.bases.keys()) this.#ranges.set(layer, new ActivationRange());
  }

  run(): Measured {
    const { count } = this.#model.inputs;
    const [exact, ...trials] = Array.from({ length: 1 + this.#trials }, () => new Tally());
    // Where all inputs go through together, what they are in float is there after the first pass.
    let float = this.#calibrate();
    for (let first = 0; first < count; first += this.#together) {
      float ??= this.#inFloat(first);
      try {
        this.#onCrossbars(first, float, exact!);
        for (const [trial, tally] of trials.entries()) this.#onCrossbars(first, float, tally, trial);
      } finally {
        float.release();
        float = undefined;
      }
    }
    const accuracy = exact!.accuracy(this.#seen);
    if (this.#options.noise === undefined) return { accuracy };
    return { accuracy, noise: noiseTrials(trials.map((tally) => tally.accuracy(this.#seen))) };
  }

  /** What every layer reads in float; the pass, where it is the only one. */
  #calibrate(): Pass | undefined {
    const { count } = this.#model.inputs;
    const see = (layer: string, vectors: Float32Array) => this.#ranges.get(layer)!.see(vectors);
    if (this.#together >= count) return this.#inFloat(0, see);
    for (let first = 0; first < count; first += this.#together) this.#inFloat(first, see).release();
    return undefined;
  }

  #inFloat(first: number, see?: (layer: string, vectors: Float32Array) => void): Pass {
    const pass = new Pass(this.#model.plans.float, this.#feeds(first));
    pass.runInFloat(see, () => this.#tell());
    return pass;
  }

  /** Layer by layer on crossbars, beside what is computed in float. */
  #onCrossbars(first: number, float: Pass, tally: Tally, trial?: number): void {
    const pass = new Pass(this.#model.plans.crossbars, this.#feeds(first));
    try {
      let firstMatrix = 0;
      for (const operation of float.plan.bases.values()) {
        const { noise } = this.#options;
        const ofTrial =
          noise === undefined || trial === undefined ? undefined : { ...noise, trial, firstMatrix };
        naming(`layer ${oneLine(operation.layer)}`, () =>
          this.#layerOnCrossbars(operation, { first, float, pass, tally, noise: ofTrial }),
        );
        firstMatrix += operation.weights.groups;
      }
      const names = float.plan.outputs.map(({ name }) => name);
      for (let i = 0; i < pass.count; i++) {
        tally.addOutputs(names, float.machine.outputs(i), pass.machine.outputs(i));
      }
    } finally {
      pass.release();
    }
  }

  /** One layer, of what it reads in float and of what came out of the crossbars before it. Of noise only the latter: it takes ten times as long. */
  #layerOnCrossbars(operation: BaseOperation, { first, float, pass, tally, noise }: Execution): void {
    const { layer } = operation;
    const { constants } = float.plan;
    const { product, told } = this.#arithmetic.onCrossbars(operation, constants, this.#ranges.get(layer)!);
    // Sums take longer to make than products: those of the first input tell what there is.
    if (!this.#seen.has(layer)) this.#seen.set(layer, sumsOf(product, float.machine.vectorsOf(layer, 0)));
    const vectors: LayerVectors[] = [];
    const multiplied = (machine: Machine, i: number) => {
      const results = roomFor(operation);
      const number = (first + i) * operation.output.layout.cells;
      vectors.push({ inputs: machine.vectorsOf(layer, i), results, first: number });
      return results;
    };
    const results = Array.from({ length: pass.count }, (_, i) => ({
      exact: float.machine.sumsOf(layer, i),
      alone: noise === undefined ? multiplied(float.machine, i) : undefined,
      cascaded: multiplied(pass.machine, i),
    }));
    const counted = multiplyLayer({ ...product, seen: this.#seen.get(layer)!.sums, noise }, vectors);
    this.#publish(pass, operation, results);
    tally.addLayer(layer, told, results, counted);
  }

  /** What came out of the crossbars is what the layers behind read. Sums of integers are integers. */
  #publish(
    { machine }: Pass,
    { layer, output, integers }: BaseOperation,
    results: readonly LayerResults[],
  ): void {
    results.forEach(({ cascaded }, i) => {
      const sums = machine.sumsOf(layer, i);
      if (integers === undefined) sums.set(cascaded);
      else for (let k = 0; k < sums.length; k++) sums[k] = roundHalfEven(cascaded[k]!);
      machine.publish(layer, i, allCells(output.layout.cells));
      this.#tell();
    });
  }

  #feeds(first: number) {
    const { inputs } = this.#model;
    return feedsFrom(inputs, first, Math.min(this.#together, inputs.count - first));
  }

  #tell(): void {
    const { inputs, plans } = this.#model;
    const inFloat = this.#together >= inputs.count ? 1 : 2;
    this.#steps++;
    const all = (inFloat + 1 + this.#trials) * inputs.count * plans.float.bases.size;
    this.#options.onProgress?.(this.#steps / all);
  }
}

/** What the sums of an input are where no ADC changes them; without them where they would be too large, and no ADC is there. */
function sumsOf(product: Parameters<typeof multiplyLayer>[0], inputs: Float32Array): LayerCounts {
  const { arithmetic, matrix, activation, crossbarRows } = product;
  const results = new Float32Array(
    (inputs.length / (matrix.groups * matrix.rows)) * matrix.groups * matrix.columns,
  );
  const keepsSums =
    arithmetic.adcBits !== undefined ||
    hasExactSums(arithmetic, activation.bits, Math.min(matrix.rows, crossbarRows));
  const exactly = { ...arithmetic, adcBits: undefined };
  return multiplyLayer({ ...product, arithmetic: exactly, keepsSums }, [{ inputs, results, first: 0 }]);
}

/** Room for what a layer computes: sums of integers need all of their digits. */
function roomFor({ output, integers }: BaseOperation): Float32Array | Float64Array {
  const { size } = output.store;
  return integers === undefined ? new Float32Array(size) : new Float64Array(size);
}
