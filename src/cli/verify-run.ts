import type { Accuracy, NoiseTrials } from '../accuracy/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { normalArchitecture } from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { demandMemory } from '../execute/execution-size.ts';
import type { Feeds } from '../execute/machine.ts';
import { type Plan, planProgram } from '../execute/plan.ts';
import { wantedConstants } from '../execute/wanted.ts';
import { oneLine } from '../input/show.ts';
import { formatOf, withName } from '../load/format.ts';
import { loadOnnxProgram } from '../load/onnx/index.ts';
import { checkPayloads, hasPayload } from '../load/onnx/payload.ts';
import type { Program } from '../load/program.ts';
import type { Network } from '../network/network.ts';
import { WeightFiles } from '../node/external-data.ts';
import { expectedOfRuntime, hasOnnxRuntime } from '../node/onnx-runtime.ts';
import { executeTimeline } from '../verify/execute-timeline.ts';
import { type Expected, expectedInOrder } from '../verify/expected.ts';
import {
  inferencesInFlight,
  type Timeline,
  timelineOfSchedule,
  timelineOfSimulation,
} from '../verify/index.ts';
import { randomFeeds } from '../verify/random-feeds.ts';
import { defaultTolerance } from '../verify/tolerance.ts';
import { agrees, type Judge, type Verification } from '../verify/verification.ts';
import { formatGranularity, parseGranularity } from '../workload/granularity.ts';
import type { VerifyFlags } from './commands/verify.ts';
import { askedBits, measureBits } from './measure-bits.ts';
import { notify, warn } from './notify.ts';
import { inPhase } from './phase.ts';
import { type ScheduleRunFlags, scheduleNetwork } from './schedule-run.ts';
import { simulateNetwork } from './simulation-run.ts';

/** What is executed, with what is told of it. */
interface Run {
  readonly timeline: Timeline;
  readonly architecture: Architecture;
  readonly told: Pick<
    Verification,
    'of' | 'scheduling' | 'granularity' | 'batch' | 'cycles' | 'rounds' | 'architecture'
  >;
}

/** What a model was verified to be, and what the arithmetic of the chip does to it where that was asked for. */
export interface VerifiedModel {
  readonly verification: Verification;
  readonly architecture: Architecture;
  readonly accuracy?: Accuracy;
  readonly noise?: NoiseTrials;
}

/** Executes what the flags ask for, and compares it with what it should be. */
export async function verifyModel(
  path: string,
  flags: VerifyFlags,
  scheduled: ScheduleRunFlags,
): Promise<VerifiedModel> {
  const files = naming(path, () => new WeightFiles(path));
  try {
    const { seed } = flags;
    const { network, program, planOf } = await planned(path, files, flags);
    const plan = planOf();
    const judge = judgeOf(program, flags);
    const asked = await askedBits(flags, network, plan);
    const { timeline, architecture, told } = await (flags.simulate
      ? simulated(network, flags)
      : schedule(network, scheduled));
    demandMemory(plan, inferencesInFlight(timeline));
    const feeds = await feedsOf(program, flags, told.batch);
    const expected = await inPhase('computing what it should be', () =>
      expectedBy(judge, plan, program, files, feeds),
    );
    const start = performance.now();
    const executed = await inPhase('executing', (onProgress) =>
      executeTimeline(timeline, plan, feeds, expected, onProgress),
    );
    const seconds = (performance.now() - start) / 1000;
    const { tolerance = defaultTolerance(plan) } = flags;
    const verification = {
      model: network.name,
      ...told,
      ...{ judge, tolerance, agrees: agrees(executed, tolerance), seed, madeUp: plan.constants.madeUp.size },
      ...executed,
      ...{ leftOut: program.leftOut, seconds },
    };
    const measured =
      asked === undefined ? {} : await measureBits({ network, architecture, feeds, flags, planOf, asked });
    return { verification, architecture, ...measured };
  } finally {
    files.close();
  }
}

/** The file, with what executes it; errors name it, and are no longer than a few lines. */
async function planned(path: string, files: WeightFiles, flags: VerifyFlags) {
  try {
    const { network, program } = await loaded(path, files, flags);
    const source = { files, seed: flags.seed, isRandom: flags.weights === 'random' };
    // Of weights that are made up no file needs to be there.
    if (!source.isRandom) checkPayloads(wantedConstants(program), files);
    return { network, program, planOf: () => naming(path, () => planProgram(program, source)) };
  } catch (error) {
    throw withName(path, error);
  }
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withName(path, error);
  }
}

async function loaded(path: string, files: WeightFiles, flags: VerifyFlags) {
  const { dim: dims, batchAxis = false, allowUnknown = false } = flags;
  const format = formatOf(files.model);
  if (format !== 'onnx') {
    throw new ClsaCimError(
      `${oneLine(path)} is a ${format} file, which has no weights; verify needs an ONNX file`,
    );
  }
  const program = await inPhase('loading', (onProgress) =>
    loadOnnxProgram(files.model, path, { dims, batchAxis, allowUnknown, onProgress }),
  );
  for (const warning of program.network.warnings) warn(warning);
  return program;
}

/** ONNX Runtime where it is there, and where the file says all that it needs. */
function judgeOf({ constants }: Program, { against, weights }: VerifyFlags): Judge {
  const isWhole = weights === 'file' && [...constants.values()].every(hasPayload);
  if (against !== undefined && (against === 'layers' || (isWhole && hasOnnxRuntime()))) return against;
  const why = isWhole
    ? 'the package onnxruntime-web is not installed'
    : 'it would need the weights that are made up';
  if (against === 'runtime') {
    throw new ClsaCimError(
      `ONNX Runtime cannot be asked: ${why}; ${isWhole ? 'beside clsa-cim run: npm install onnxruntime-web, or' : ''} use --against layers`,
      'usage',
    );
  }
  if (isWhole && hasOnnxRuntime()) return 'runtime';
  notify(`ONNX Runtime is not asked, since ${why}`);
  return 'layers';
}

function expectedBy(
  judge: Judge,
  plan: Plan,
  program: Program,
  files: WeightFiles,
  feeds: readonly Feeds[],
): Expected | Promise<Expected> {
  if (judge === 'layers') return expectedInOrder(plan, feeds);
  return expectedOfRuntime(
    files,
    program,
    plan.tensors.map(({ name }) => name),
    feeds,
  );
}

async function schedule(network: Network, flags: ScheduleRunFlags): Promise<Run> {
  const { architecture, detailed } = await scheduleNetwork(network, flags);
  const { cycles, batch = 1, rounds } = detailed;
  return {
    timeline: timelineOfSchedule(network, architecture, detailed),
    architecture,
    told: { of: 'schedule', ...common(flags, architecture), batch, cycles, ...inRounds(rounds) },
  };
}

async function simulated(network: Network, flags: VerifyFlags): Promise<Run> {
  const { architecture, detailed } = await simulateNetwork(network, flags, {
    keepSets: true,
    keepPlacement: true,
  });
  const { cycles, batch, rounds } = detailed;
  return {
    timeline: timelineOfSimulation(network, architecture, detailed),
    architecture,
    told: { of: 'simulation', ...common(flags, architecture), batch, cycles, ...inRounds(rounds) },
  };
}

function common({ scheduling, granularity }: ScheduleRunFlags | VerifyFlags, architecture: Architecture) {
  return {
    architecture: normalArchitecture(architecture).name,
    scheduling,
    granularity: formatGranularity(parseGranularity(granularity)),
  };
}

function inRounds(rounds: readonly unknown[] | undefined): { rounds?: number } {
  return rounds === undefined ? {} : { rounds: rounds.length };
}

/** Inputs from files, random ones where there are none; every inference of a batch has others. */
async function feedsOf(program: Program, { input, seed }: VerifyFlags, batch: number): Promise<Feeds[]> {
  const given =
    input.length === 0 ? {} : (await import('../node/feed-files.ts')).feedsOfFiles(program, input);
  return Array.from({ length: batch }, (_, inference) => ({
    ...randomFeeds(program, seed, inference),
    ...given,
  }));
}
