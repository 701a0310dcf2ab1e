import { Command, InvalidArgumentError, Option } from 'commander';
import type { Architecture } from '../../architecture/architecture.ts';
import { ClsaCimError } from '../../errors.ts';
import { oneLine, show } from '../../input/show.ts';
import type { Network } from '../../network/network.ts';
import { type ObjectiveName, type Optimization, objectives, optimize } from '../../optimize/index.ts';
import type { Origin, Report } from '../../page/report-data.ts';
import { type OptimizationRun, optimizationText, runsText } from '../../report/optimization-table.ts';
import { MAX_BATCH, type Reload, type Rounds } from '../../schedule/turn-options.ts';
import type { SimulationOptions } from '../../simulate/index.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { copiesOutput, placementOutput, roundsOutput } from '../found-outputs.ts';
import { namingOptionsLater } from '../naming-options.ts';
import { notify } from '../notify.ts';
import {
  type ChipFlags,
  checkBudget,
  granularityOption,
  loadNetwork,
  type ModelFlags,
  resolveArchitecture,
  wholeNumber,
  withChip,
  withModel,
} from '../options.ts';
import { inPhase } from '../phase.ts';
import { placementByName } from '../placement.ts';
import { plotOutput } from '../plot-output.ts';
import { print, type WideFlag } from '../print.ts';
import { reportOutput } from '../report-output.ts';
import { resultDocument } from '../result-document.ts';
import { checkOutputs, type RunOutput, withOutputs } from '../run-outputs.ts';
import { tellOfTiles } from '../tell-of-tiles.ts';
import { reloadOption, resolveRounds } from '../turns.ts';

interface OptimizeFlags extends ChipFlags, ModelFlags, WideFlag {
  readonly objective: ObjectiveName;
  readonly granularity: string;
  readonly placement?: string;
  readonly batch?: number;
  readonly crossbar?: readonly Crossbar[];
  readonly budgets?: readonly number[];
  readonly seed: number;
  readonly maxEvaluations?: number;
  readonly maxSeconds?: number;
  readonly gap: number;
  readonly copiesOut?: string;
  readonly rounds?: string;
  readonly reload?: Reload;
  readonly group?: number | 'auto';
  readonly maxLatencyNs?: number;
  readonly maxGroup?: number;
  readonly roundsOut?: string;
  readonly json?: boolean;
}

/** The flags of a run, with what they name. */
interface RunFlags extends Omit<OptimizeFlags, 'placement' | 'rounds'> {
  readonly placement: SimulationOptions['placement'];
  readonly rounds: Rounds | undefined;
}

/** Rows and columns of the crossbar of a PE. */
interface Crossbar {
  readonly rows: number;
  readonly columns: number;
}

/** A search that has come to its end. */
type FinishedSearch = Awaited<ReturnType<typeof runOptimization>>;

/** Files that are written of a search. */
const OUTPUTS: readonly RunOutput<FinishedSearch>[] = [
  reportOutput(reportOf),
  plotOutput('optimize', async ({ result }: FinishedSearch) => {
    const { drawingOfOptimization } = await import('../../picture/drawing.ts');
    return drawingOfOptimization(result);
  }),
  roundsOutput,
  placementOutput,
  copiesOutput,
];

/** `clsa-cim optimize MODEL`: the best copies that a search finds, and how much better others might be. */
export function optimizeCommand(): Command {
  const command = withOptimizeOptions(new Command('optimize')).description(
    'Search for the copies of weights that are best, and prove how near to the optimum they are',
  );
  return withOutputs(command, OUTPUTS)
    .option('--crossbar <sizes>', 'try crossbars of these sizes, such as 128,256 or 128x256', crossbars)
    .option('--budgets <numbers>', 'try these numbers of PEs, such as 400,450,500', budgets)
    .option('--json', 'print the result as one JSON document')
    .action(run);
}

/** Adds the model and all that makes another search of one chip; what is written of it is no part of that. */
export function withOptimizeOptions(command: Command): Command {
  return withChip(withModel(command))
    .addOption(
      new Option(
        '--objective <what>',
        'what to optimise: latency and throughput of a schedule, in which movement is free; simulated-latency and simulated-throughput, with all that the chip does; or energy and edp (energy times delay), which are simulated, too, and need figures of energy. Of what is simulated their bound counts little of movement, so that a gap remains',
      )
        .choices(Object.keys(objectives))
        .default('latency'),
    )
    .addOption(granularityOption('scheduled'))
    .option(
      '--placement <order>',
      'where copies lie, where they are simulated: snake, optimised, or a module with a function (default: snake; simulated-latency and simulated-throughput look for the best one)',
    )
    .option(
      '--batch <n>',
      'for simulated-throughput: inferences one after the other (default: 8)',
      wholeNumber(1, MAX_BATCH),
    )
    .option('--seed <n>', 'start of the pseudorandom numbers', wholeNumber(0), 1)
    .option(
      '--max-evaluations <n>',
      'copies to look at (default: 100000 schedules or 100 simulations)',
      wholeNumber(1),
    )
    .option(
      '--max-seconds <s>',
      'stop after so many seconds; what is found then depends on the machine',
      seconds,
    )
    .option(
      '--gap <percent>',
      'stop when the best is so near to the bound, which counts little of movement',
      percentage,
      0,
    )
    .option(
      '--rounds <which>',
      'let weights take turns, and start the search from the rounds auto, fewest, or a YAML or JSON list of the layers that begin a round (default: auto, and only where the network does not fit)',
    )
    .addOption(reloadOption())
    .option(
      '--group <b>',
      'inferences that go through all rounds together, or auto: as many as give the best throughput within --max-latency-ns (default: 1)',
      groupSize,
    )
    .option('--max-latency-ns <ns>', 'for the best throughput: no group on its own takes longer', nanoseconds)
    .option(
      '--max-group <b>',
      'with --group auto: the most inferences of a group (default: 64)',
      wholeNumber(1),
    );
}

/** Searches for what the flags ask for, on one chip. */
export async function runOptimization(model: string, flags: OptimizeFlags) {
  const { network, architecture, runFlags } = await resolveSearch(model, flags);
  const search = timed(network, architecture, flags.pes, runFlags);
  const { pes, extraPes } = flags;
  return {
    network,
    architecture,
    budget: { pes, extraPes },
    placement: runFlags.placement,
    result: await namingOptionsLater(flags, search),
  };
}

/** What the flags name. */
async function resolveSearch(model: string, flags: OptimizeFlags) {
  checkBudget(flags);
  parseGranularity(flags.granularity);
  const placement = flags.placement === undefined ? undefined : await resolvePlacement(flags.placement);
  const rounds = await resolveRounds(flags.rounds);
  const runFlags: RunFlags = { ...flags, placement, rounds };
  const network = await loadNetwork(model, flags);
  const architecture = await resolveArchitecture(flags.arch);
  return { network, architecture, runFlags };
}

async function run(model: string, flags: OptimizeFlags): Promise<void> {
  checkFlags(flags);
  const inputs = [model, flags.arch, flags.rounds ?? ''];
  const outputs = await checkOutputs(OUTPUTS, flags, inputs);
  const isOne = flags.crossbar === undefined && flags.budgets === undefined;
  if (!isOne && !outputs.isEmpty) {
    throw new ClsaCimError(
      '--plot and --report show one run; leave out --crossbar and --budgets, and give --arch and --pes',
      'usage',
    );
  }
  if (isOne) {
    const finished = await runOptimization(model, flags);
    const { architecture, result } = finished;
    await outputs.write(finished);
    if (flags.json) process.stdout.write(resultDocument(result, architecture));
    else await print(optimizationText(result), flags);
    return;
  }
  const { network, architecture, runFlags } = await resolveSearch(model, flags);
  const runs = await namingOptionsLater(flags, runAll(network, architecture, runFlags));
  if (flags.json) process.stdout.write(resultDocument({ runs }));
  else await print(runsText(runs), flags);
}

async function reportOf(finished: FinishedSearch, originOf: (chip: Architecture) => Origin): Promise<Report> {
  const { network, architecture, result } = finished;
  const [{ optimizationReport }, { runOfBest }] = await Promise.all([
    import('../../page/optimization-report.ts'),
    import('../../picture/best-run.ts'),
  ]);
  return optimizationReport({
    ...{ network, optimization: result, ...runOfBest(finished) },
    origin: originOf(architecture),
  });
}

function checkFlags(flags: OptimizeFlags): void {
  if (flags.budgets !== undefined && (flags.pes !== undefined || flags.extraPes !== undefined)) {
    throw new ClsaCimError(
      '--budgets and --pes or --extra-pes are both given; give only one of them',
      'usage',
    );
  }
  if (flags.copiesOut !== undefined && (flags.crossbar !== undefined || flags.budgets !== undefined)) {
    throw new ClsaCimError(
      '--copies-out takes the copies of one run; leave out --crossbar and --budgets, and give --arch and --pes',
      'usage',
    );
  }
  if (flags.roundsOut !== undefined && (flags.crossbar !== undefined || flags.budgets !== undefined)) {
    throw new ClsaCimError(
      '--rounds-out takes the rounds of one run; leave out --crossbar and --budgets, and give --arch and --pes',
      'usage',
    );
  }
}

async function resolvePlacement(name: string): Promise<SimulationOptions['placement']> {
  const placement = await placementByName(name);
  if (placement !== undefined) return placement;
  throw new ClsaCimError(
    `--placement ${show(name)}: must be snake or optimised, or a module with a function; a list of tiles is for one ` +
      'mapping only',
    'usage',
  );
}

/** Every crossbar with every budget. Why one fails, such as for want of PEs, is told in its run, unless all do. */
async function runAll(network: Network, architecture: Architecture, flags: RunFlags) {
  const runs: OptimizationRun[] = [];
  let firstError: ClsaCimError | undefined;
  for (const chip of chipsOf(architecture, flags.crossbar)) {
    for (const pes of flags.budgets ?? [flags.pes]) {
      const crossbar = `${chip.crossbarRows}x${chip.crossbarColumns}`;
      try {
        runs.push({ crossbar, ...(await timed(network, chip, pes, flags)), chip });
      } catch (error) {
        if (!(error instanceof ClsaCimError) || error.kind === 'usage') throw error;
        firstError ??= error;
        const { message, code } = error;
        runs.push({
          ...{ crossbar, ...(pes === undefined ? {} : { totalPes: pes }), error: message, code, chip },
        });
      }
    }
  }
  if (firstError !== undefined && runs.every((one) => 'error' in one)) throw firstError;
  return runs;
}

/** The architecture with each of these crossbars. */
function chipsOf(
  architecture: Architecture,
  sizes: readonly Crossbar[] | undefined,
): readonly Architecture[] {
  if (sizes === undefined) return [architecture];
  if (architecture.crossbars !== undefined) {
    throw new ClsaCimError(
      `--crossbar: the architecture ${oneLine(architecture.name)} lists crossbars of several sizes; leave --crossbar out, ` +
        'or give one with crossbarRows and crossbarColumns',
      'usage',
    );
  }
  return sizes.map(({ rows, columns }) => ({
    ...architecture,
    crossbarRows: rows,
    crossbarColumns: columns,
  }));
}

/** One run; how fast it was goes to standard error, since the same input gives the same output. */
async function timed(
  network: Network,
  architecture: Architecture,
  pes: number | undefined,
  flags: RunFlags,
): Promise<Optimization> {
  const { objective, placement, batch, seed, maxEvaluations, maxSeconds, extraPes } = flags;
  const { rounds, reload, group, maxLatencyNs, maxGroup } = flags;
  const start = performance.now();
  const result = await inPhase('optimizing', (onProgress) =>
    optimize(network, architecture, {
      ...{ pes, extraPes, objective, placement, batch, seed, maxEvaluations, maxSeconds, onProgress },
      ...{ rounds, reload, group, maxLatencyNs, maxGroup },
      granularity: parseGranularity(flags.granularity),
      gap: flags.gap / 100,
    }),
  );
  const elapsed = (performance.now() - start) / 1e3;
  const rate = Math.round(result.evaluations / elapsed);
  notify(`${result.evaluations} evaluations in ${elapsed.toFixed(2)} s, ${rate} per second`);
  if (!objectives[objective].isSimulated) {
    tellOfTiles(architecture, `the objective ${objective}`, `--objective simulated-${objective}`);
  }
  return result;
}

const MAX_RUNS = 1000;
const MAX_SIDE = 2 ** 20;

function list<T>(text: string, parse: (item: string) => T | undefined, expected: string): T[] {
  const items = text.split(',').map((item) => parse(item.trim()));
  const found = items.filter((item) => item !== undefined);
  if (found.length < items.length || found.length > MAX_RUNS) throw new InvalidArgumentError(expected);
  return found;
}

function crossbars(text: string): Crossbar[] {
  return list(
    text,
    (item): Crossbar | undefined => {
      const [, rows, columns = rows] = (/^(\d+)(?:x(\d+))?$/i.exec(item) ?? []).map((part) =>
        part === undefined ? undefined : Number(part),
      );
      if (rows === undefined || columns === undefined) return undefined;
      return [rows, columns].every((side) => side >= 1 && side <= MAX_SIDE) ? { rows, columns } : undefined;
    },
    `It must be sizes such as 128,256 or 128x256, each side from 1 to ${MAX_SIDE}.`,
  );
}

function budgets(text: string): number[] {
  return list(
    text,
    (item) =>
      /^\d+$/.test(item) && Number(item) >= 1 && Number.isSafeInteger(Number(item))
        ? Number(item)
        : undefined,
    'It must be numbers of PEs such as 400,450,500.',
  );
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1e9) return value;
  throw new InvalidArgumentError('It must be a number of seconds above 0.');
}

function groupSize(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 on, or auto.');
}

function nanoseconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number of ns above 0.');
}

function percentage(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 100) return value;
  throw new InvalidArgumentError('It must be a percentage from 0 to below 100.');
}
