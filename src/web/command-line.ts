import { quoted } from '../input/shell.ts';
import { findZooEntry } from '../zoo/index.ts';
import {
  CHIP_FILE,
  COPIES_FILE,
  type Configuration,
  defaults,
  type Model,
  REPORT_FILE,
  SWEEP_FILE,
  toSchedule,
} from './configuration.ts';

/** Options that one command has and others have not. */
type Own = readonly (readonly [option: string, value: string | number | true | undefined])[];

/** The command line that gives the same; `CHIP_FILE` and `COPIES_FILE` are what the page offers to download. */
export function scheduleCommand(asked: Configuration): string {
  const configuration = toSchedule(asked);
  return command('schedule', configuration, [
    ...mappingOptions(configuration),
    ...batchOptions(configuration),
  ]);
}

export function simulateCommand(configuration: Configuration, explain: boolean): string {
  const { placement, spill } = configuration;
  return command('simulate', configuration, [
    ...mappingOptions(configuration),
    ...batchOptions(configuration),
    ['--placement', placement === defaults.placement ? undefined : placement],
    ['--no-spill', spill === false || undefined],
    ['--spill', spill === 'always' ? spill : undefined],
    ['--explain', explain || undefined],
  ]);
}

/** What a search is asked for, besides the configuration. */
export interface SearchOptions {
  readonly objective: string;
  readonly seed: number;
  readonly maxEvaluations?: number;
}

export function optimizeCommand(configuration: Configuration, options: SearchOptions): string {
  const { granularity, placement, reload, rounds, group } = configuration;
  const { objective, seed, maxEvaluations } = options;
  return command('optimize', configuration, [
    ['--objective', objective === 'latency' ? undefined : objective],
    ['--granularity', granularity === defaults.granularity ? undefined : granularity],
    ['--placement', placement === defaults.placement ? undefined : placement],
    ['--seed', seed === 1 ? undefined : seed],
    ['--max-evaluations', maxEvaluations],
    ['--rounds', rounds],
    ['--reload', reload],
    ['--group', group],
  ]);
}

export function sweepCommand(): string {
  return `clsa-cim sweep ${SWEEP_FILE} --out sweep`;
}

/** The same command line, which writes the report, too. */
export function reportCommand(command: string): string {
  return `${command} --report ${REPORT_FILE}`;
}

function batchOptions({ batch, group, reload, rounds }: Configuration): Own {
  return [
    ['--batch', batch === defaults.batch ? undefined : batch],
    ['--group', group],
    ['--reload', reload],
    ['--rounds', rounds],
  ];
}

function mappingOptions({ duplication, scheduling, granularity }: Configuration): Own {
  return [
    ['--duplication', typeof duplication === 'object' ? COPIES_FILE : duplication],
    ['--scheduling', scheduling === defaults.scheduling ? undefined : scheduling],
    ['--granularity', granularity === defaults.granularity ? undefined : granularity],
  ];
}

function command(name: string, configuration: Configuration, own: Own): string {
  const { model, dims, batchAxis, allowUnknown, arch, chip, pes, extraPes } = configuration;
  const options: Own = [
    ...Object.entries(dims).map(([dim, size]) => ['--dim', `${dim}=${size}`] as const),
    ['--batch-axis', batchAxis || undefined],
    ['--allow-unknown', allowUnknown || undefined],
    ['--arch', chip !== undefined ? CHIP_FILE : arch === defaults.arch ? undefined : arch],
    ['--pes', pes],
    ['--extra-pes', extraPes],
    ...own,
  ];
  const words = options.flatMap(([option, value]) => {
    if (value === undefined) return [];
    return value === true ? [option] : [option, quoted(String(value))];
  });
  return ['clsa-cim', name, quoted(pathOf(model)), ...words].join(' ');
}

/** What the command line calls a model: a file that is called like a network of the zoo is told by its folder. */
export function pathOf(model: Model): string {
  if ('zoo' in model) return model.zoo;
  const { name } = model.file;
  return name.startsWith('-') || findZooEntry(name) !== undefined ? `./${name}` : name;
}
