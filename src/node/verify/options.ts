import * as v from 'valibot';
import type { LayerBits, NoiseModel } from '../../accuracy/index.ts';
import { aFunction, checkedLater, flag, oneOf, optionsOf } from '../../input/options.ts';
import { count, expected, numbersByName, wholeNumber } from '../../input/validate.ts';
import type { LoadOptions } from '../../load/options.ts';
import type { PeOptions } from '../../map/mapped-layer.ts';
import type { ScheduleOptions } from '../../schedule/schedule.ts';
import type { SimulationOptions } from '../../simulate/index.ts';
import type { Judge } from '../../verify/verification.ts';
import { FITS, type Fit } from '../images/fit.ts';
import type { WeightOrigin } from './executable-model.ts';
import type { InputOptions } from './model-inputs.ts';

/** A model that is executed, and with what. */
export interface ModelOptions extends Omit<LoadOptions, 'onProgress'>, InputOptions {
  /** Seed of random inputs and weights, and of noise; 1 by default. */
  readonly seed?: number;
  /** `file` by default: the weights in the file, random ones where it has none. */
  readonly weights?: WeightOrigin;
  /** Is told now and then which part of the work is done, in words, and how much of it, from 0 to 1. */
  readonly onProgress?: (what: string, share: number) => void;
}

/** How the arithmetic of a chip is measured. */
export interface ArithmeticOptions {
  /** Bits of layers, by name; those that are left out are the file's, or the chip's. */
  readonly bits?: Readonly<Record<string, LayerBits>>;
  /** Codes of inputs that the file does not give reach over so many percent of all values that were seen; 100 by default. */
  readonly calibratePercent?: number;
  /** Cells that are not what they should be: a model, the name of a preset, or the path of a file. */
  readonly noise?: NoiseModel | string;
  /** With noise: trials, each with other cells; 3 by default. */
  readonly trials?: number;
}

/** How a model is verified. */
export interface VerifyOptions extends ModelOptions {
  /** How it is scheduled; by default as `schedule` does it. */
  readonly schedule?: ScheduleOptions;
  /** How it is simulated: what is executed is a simulated run then. */
  readonly simulation?: SimulationOptions;
  /** Who says what should be computed; `runtime` (ONNX Runtime) by default where it is installed and the file has its weights, else `layers`. */
  readonly against?: Judge;
  /** How far a value may be off, by the largest one of its tensor; 1e-4 by default, 2e-3 where values are floats of 16 bits. */
  readonly tolerance?: number;
}

/** How accuracy is measured. */
export interface AccuracyOptions extends ModelOptions, ArithmeticOptions, PeOptions {
  /** How many random inputs there are where neither files nor values say so; 1 by default. */
  readonly inputs?: number;
}

const numbers = (what: string, isRight: (value: number) => boolean) =>
  v.custom<readonly number[]>(
    (input) =>
      Array.isArray(input) &&
      input.length > 0 &&
      input.every((value) => typeof value === 'number' && Number.isFinite(value) && isRight(value)),
    expected(`a list of ${what}`),
  );

const means = numbers('numbers, one of all channels or one per channel', () => true);

const deviations = numbers('numbers above 0, one of all channels or one per channel', (value) => value > 0);

const share = (least: number, most: number, what: string) => {
  const message = expected(what);
  return v.pipe(v.number(message), v.finite(message), v.minValue(least, message), v.maxValue(most, message));
};

const fits = Object.keys(FITS) as Fit[];

const ofModel = {
  dims: numbersByName,
  batchAxis: flag,
  allowUnknown: flag,
  seed: wholeNumber(0, 2 ** 31 - 1),
  weights: oneOf(['file', 'random']),
  onProgress: aFunction,
  files: v.array(v.string(expected('a path')), expected('a list of paths')),
  values: v.array(checkedLater, expected('a list with the values of each inference')),
  fit: oneOf(fits),
  mean: means,
  std: deviations,
};

/** The options of `verifyModel`, checked. */
export const verifyOptions = optionsOf<VerifyOptions>('verifyModel', {
  ...ofModel,
  schedule: checkedLater,
  simulation: checkedLater,
  against: oneOf(['runtime', 'layers']),
  tolerance: share(0, Number.MAX_VALUE, 'a number from 0 on'),
});

/** The options of `measureAccuracy`, checked. */
export const accuracyOptions = optionsOf<AccuracyOptions>('measureAccuracy', {
  ...ofModel,
  pes: checkedLater,
  extraPes: checkedLater,
  bits: checkedLater,
  calibratePercent: share(1, 100, 'a number from 1 to 100'),
  noise: checkedLater,
  trials: count(10_000),
  inputs: count(1_000_000),
});
