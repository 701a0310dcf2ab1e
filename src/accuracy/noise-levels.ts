import { NoiseLevel } from '../../assembly/execute/digits-layout.ts';
import { ClsaCimError } from '../errors.ts';
import type { Curve, NoiseModel } from './noise-model.ts';

/** Bits of cells that have noise; there is a table of their levels. */
const MAX_CELL_BITS = 16;

/** A deviation of so many times the range of a cell is a slip of the unit; much more would be no finite sum. */
const MAX_RANGES = 1000;

/** What a curve is at a conductance. */
export function curveAt(curve: Curve, conductanceUs: number, gMaxUs: number): number {
  if (typeof curve === 'number') return curve;
  const x = curve.of === 'share' ? conductanceUs / gMaxUs : conductanceUs;
  const value = formAt(curve, x);
  return Math.min(Math.max(value, curve.min ?? value), curve.max ?? Number.POSITIVE_INFINITY);
}

function formAt({ polynomial = [], logarithm, power }: Exclude<Curve, number>, x: number): number {
  if (logarithm !== undefined) return logarithm[0] * Math.log(x) + logarithm[1];
  if (power !== undefined) return power[0] * x ** power[1];
  return polynomial.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** Conductance of a level in µS. */
export function conductanceOf(level: number, cellBits: number, { gMinUs, gMaxUs }: NoiseModel): number {
  return gMinUs + (level / (2 ** cellBits - 1)) * (gMaxUs - gMinUs);
}

/**
 * {@link NoiseLevel} of every level of a cell, one behind the other.
 *
 * @throws ClsaCimError where cells have too many levels, or a figure is negative, too large or no number at one of them.
 */
export function noiseLevels(model: NoiseModel, cellBits: number): Float64Array {
  if (cellBits > MAX_CELL_BITS) {
    throw new ClsaCimError(
      `noise: cells of ${cellBits} bits have too many levels; give cells of at most ${MAX_CELL_BITS} bits`,
    );
  }
  const size = NoiseLevel.BYTES / 8;
  const levels = new Float64Array(2 ** cellBits * size);
  for (let level = 0; level < 2 ** cellBits; level++) {
    const conductanceUs = conductanceOf(level, cellBits, model);
    const at = (what: string, curve: Curve | undefined) => figureAt(what, curve, conductanceUs, model);
    const record = levels.subarray(level * size, (level + 1) * size);
    const sigmaUs = at('sigmaUs', model.sigmaUs);
    const readSigma = at('read.sigma', model.read?.sigma);
    demandRange('sigmaUs', sigmaUs, conductanceUs, MAX_RANGES * (model.gMaxUs - model.gMinUs));
    demandRange('read.sigma', readSigma, conductanceUs, MAX_RANGES);
    record[NoiseLevel.TARGET] = conductanceUs;
    record[NoiseLevel.SIGMA] =
      model.distribution === 'lognormal' ? logarithmicSigma(sigmaUs, conductanceUs) : sigmaUs;
    record[NoiseLevel.NU] = at('drift.nu', model.drift?.nu);
    record[NoiseLevel.NU_SIGMA] = at('drift.nuSigma', model.drift?.nuSigma);
    record[NoiseLevel.READ] = readSigma * readGrowth(model);
  }
  return levels;
}

function figureAt(what: string, curve: Curve | undefined, conductanceUs: number, model: NoiseModel): number {
  const value = curveAt(curve ?? 0, conductanceUs, model.gMaxUs);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new ClsaCimError(
    `noise: ${what} is ${value} at ${conductanceUs} µS; give it min, or max, so that it is a number from 0 on`,
  );
}

function demandRange(what: string, value: number, conductanceUs: number, most: number): void {
  if (value <= most) return;
  throw new ClsaCimError(
    `noise: ${what} is ${value} at ${conductanceUs} µS, more than ${most}; give less, or max`,
  );
}

/** Deviation of the logarithm of a lognormal distribution with a mean and a deviation. */
function logarithmicSigma(sigma: number, mean: number): number {
  return mean === 0 ? 0 : Math.sqrt(Math.log1p((sigma / mean) ** 2));
}

/** How much more a read varies than at the beginning. */
function readGrowth({ read, drift }: NoiseModel): number {
  if (read?.windowSeconds === undefined || drift === undefined) return 1;
  const { windowSeconds } = read;
  return Math.sqrt(Math.log((drift.t0Seconds + drift.seconds + windowSeconds) / (2 * windowSeconds)));
}
