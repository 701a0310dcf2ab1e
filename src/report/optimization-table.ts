import type { Architecture } from '../architecture/architecture.ts';
import type { ErrorCode } from '../errors.ts';
import type { FigureName, Figures, FoundCopies, Optimization } from '../optimize/index.ts';
import { type Block, type Printout, title } from './printout.ts';
import { type Cell, duration, integer, modelOn, percent, shortName, table } from './table.ts';
import { span } from './turns-table.ts';

/** A run among several: its chip, and an optimisation, or why there is none. */
export type OptimizationRun = { readonly crossbar: string; readonly chip: Architecture } & (
  | Optimization
  | FailedRun
);

/** Why there is no optimisation, in words and as a code. */
interface FailedRun {
  readonly totalPes?: number;
  readonly error: string;
  readonly code: ErrorCode;
}

/** How figures are shown, in order. */
const FIGURES: readonly { name: FigureName; title: string; show: (value: number) => string }[] = [
  { name: 'batch', title: 'inferences', show: integer },
  { name: 'cycles', title: 'cycles', show: (value) => integer(Math.ceil(value)) },
  { name: 'latencyNs', title: 'latency', show: duration },
  { name: 'intervalCycles', title: 'cycles per inference', show: rounded },
  { name: 'throughputPerSecond', title: 'inferences per second', show: rounded },
  { name: 'cyclesPerInference', title: 'cycles per inference', show: rounded },
  { name: 'inferencesPerSecond', title: 'inferences per second', show: rounded },
  { name: 'energyPj', title: 'energy', show: (value) => `${rounded(value / 1e6)} µJ` },
  { name: 'energyDelayPjNs', title: 'energy · delay', show: (value) => `${rounded(value / 1e12)} µJ·ms` },
];

const STOPPED: Readonly<Record<Optimization['stoppedBy'], string>> = {
  optimal: 'no copies are better',
  gap: 'near enough to the bound',
  evaluations: 'no evaluations left',
  time: 'no time left',
  converged: 'nothing better in reach',
};

/** An optimisation as text: its figures beside those of greedy, and the copies that differ. */
export function optimizationText(result: Optimization): Printout {
  const { greedy, best, bound, metric } = result;
  const figures = FIGURES.flatMap(({ name, title: figure, show }) => {
    const [before, after] = [figureOf(greedy, name), figureOf(best, name)];
    if (before === undefined || after === undefined) return [];
    return [[figure, ended(before, show), ended(after, show), name === metric ? show(bound) : '']];
  });
  const rows = [
    ...figures,
    ...turnRows(result),
    ['PEs', integer(greedy.usedPes), integer(best.usedPes), ''],
    ['gap', '', percent(result.gap), ''],
  ];
  return [
    title(
      `${modelOn(result.model, result.architecture)}, ${result.granularity} sets, ` +
        `${integer(result.totalPes)} PEs${result.reload === undefined ? '' : `, ${result.reload}`}: best ${result.objective}`,
    ),
    '',
    table(['', 'greedy', 'best', 'bound'], rows, { result: rows.findIndex((row) => row[3] !== '') }),
    '',
    `${integer(result.evaluations)} evaluations with seed ${result.seed}; ${stopped(result)}`,
    ...notCounted(result),
    '',
    ...movementNote(result),
    ...startTable(result),
    ...roundTable(best),
    changes(result),
    '',
    ...howToPlay(best),
  ];
}

function stopped({ stoppedBy, best }: Optimization): string {
  const isRounds = stoppedBy === 'optimal' && best.rounds !== undefined;
  return isRounds ? 'no rounds and copies are better' : STOPPED[stoppedBy];
}

/** What rounds come to, where they were searched for. */
function turnRows({ objective, greedy, best }: Optimization): string[][] {
  const row = (head: string, show: (found: FoundCopies) => string) => [head, show(greedy), show(best), ''];
  if (best.rounds === undefined) return [];
  const ofGroup = ({ groupLatencyNs = 0 }: FoundCopies) => duration(groupLatencyNs);
  return [
    ...(objective === 'throughput' ? [row('latency of a group', ofGroup)] : []),
    row('inferences of a group', ({ group = 1 }) => integer(group)),
    row('rounds', ({ rounds = [] }) => integer(rounds.length)),
    row('writes per inference', ({ writes = 0, group = 1 }) => integer(Math.round(writes / group))),
  ];
}

/** The best rounds with an empty line behind them, where there is more than one. */
function roundTable({ rounds = [] }: FoundCopies): Block[] {
  if (rounds.length < 2) return [];
  const rows = rounds.map(({ layers, pes }, i) => [i, ...span(layers), pes]);
  return [table(['round', 'first layer', 'last layer', 'layers', 'PEs'], rows), ''];
}

/** A figure, or that the copies do not come to an end. */
function ended(figure: number, show: (value: number) => string): string {
  return figure === Infinity ? 'no end' : show(figure);
}

/** What the search started from. */
function startTable({ starts, metric }: Optimization): Block[] {
  if (starts === undefined) return [];
  const { title: figure, show } = FIGURES.find(({ name }) => name === metric)!;
  const rows = Object.entries(starts).map(([name, cost]) => [START_NAMES[name] ?? name, ended(cost, show)]);
  return [table(['copies of', figure], rows), ''];
}

/** Starts that are no policies. */
const START_NAMES: Readonly<Record<string, string>> = { schedule: 'the best schedule' };

/** How the best is played where it is more than copies. */
function howToPlay({ placement }: FoundCopies): string[] {
  if (placement === undefined) return [];
  const how = {
    snake: ['snake, the default', '--copies-out COPIES', ''],
    optimised: ['optimised', '--copies-out COPIES', ' --placement optimised'],
    swapped: ['tiles that were swapped', '--copies-out COPIES --placement-out TILES', ' --placement TILES'],
  }[placement];
  const [name, out, flag] = how;
  return [
    `Placement of the best: ${name}.`,
    `To play it: ${out}, then clsa-cim simulate --duplication COPIES${flag}.`,
    '',
  ];
}

/** A figure, where the objective has it. */
function figureOf(figures: Figures, name: FigureName): number | undefined {
  return new Map(Object.entries<number>({ ...figures })).get(name);
}

/** What is not counted, so that nobody takes it for what the chip does, or a gap for room for improvement. */
function movementNote({ objective, bestIgnoresMovement, boundIgnoresMovement }: Optimization): string[] {
  if (bestIgnoresMovement) {
    return [
      `Movement is not part of what was optimised: ${objective} is that of a schedule, in which values move for free.`,
      'What the chip takes with these copies: --copies-out FILE, then clsa-cim simulate --duplication FILE.',
      '',
    ];
  }
  if (!boundIgnoresMovement) return [];
  return [
    'The bound counts little of movement, and the best all of it: part of the gap is what movement costs, and no room\n' +
      'for improvement.',
    '',
  ];
}

/** What the energy leaves out for want of a figure. */
function notCounted({ missingEnergies = [] }: Optimization): string[] {
  if (missingEnergies.length === 0) return [];
  return [`Not in the energy, without figures: ${missingEnergies.join(', ')}.`];
}

/** The layers that have other copies than those of greedy. */
function changes({ greedy, best }: Optimization): Block {
  const rows = Object.entries(best.copies).flatMap(([name, copies]) => {
    const before = greedy.copies[name] ?? 1;
    const change = copies - before;
    return change === 0 ? [] : [[shortName(name), before, copies, change > 0 ? `+${change}` : `${change}`]];
  });
  if (rows.length === 0) return 'The copies are those of greedy.';
  return table(['layer', 'greedy', 'best', 'copies'], rows);
}

/** Several runs as one table. */
export function runsText(runs: readonly OptimizationRun[]): Printout {
  const done = runs.find((run) => !('error' in run));
  if (done === undefined || 'error' in done) return [];
  const { title: figure, show } = FIGURES.find(({ name }) => name === done.metric)!;
  const rows = runs.map((run): Cell[] => {
    if ('error' in run) return [run.crossbar, run.totalPes ?? '', '', '', '', '', '', whyFailed(run)];
    const { crossbar, totalPes, cells, greedy, best, bound, gap, metric, stoppedBy } = run;
    const [before = 0, after = 0] = [figureOf(greedy, metric), figureOf(best, metric)];
    return [
      crossbar,
      totalPes,
      cells,
      ended(before, show),
      ended(after, show),
      show(bound),
      percent(gap),
      STOPPED[stoppedBy],
    ];
  });
  return [
    title(`${modelOn(done.model, done.architecture)}, ${done.granularity} sets: best ${done.objective}`),
    '',
    table(['crossbar', 'PEs', 'cells', `greedy: ${figure}`, 'best', 'bound', 'gap', ''], rows, {
      important: ['PEs', 'best', 'gap', '', 'bound', `greedy: ${figure}`],
      sentences: [''],
    }),
    '',
    ...movementNote(done),
    ...notCounted(done).flatMap((line) => [line, '']),
  ];
}

function whyFailed({ code, error }: FailedRun): string {
  return code === 'DOES_NOT_FIT' ? 'does not fit' : error;
}

/** Whole numbers from 10,000 on, four digits of smaller ones. */
function rounded(value: number): string {
  return value >= 1e4 ? integer(Math.round(value)) : String(Number(value.toPrecision(4)));
}
