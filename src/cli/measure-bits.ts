import {
  type Accuracy,
  checkCoded,
  findNoisePreset,
  type MeasureOptions,
  measureAccuracy,
  measureNoise,
  type NoiseModel,
  type NoiseTrials,
  noisePresets,
  parseBits,
  parseNoise,
} from '../accuracy/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import type { Feeds } from '../execute/machine.ts';
import type { Plan } from '../execute/plan.ts';
import { readTextFile } from '../files/text-file.ts';
import { unknownName } from '../input/nearest.ts';
import { mapEvenIfTooLarge } from '../map/mapping.ts';
import { baseLayers, type Network } from '../network/network.ts';
import type { VerifyFlags } from './commands/verify.ts';
import { inPhase } from './phase.ts';

/** A model to be executed in the arithmetic of a chip. */
interface ToMeasure {
  readonly network: Network;
  readonly architecture: Architecture;
  readonly feeds: readonly Feeds[];
  readonly flags: VerifyFlags;
  /** Makes another plan of the program. */
  readonly planOf: () => Plan;
  readonly asked: AskedBits;
}

/** What is asked for with `--bits` and `--noise`. */
export interface AskedBits {
  readonly options: MeasureOptions;
  readonly noise?: NoiseModel;
}

/**
 * Reads what `--bits` and `--noise` name; undefined where neither is given.
 *
 * @throws ClsaCimError where a file is not right, or the model has layers that cannot be coded.
 */
export async function askedBits(
  flags: VerifyFlags,
  network: Network,
  plan: Plan,
): Promise<AskedBits | undefined> {
  if (flags.bits === undefined && flags.noise === undefined) return undefined;
  checkCoded(plan);
  const bits = typeof flags.bits === 'string' ? { bits: await readBits(flags.bits, network) } : {};
  const noise = flags.noise === undefined ? {} : { noise: await noiseOf(flags.noise) };
  return { options: { calibratePercent: flags.calibrate ?? 100, ...bits }, ...noise };
}

/** What the arithmetic of the chip does to a network, and what noise does. */
export async function measureBits(model: ToMeasure): Promise<{ accuracy: Accuracy; noise?: NoiseTrials }> {
  const { flags, asked } = model;
  const { options, noise: noiseModel } = asked;
  const accuracy = await inPhase('computing in the arithmetic of the chip', (onProgress) =>
    measured(model, { ...options, onProgress }),
  );
  if (noiseModel === undefined) return { accuracy };
  const noise = await inPhase('computing with noise', (onProgress) =>
    measureNoise(
      flags.trials ?? 3,
      (trial, onTrial) =>
        measured(model, {
          ...options,
          noise: { model: noiseModel, seed: flags.seed, trial },
          onProgress: onTrial,
        }),
      onProgress,
    ),
  );
  return { accuracy, noise };
}

function measured(
  { network, architecture, feeds, flags, planOf }: ToMeasure,
  options: MeasureOptions,
): Accuracy {
  const { pes, extraPes } = flags;
  const mapping = mapEvenIfTooLarge(network, architecture, { pes, extraPes, duplication: 'none' });
  return measureAccuracy(
    network,
    architecture,
    mapping,
    { float: planOf(), crossbars: planOf() },
    feeds,
    options,
  );
}

async function readBits(path: string, network: Network) {
  return parseBits(readTextFile(path), path, baseLayers(network));
}

async function noiseOf(nameOrPath: string) {
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
