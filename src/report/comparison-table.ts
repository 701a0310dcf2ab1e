import type { Comparison, LayerFigures, RunFigureName } from '../compare/index.ts';
import { nameUpTo } from '../input/show.ts';
import type { Block, Printout } from './printout.ts';
import { SCHEDULING_NAMES } from './schedule-table.ts';
import {
  duration,
  energy,
  integer,
  lifetime,
  percent,
  perSecond,
  rounded,
  SHOWN_NAME,
  shortName,
  type Table,
  table,
  times,
} from './table.ts';

/** Names of runs in the heads of columns, of which there are many in a row. */
const SHOWN_RUN = 20;
/** So many of the layers that changed are shown in a terminal. */
const MOST_CHANGES = 200;
/** So many of the layers that only some runs have are named. */
const MAX_NAMES = 8;

/** What a figure is called, and how it is shown. */
type Shown = readonly [title: string, show: (value: number) => string];

const FIGURES: Readonly<Record<RunFigureName, Shown>> = {
  cycles: ['cycles', whole],
  latencyNs: ['latency', duration],
  firstLatencyNs: ['first inference', duration],
  throughputPerSecond: ['inferences per second', perSecond],
  speedup: ['speedup', times],
  slowdown: ['slowdown by movement', times],
  utilization: ['utilization', percent],
  gap: ['gap to the bound', percent],
  minimumPes: ['minimum PEs', integer],
  totalPes: ['PEs', integer],
  usedPes: ['PEs in use', integer],
  cells: ['cells', integer],
  energyPjPerInference: ['energy per inference', energy],
  energyDelayPjNs: ['energy · delay', (value) => `${rounded(value / 1e12)} µJ·ms`],
  teraOperationsPerSecond: ['operations', (value) => `${rounded(value)} TOPS`],
  teraOperationsPerJoule: ['efficiency', (value) => `${rounded(value)} TOPS/W`],
  areaMm2: ['area', (value) => `${rounded(value)} mm²`],
  inferences: ['inferences', integer],
  inferencesOfGroup: ['inferences of a group', integer],
  rounds: ['rounds', integer],
  peWrites: ['PE writes of a group', integer],
  writingNs: ['writing', duration],
  exposedWritingNs: ['writing that is not hidden', duration],
  writeEnergyPjPerInference: ['write energy per inference', energy],
  lifetimeYears: ['lifetime at full load', lifetime],
  waitDataNs: ['waits for data', duration],
  waitSpaceNs: ['waits for space', duration],
  waitCopyNs: ['waits for a copy', duration],
  waitReadNs: ['waits for a read', duration],
  waitGpeuNs: ['waits for a GPEU', duration],
  waitSendNs: ['waits to send', duration],
  waitLinkNs: ['waits for links', duration],
  waitFetchNs: ['waits for fetches', duration],
  waitWriteNs: ['waits for writing', duration],
  bitHops: ['bits times hops', integer],
  writtenPes: ['PEs written', integer],
  weightBits: ['bits of their weights', integer],
  spilledBits: ['bits spilled', integer],
  fetchedBits: ['bits fetched back', integer],
  sharedBufferBits: ['of both in the shared buffer', integer],
  sharedPeakBytes: ['fullest shared buffer', (value) => `${integer(value)} B`],
};

/** A comparison as text: the runs, their figures, and the layers that changed. */
export function comparisonText(comparison: Comparison): Printout {
  const parts = [
    runTable(comparison),
    ...differentModels(comparison),
    figureTable(comparison),
    `Ratios are to ${runNames(comparison)[0]}.${timesNote(comparison)}`,
    ...layerTable(comparison),
    alikeLine(comparison),
    ...onlyLines(comparison),
  ];
  return parts.flatMap((part) => [part, '']);
}

/** Names of runs, cut where they are long; where two look the same then, their numbers are told. */
function runNames({ runs }: Comparison, longest = SHOWN_RUN): string[] {
  const names = runs.map(({ name }) => nameUpTo(longest, name));
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${i + 1}: ${name}`,
  );
}

function runTable(comparison: Comparison): Table {
  const { runs } = comparison;
  const names = runNames(comparison, SHOWN_NAME);
  const heads = ['run', 'of', 'model', 'architecture', 'sets', 'order'];
  const rows = runs.map(({ kind, model, architecture, granularity = '', scheduling = '' }, i) => [
    names[i]!,
    kind,
    shortName(model),
    shortName(architecture),
    shortName(granularity),
    scheduling === 'xinf' || scheduling === 'lbl' ? SCHEDULING_NAMES[scheduling] : shortName(scheduling),
  ]);
  return table(heads, rows, { important: ['of', 'architecture', 'model', 'sets'] });
}

function differentModels({ runs }: Comparison): string[] {
  const isOne = runs.every(({ model }) => model === runs[0]!.model);
  return isOne ? [] : ['The models differ; layers are compared where their names are the same.'];
}

function timesNote({ cycleNs, runs }: Comparison): string {
  const isTimed = runs.some((run) => run.cycleNs !== undefined);
  return cycleNs === undefined && isTimed ? ' Cycles differ in length, so that times are compared.' : '';
}

/** A column of values for each run, and of ratios for each but the first. */
function figureTable(comparison: Comparison): Table {
  const { figures } = comparison;
  const heads = runNames(comparison).flatMap((head, i) => (i === 0 ? [head] : [head, 'ratio']));
  const rows = figures
    .filter(({ name, values }) => {
      const none = name === 'inferences' ? 1 : 0;
      return values.some((value) => value !== null && value !== none);
    })
    .map(({ name, values, ratios }) => {
      const [title, show] = FIGURES[name];
      const cells = values.flatMap((value, i) => {
        const shown = value === null ? '' : show(value);
        const ratio = ratios[i] ?? null;
        return i === 0 ? [shown] : [shown, ratio === null ? '' : `${rounded(ratio)}x`];
      });
      return [title, ...cells];
    });
  return table(['', ...heads], rows, { isWhole: true });
}

/** What layers are compared by, with times in cycles and in ns. */
const LAYER_COLUMNS: readonly (readonly [
  title: string,
  inCycles: keyof LayerFigures,
  inNs: keyof LayerFigures,
])[] = [
  ['copies', 'copies', 'copies'],
  ['PEs', 'pes', 'pes'],
  ['start', 'startCycle', 'startNs'],
  ['end', 'endCycle', 'endNs'],
  ['duration', 'durationCycles', 'durationNs'],
  ['waits', 'waitCycles', 'waitNs'],
];

/** The columns that two runs of a layer have; times are cycles where all of these have the same length. */
function layerColumns({ cycleNs, layers }: Comparison) {
  return LAYER_COLUMNS.map(
    ([head, inCycles, inNs]) => [head, cycleNs === undefined ? inNs : inCycles] as const,
  ).filter(([, name]) =>
    layers.changes.some(({ runs }) => runs.filter((figures) => figures?.[name] !== undefined).length > 1),
  );
}

/** The columns that matter most, where a terminal is narrow. */
const IMPORTANT = ['duration', 'copies', 'end', 'PEs'];

function layerTable(comparison: Comparison): Block[] {
  const { changes } = comparison.layers;
  if (changes.length === 0) return [];
  const columns = layerColumns(comparison);
  const rows = changes.map(({ name, runs }) => [
    shortName(name),
    ...columns.map(([, figure]) => changeCell(runs, figure)),
  ]);
  const order = runNames(comparison).join(' → ');
  return [
    `Layers that changed, those whose duration did most first (${order}):`,
    table(['layer', ...columns.map(([head]) => head)], rows, {
      important: IMPORTANT,
      mostRows: MOST_CHANGES,
    }),
  ];
}

/** What a figure of a layer was and became: `1 → 4`, or once where it is the same in all runs that have it. */
function changeCell(runs: readonly (LayerFigures | null)[], name: keyof LayerFigures): string {
  const show = name.endsWith('Ns') ? duration : whole;
  return arrows(runs.map((figures) => (figures?.[name] === undefined ? '-' : show(figures[name]))));
}

function arrows(values: readonly string[]): string {
  const [first = ''] = values;
  if (values.every((value) => value === first)) return first === '-' ? '' : first;
  return values.join(' → ');
}

function alikeLine({ layers: { alike, changes } }: Comparison): string {
  if (alike + changes.length === 0) return 'No layer is in two runs.';
  if (alike === 0) return changes.length === 1 ? 'The only layer changed.' : 'All layers changed.';
  const all = changes.length === 0 ? 'All ' : '';
  return `${all}${integer(alike)} ${alike === 1 ? 'layer is' : 'layers are'} alike.`;
}

function onlyLines(comparison: Comparison): string[] {
  const names = runNames(comparison);
  return comparison.layers.ofSome.map(({ runs: indices, layers }) => {
    const where = indices.map((i) => names[i]).join(', ');
    const named = layers.slice(0, MAX_NAMES).map((name) => shortName(name));
    const more = layers.length - named.length;
    const end = more === 0 ? '' : ` and ${integer(more)} more`;
    const count = `${integer(layers.length)} ${layers.length === 1 ? 'layer' : 'layers'}`;
    return `${count} only in ${where}: ${named.join(', ')}${end}.`;
  });
}

/** A number of cycles: energy objectives and intervals may have parts of them. */
function whole(value: number): string {
  return integer(Math.ceil(value));
}
