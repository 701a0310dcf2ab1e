/**
 * `clsa-cim/verify`: schedules and simulated runs of ONNX files executed, and what the arithmetic of a chip does to what they
 * compute (docs/verification.md).
 */
import './engine-file.ts';
import { checkBits, checkNoise, type Measured } from '../accuracy/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { demandObject, demandText } from '../input/arguments.ts';
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
  const { schedule, simulation, against, tolerance = 1e-4 } = verifyOptions(options);
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
  const {
    bits,
    calibratePercent,
    noise,
    trials,
    pes,
    extraPes,
    inputs: count = 1,
  } = accuracyOptions(options);
  return withModel(path, architecture, options, async (model) => {
    const given = await modelInputs(model, inputsOf(options));
    const ofNoise = typeof noise === 'string' ? readNoise(noise) : noise && checkNoise(noise, 'noise');
    const asked = {
      bits: bits && checkBits(bits, 'bits', baseLayers(model.network), 'usage'),
      ...{ calibratePercent, noise: trialsOf(ofNoise, trials) },
    };
    return measureRun(
      model,
      architecture,
      { pes, extraPes },
      ofBatch(given, count),
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
