/**
 * `clsa-cim/verify`: schedules and simulated runs of ONNX files executed, and what the arithmetic of a chip does to what they
 * compute (docs/verification.md).
 */
import './engine-file.ts';
import { checkBits, checkNoise, type Measured, type NoiseModel } from '../accuracy/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { demandObject, demandText } from '../input/arguments.ts';
import { show } from '../input/show.ts';
import { isMapping } from '../input/validate.ts';
import { baseLayers } from '../network/network.ts';
import { schedule } from '../schedule/schedule.ts';
import { simulate } from '../simulate/index.ts';
import type { Verification } from '../verify/verification.ts';
import { ExecutableModel } from './verify/executable-model.ts';
import { executeRun, type RunToExecute } from './verify/execute-run.ts';
import { chooseJudge } from './verify/judge.ts';
import { measureRun, readNoise, trialsOf } from './verify/measure-run.ts';
import { modelInputs, ofBatch } from './verify/model-inputs.ts';
import {
  type AccuracyOptions,
  accuracyOptions,
  type ModelOptions,
  type VerifyOptions,
  verifyOptions,
} from './verify/options.ts';
import type { InPhase } from './verify/phases.ts';
import { runOfSchedule, runOfSimulation } from './verify/timed-run.ts';

export type { LayerBits } from '../accuracy/bits-file.ts';
export type { LeastAdcBits } from '../accuracy/crossbar-product.ts';
export {
  type Agreement,
  type Deviation as DeviationFromFloat,
  relativeError,
  type Spread,
  sqnrDb,
} from '../accuracy/figures.ts';
export type { CodeOrigin, LayerCodes } from '../accuracy/layer-arithmetic.ts';
export type { Measured } from '../accuracy/measure.ts';
export type { Curve, CurveFields, NoiseModel } from '../accuracy/noise-model.ts';
export { type NoisePreset, noisePresets } from '../accuracy/noise-presets.ts';
export type { NoiseTrials } from '../accuracy/noise-trials.ts';
export type { Accuracy, LayerAccuracy } from '../accuracy/tally.ts';
export type {
  Architecture,
  CommonFields,
  GivenFields,
  OneSizeArchitecture,
  SeveralSizesArchitecture,
} from '../architecture/architecture.ts';
export type { CrossbarClass } from '../architecture/crossbar.ts';
export type { CrossbarFigures } from '../architecture/crossbar-figures.ts';
export * from '../errors.ts';
export type { Feeds } from '../execute/machine.ts';
export type { LoadOptions } from '../load/options.ts';
export type { Duplication } from '../map/duplicate.ts';
export type { DuplicationName } from '../map/duplication/index.ts';
export type { DuplicableLayer, DuplicationPolicy } from '../map/duplication/policy.ts';
export type { MappedLayer, PeOptions } from '../map/mapped-layer.ts';
export type { MappingOptions } from '../map/mapping.ts';
export type { OnProgress } from '../progress.ts';
export type { ScheduleOptions } from '../schedule/schedule.ts';
export type { Scheduling } from '../schedule/scheduling.ts';
export type { BatchOptions, Reload, Rounds } from '../schedule/turn-options.ts';
export type { GraphOptions } from '../simulate/build-graph.ts';
export type { KeepOptions } from '../simulate/keep.ts';
export type { PlacementName } from '../simulate/placement/names.ts';
export type { PlacedCopy, Placement, TileShare, Tiles } from '../simulate/placement/placement.ts';
export type { RunOptions } from '../simulate/play/simulator.ts';
export type { KeepUse } from '../simulate/play/use.ts';
export type { SimulationOptions } from '../simulate/simulate.ts';
export type { Spilling } from '../simulate/spill/spilling.ts';
export type { Deviation } from '../verify/compare.ts';
export type { DeviationOf, Executed } from '../verify/execute-timeline.ts';
export type { Judge, Verification } from '../verify/verification.ts';
export type { Verified } from '../verify/verify.ts';
export type { Granularity } from '../workload/granularity.ts';
export type { Fit } from './images/fit.ts';
export type { ImageOptions } from './images/image-values.ts';
export type { WeightOrigin } from './verify/executable-model.ts';
export type { InputOptions } from './verify/model-inputs.ts';
export type { AccuracyOptions, ArithmeticOptions, ModelOptions, VerifyOptions } from './verify/options.ts';

/**
 * Executes a schedule, or a simulated run, of an ONNX file set by set, and compares what it computes with what it should: what
 * `clsa-cim verify --json` prints. A folder of inputs, or a list of values, goes through batch by batch.
 *
 * @param path The ONNX file.
 * @param architecture The chip.
 * @throws ClsaCimError where the file cannot be executed (`NOT_EXECUTABLE`), an input or an option is not right, or the network does
 * not fit. What differs is no error: see `agrees`.
 */
export async function verifyModel(
  path: string,
  architecture: Architecture,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { schedule, simulation, against, tolerance } = verifyOptions(options);
  demandMappings({ schedule, simulation });
  if (schedule !== undefined && simulation !== undefined) {
    throw new ClsaCimError('verifyModel: schedule and simulation are both given; give one of them', 'usage');
  }
  const inPhase = phasesOf(options);
  return withModel(path, architecture, options, async (model) => {
    const plan = model.plan();
    const { judge } = chooseJudge(model, against);
    const given = await modelInputs(model, inputsOf(options));
    const run = await inPhase('scheduling', () => runOf(model, architecture, options));
    return executeRun(model, plan, run, ofBatch(given, run.told.batch), { judge, tolerance }, inPhase);
  });
}

/**
 * Executes an ONNX file layer by layer in the arithmetic of a chip, and tells how far it is from float: per layer, of the outputs, and how
 * often the best class stays the same; with noise the mean and the spread of that over trials.
 *
 * @param path The ONNX file.
 * @param architecture The chip: bits, codes, cells and ADCs.
 * @throws ClsaCimError as {@link verifyModel} does, and where numbers are too large to be exact.
 */
export async function measureAccuracy(
  path: string,
  architecture: Architecture,
  options: AccuracyOptions = {},
): Promise<Measured> {
  const { bits, calibratePercent, noise, trials, pes, extraPes, inputs: count } = accuracyOptions(options);
  if (trials !== undefined && noise === undefined) {
    throw new ClsaCimError(
      'measureAccuracy: trials are of no use without noise; give one, or leave them out',
      'usage',
    );
  }
  return withModel(path, architecture, options, async (model) => {
    const given = await modelInputs(model, inputsOf(options));
    if (given.isCounted && count !== undefined) {
      throw new ClsaCimError(
        `measureAccuracy: inputs is for random ones, and ${given.count} are given; leave it out`,
        'usage',
      );
    }
    const ofNoise = noise === undefined ? undefined : noiseOf(noise);
    const asked = {
      bits: bits === undefined ? undefined : checkBits(bits, 'bits', baseLayers(model.network), 'usage'),
      ...{ calibratePercent, noise: trialsOf(ofNoise, trials) },
    };
    return measureRun(
      model,
      architecture,
      { pes, extraPes },
      ofBatch(given, count ?? 1),
      asked,
      phasesOf(options),
    );
  });
}

async function withModel<T>(
  path: string,
  architecture: Architecture,
  { dims = {}, batchAxis = false, allowUnknown = false, seed, weights }: ModelOptions,
  use: (model: ExecutableModel) => Promise<T>,
): Promise<T> {
  demandText(path, 'path', 'the path of an ONNX file');
  demandObject(architecture, 'architecture', 'readArchitecture');
  const model = new ExecutableModel(path, { dims, batchAxis, allowUnknown, seed, weights });
  try {
    return await use(model);
  } finally {
    model.close();
  }
}

/** These are looked into by who schedules or simulates; null would be taken for none. */
function demandMappings(options: Readonly<Record<string, unknown>>): void {
  for (const [name, given] of Object.entries(options)) {
    if (given === undefined || isMapping(given)) continue;
    throw new ClsaCimError(
      `verifyModel: ${name}: must be a mapping of options, found ${show(given)}`,
      'usage',
    );
  }
}

function noiseOf(noise: NoiseModel | string): NoiseModel {
  return typeof noise === 'string' ? readNoise(noise) : checkNoise(noise, 'noise');
}

function inputsOf({ files, values, fit, mean, std }: ModelOptions) {
  return { files, values, fit, mean, std };
}

function runOf(
  { network }: ExecutableModel,
  architecture: Architecture,
  { schedule: how, simulation }: VerifyOptions,
): RunToExecute {
  if (simulation === undefined) {
    return runOfSchedule(network, architecture, schedule(network, architecture, { ...how, keepSets: true }));
  }
  const kept = { keepSets: true, keepPlacement: true };
  return runOfSimulation(network, architecture, simulate(network, architecture, { ...simulation, ...kept }));
}

function phasesOf({ onProgress }: ModelOptions): InPhase {
  return async (what, work) => work((share) => onProgress?.(what, share));
}
