export {
  type ActivationCode,
  activationCode,
  activationLimits,
  givenActivationCode,
} from './activation-code.ts';
export { ActivationRange, type ValueRange } from './activation-range.ts';
export { checkBits, type LayerBits, parseBits, withBits } from './bits-file.ts';
export {
  CrossbarProduct,
  type LeastAdcBits,
  type ProductCounts,
  type VectorLayout,
} from './crossbar-product.ts';
export {
  type Agreement,
  clippedShare,
  countAgreement,
  type Deviation,
  deviationOf,
  greatest,
  mergeDeviations,
  NO_AGREEMENT,
  NO_DEVIATION,
  relativeError,
  type Spread,
  spreadOf,
  sqnrDb,
} from './figures.ts';
export type { CodeOrigin, LayerCodes } from './layer-arithmetic.ts';
export { type Measured, type MeasureOptions, measureAccuracy, type ToMeasure } from './measure.ts';
export { mergeCounts, mergeLeastAdcBits, mergeSums } from './merge.ts';
export { checkNoise, parseNoise } from './noise-file.ts';
export { noiseLevels } from './noise-levels.ts';
export type { Curve, NoiseModel } from './noise-model.ts';
export { findNoisePreset, type NoisePreset, noisePresets } from './noise-presets.ts';
export { type NoiseTrials, noiseTrials } from './noise-trials.ts';
export type { MatrixNoise } from './noisy-cells.ts';
export type { DigitSums, ProductOptions } from './product-options.ts';
export type { Accuracy, LayerAccuracy } from './tally.ts';
