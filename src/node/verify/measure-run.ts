import {
  findNoisePreset,
  type LayerBits,
  type Measured,
  measureAccuracy,
  type NoiseModel,
  noiseLevels,
  noisePresets,
  parseBits,
  parseNoise,
} from '../../accuracy/index.ts';
import type { Architecture } from '../../architecture/architecture.ts';
import { readTextFile } from '../../files/text-file.ts';
import { unknownName } from '../../input/nearest.ts';
import type { PeOptions } from '../../map/mapped-layer.ts';
import { mapEvenIfTooLarge } from '../../map/mapping.ts';
import { baseLayers, type Network } from '../../network/network.ts';
import type { ExecutableModel } from './executable-model.ts';
import type { ModelInputs } from './model-inputs.ts';
import type { InPhase } from './phases.ts';

/** What is measured. */
export interface AskedAccuracy {
  /** Bits of layers, by name. */
  readonly bits: ReadonlyMap<string, LayerBits> | undefined;
  readonly calibratePercent: number | undefined;
  /** Noise of cells, in so many trials. */
  readonly noise: { readonly model: NoiseModel; readonly trials: number } | undefined;
}

/** Trials of noise where nobody says how many. */
const TRIALS = 3;

/** Noise of cells, in some trials. */
export function trialsOf(model: NoiseModel | undefined, trials = TRIALS): AskedAccuracy['noise'] {
  return model && { model, trials };
}

/** Demands that noise has a figure at every level of the chip's cells, before anything takes long. */
export function demandLevels({ noise }: AskedAccuracy, { cellBits }: Architecture): void {
  if (noise !== undefined) noiseLevels(noise.model, cellBits);
}

/** What the arithmetic of a chip does to a model, and what noise does. */
export function measureRun(
  model: ExecutableModel,
  architecture: Architecture,
  pes: PeOptions,
  inputs: ModelInputs,
  { bits, calibratePercent, noise }: AskedAccuracy,
  inPhase: InPhase,
): Promise<Measured> {
  const { network, seed } = model;
  const mapping = mapEvenIfTooLarge(network, architecture, { ...pes, duplication: 'none' });
  const plans = { float: model.plan(), crossbars: model.plan() };
  return inPhase('computing in the arithmetic of the chip', (onProgress) =>
    measureAccuracy(
      { network, architecture, mapping, plans, inputs },
      { bits, calibratePercent, noise: noise && { ...noise, seed }, onProgress },
    ),
  );
}

/**
 * Reads bits of layers from a YAML or JSON file.
 *
 * @throws ClsaCimError in one line that names it.
 */
export function readBits(path: string, network: Network): ReadonlyMap<string, LayerBits> {
  return parseBits(readTextFile(path), path, baseLayers(network));
}

/**
 * Noise by the name of a preset, or from a YAML or JSON file.
 *
 * @throws ClsaCimError in one line: there is neither, or what is wrong in it.
 */
export function readNoise(nameOrPath: string): NoiseModel {
  const preset = findNoisePreset(nameOrPath);
  if (preset !== undefined) return preset;
  if (!/[./\\]/.test(nameOrPath)) {
    throw unknownName(
      'no noise is called',
      nameOrPath,
      noisePresets.map(({ name }) => name),
    );
  }
  return parseNoise(readTextFile(nameOrPath), nameOrPath);
}
