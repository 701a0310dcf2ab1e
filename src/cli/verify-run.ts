import type { Measured } from '../accuracy/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import type { Network } from '../network/network.ts';
import type { Fit } from '../node/images/fit.ts';
import { ExecutableModel, type WeightOrigin } from '../node/verify/executable-model.ts';
import { executeRun, type RunToExecute } from '../node/verify/execute-run.ts';
import { chooseJudge } from '../node/verify/judge.ts';
import {
  type AskedAccuracy,
  demandLevels,
  measureRun,
  readBits,
  readNoise,
  trialsOf,
} from '../node/verify/measure-run.ts';
import { modelInputs, ofBatch } from '../node/verify/model-inputs.ts';
import { runOfSchedule, runOfSimulation } from '../node/verify/timed-run.ts';
import type { Judge, Verification } from '../verify/verification.ts';
import { notify, warn } from './notify.ts';
import { inPhase } from './phase.ts';
import type { WideFlag } from './print.ts';
import { type ScheduleRunFlags, scheduleNetwork } from './schedule-run.ts';
import { type SimulationRunFlags, simulateNetwork } from './simulation-run.ts';

/** Options of `verify`. */
export interface VerifyFlags extends SimulationRunFlags, WideFlag {
  readonly simulate?: boolean;
  readonly input: readonly string[];
  readonly fit?: Fit;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly seed: number;
  readonly weights: WeightOrigin;
  readonly against?: Judge;
  readonly tolerance?: number;
  readonly bits?: true | string;
  readonly calibrate?: number;
  readonly noise?: string;
  readonly trials?: number;
  readonly json?: boolean;
}

/** What a model was verified to be, and what the arithmetic of the chip does to it where that was asked for. */
export interface VerifiedModel extends Partial<Measured> {
  readonly verification: Verification;
  readonly architecture: Architecture;
}

/** Executes what the flags ask for, and compares it with what it should be. */
export async function verifyModel(
  path: string,
  flags: VerifyFlags,
  scheduled: ScheduleRunFlags,
): Promise<VerifiedModel> {
  const model = await opened(path, flags);
  try {
    const plan = model.plan();
    const { judge, because } = chooseJudge(model, flags.against);
    if (because !== undefined) notify(`ONNX Runtime is not asked, since ${because}`);
    const asked = askedAccuracy(flags, model.network);
    const { fit, mean, std } = flags;
    const given = await modelInputs(model, { files: flags.input, fit, mean, std });
    for (const line of given.leftOut) notify(line);
    const run = await (flags.simulate ? simulated(model.network, flags) : schedule(model.network, scheduled));
    const { architecture } = run;
    if (asked !== undefined) demandLevels(asked, architecture);
    const inputs = ofBatch(given, run.told.batch);
    const how = { judge, tolerance: flags.tolerance, onlyFirst: asked !== undefined };
    const verification = await executeRun(model, plan, run, inputs, how, inPhase);
    if (asked === undefined) return { verification, architecture };
    const pes = { pes: flags.pes, extraPes: flags.extraPes };
    const measured = await measureRun(model, architecture, pes, inputs, asked, inPhase);
    return { verification, architecture, ...measured };
  } finally {
    model.close();
  }
}

async function opened(path: string, flags: VerifyFlags): Promise<ExecutableModel> {
  const { dim: dims, batchAxis = false, allowUnknown = false, seed, weights } = flags;
  const model = await inPhase(
    'loading',
    (onProgress) => new ExecutableModel(path, { dims, batchAxis, allowUnknown, onProgress, seed, weights }),
  );
  for (const warning of model.network.warnings) warn(warning);
  return model;
}

/** What `--bits` and `--noise` ask for; undefined where neither is given. */
function askedAccuracy(flags: VerifyFlags, network: Network): AskedAccuracy | undefined {
  const { bits, noise, calibrate, trials } = flags;
  if (bits === undefined && noise === undefined) return undefined;
  return {
    bits: typeof bits === 'string' ? readBits(bits, network) : undefined,
    calibratePercent: calibrate,
    noise: trialsOf(noise === undefined ? undefined : readNoise(noise), trials),
  };
}

async function schedule(network: Network, flags: ScheduleRunFlags): Promise<RunToExecute> {
  const { architecture, detailed } = await scheduleNetwork(network, flags);
  return runOfSchedule(network, architecture, detailed);
}

async function simulated(network: Network, flags: VerifyFlags): Promise<RunToExecute> {
  const kept = { keepSets: true, keepPlacement: true };
  const { architecture, detailed } = await simulateNetwork(network, flags, kept);
  return runOfSimulation(network, architecture, detailed);
}
