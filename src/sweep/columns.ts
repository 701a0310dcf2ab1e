import type { ColumnType, Value } from '../files/table.ts';
import type { Schedule, ScheduleFigures } from '../schedule/schedule-result.ts';
import {
  type Bottleneck,
  ENERGY_PARTS,
  type SimulatedTurns,
  type Simulation,
  type SpillTraffic,
  type TriedCopies,
} from '../simulate/index.ts';
import { isValue, type Values } from './point.ts';

/** A column of results: its type, and which end of it is better where that can be said. */
interface ResultColumn {
  readonly type: ColumnType;
  readonly better?: 'low' | 'high';
  /** The column that says what is not counted in it: values can be compared where the same is missing. */
  readonly missing?: string;
}

/** Keys of a result whose values are single ones: those that become columns of a sweep. */
type ScalarKeys<Result> = keyof {
  [Key in keyof Result as NonNullable<Result[Key]> extends string | number | boolean ? Key : never]: true;
};

const text = { type: 'text' } as const;
const integer = { type: 'integer' } as const;
const number = { type: 'number' } as const;
const low = { better: 'low' } as const;
const high = { better: 'high' } as const;
const ofEnergy = { missing: 'energyPj.missing' } as const;

type Area = 'areaMm2.total' | 'areaMm2.missing';
const areaColumns = {
  'areaMm2.total': { ...number, ...low, missing: 'areaMm2.missing' },
  'areaMm2.missing': text,
} satisfies Record<Area, ResultColumn>;

/**
 * Columns of `schedule --json`, named as there; what is in an object by its path. A new key of a schedule is one more
 * line here.
 */
const scheduleColumns = {
  model: text,
  architecture: text,
  granularity: text,
  scheduling: text,
  minimumPes: integer,
  totalPes: { ...integer, ...low },
  usedPes: { ...integer, ...low },
  cells: { ...integer, ...low },
  baselineCycles: integer,
  cycles: { ...integer, ...low },
  lowerBoundCycles: integer,
  latencyNs: { ...number, ...low },
  speedup: { ...number, ...high },
  utilization: { ...number, ...high },
  ...areaColumns,
} satisfies Partial<Record<ScalarKeys<Schedule> | Area, ResultColumn>>;

/** Those of batches and of weights in turns, which most sweeps have not. */
const turnColumns = {
  batch: integer,
  group: integer,
  intervalCycles: { ...number, ...low },
  reload: text,
  roundCount: integer,
  writeCycles: integer,
  writes: { ...integer, ...low },
  peWritesPerInference: { ...number, ...low },
  writingCycles: integer,
  exposedWritingCycles: { ...integer, ...low },
  writeEnergyPjPerInference: { ...number, ...low },
  lifetimeYears: { ...number, ...high },
} satisfies Record<Exclude<ScalarKeys<Schedule>, keyof typeof scheduleColumns>, ResultColumn>;

/** Energy of writing. */
const WRITE_PART = 'energyPj.parts.write';

const energyParts = Object.fromEntries(
  ENERGY_PARTS.map((name) => [`energyPj.parts.${name}`, { ...number, ...low }] as const).filter(
    ([name]) => name !== WRITE_PART,
  ),
);

/** Columns of `simulate --json`, named as there; what is in an object by its path. */
const simulationColumns = {
  model: text,
  architecture: text,
  granularity: text,
  scheduling: text,
  batch: integer,
  minimumPes: integer,
  totalPes: { ...integer, ...low },
  usedPes: { ...integer, ...low },
  cells: { ...integer, ...low },
  clockNs: number,
  cycles: { ...integer, ...low },
  latencyNs: { ...number, ...low },
  idealCycles: integer,
  firstLatencyNs: { ...number, ...low },
  intervalCycles: { ...number, ...low },
  throughputPerSecond: { ...number, ...high },
  'energyPj.total': { ...number, ...low, ...ofEnergy },
  ...energyParts,
  'energyPj.missing': text,
  energyDelayPjNs: { ...number, ...low, ...ofEnergy },
  inferencesPerJoule: { ...number, ...high, ...ofEnergy },
  teraOperationsPerSecond: { ...number, ...high },
  teraOperationsPerJoule: { ...number, ...high, ...ofEnergy },
  ...areaColumns,
  'bottleneck.layer': text,
  'bottleneck.copies': integer,
  'bottleneck.mvmCycles': integer,
  bitHops: { ...integer, ...low },
  messages: integer,
  events: integer,
} satisfies Record<
  | Exclude<ScalarKeys<Simulation>, ScalarKeys<SimulatedTurns>>
  | Area
  | 'energyPj.total'
  | 'energyPj.missing'
  | `bottleneck.${keyof Bottleneck}`,
  ResultColumn
>;

/** Those of simulations where weights take turns. */
const simulatedTurnColumns = {
  group: integer,
  reload: text,
  roundCount: integer,
  writeCycles: integer,
  writes: { ...integer, ...low },
  peWritesPerInference: { ...number, ...low },
  writtenPes: { ...integer, ...low },
  weightBits: { ...integer, ...low },
  [WRITE_PART]: { ...number, ...low },
} satisfies Record<ScalarKeys<SimulatedTurns> | typeof WRITE_PART, ResultColumn>;

/** Those of simulations in which something spilled; no metrics, since the best points have none. */
const spillColumns = {
  'spill.spilledBits': integer,
  'spill.fetchedBits': integer,
  'spill.sharedBufferBits': integer,
  'sharedBuffer.bytes': integer,
  'sharedBuffer.peakBytes': integer,
} satisfies Record<
  `spill.${keyof SpillTraffic}` | `sharedBuffer.${keyof NonNullable<Simulation['sharedBuffer']>}`,
  ResultColumn
>;

/** Where copies or rounds are tried: those that were taken. */
const triedColumns = { 'tried.taken': text, 'tried.takenRounds': text } satisfies Record<
  `tried.${('taken' | 'takenRounds') & keyof TriedCopies}`,
  ResultColumn
>;

const allColumns: Readonly<Record<string, ResultColumn>> = {
  ...scheduleColumns,
  ...simulationColumns,
  ...turnColumns,
  ...simulatedTurnColumns,
  ...triedColumns,
  ...spillColumns,
};

/** Which points a sweep has. */
interface Kinds {
  readonly ideal: boolean;
  readonly simulated: boolean;
}

/** Names of the columns of results of ideal points, simulated points, or both. */
export function resultColumns(has: Kinds): string[] {
  return Object.keys({
    ...(has.ideal ? scheduleColumns : {}),
    ...(has.simulated ? simulationColumns : {}),
    ...(has.ideal ? turnColumns : {}),
    ...(has.simulated ? simulatedTurnColumns : {}),
    ...(has.simulated ? { ...triedColumns, ...spillColumns } : {}),
  });
}

/** Columns that tables have only where some point has them. */
export function occasionalColumns(has: Kinds): string[] {
  const always = has.simulated ? Object.keys(simulationColumns) : [];
  const inTurns = { ...turnColumns, ...(has.simulated ? simulatedTurnColumns : {}) };
  return Object.keys({ ...inTurns, ...triedColumns, ...spillColumns }).filter(
    (name) => !always.includes(name),
  );
}

/** Type of a column of results. */
export function resultType(name: string): ColumnType {
  return allColumns[name]!.type;
}

/** Columns of results of which it can be said which end is better. */
export const metricNames: readonly string[] = Object.keys(allColumns).filter(isMetric);

export function isMetric(name: string): boolean {
  return Object.hasOwn(allColumns, name) && allColumns[name]!.better !== undefined;
}

/** True for a metric that shall be high. */
export function isHighBetter(name: string): boolean {
  return allColumns[name]!.better === 'high';
}

/** The column that says what is not counted in a metric; undefined where all is. */
export function missingColumn(name: string): string | undefined {
  return allColumns[name]!.missing;
}

/** Columns with where their value is in a result: `['energyPj', 'parts', 'mvm']`. */
const paths = (columns: object) => Object.keys(columns).map((name) => [name, name.split('.')] as const);
const schedulePaths = paths({ ...scheduleColumns, ...turnColumns });
const simulationPaths = paths({
  ...simulationColumns,
  ...simulatedTurnColumns,
  ...triedColumns,
  ...spillColumns,
});

/** The values of a schedule or a simulation, by the names of their columns. */
export function resultsOf(result: ScheduleFigures | Simulation): Values {
  const values: Record<string, Value> = {};
  for (const [name, path] of 'energyPj' in result ? simulationPaths : schedulePaths) {
    const value = atPath(result, path);
    if (isValue(value)) values[name] = asWritten(value);
  }
  return values;
}

/** A value as a journal has it: JSON knows nothing but numbers, and one zero. */
function asWritten(value: Value): Value {
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) ? value + 0 : null;
}

/** What is at a path; of a list of names one text. */
function atPath(result: object, path: readonly string[]): unknown {
  let found: unknown = result;
  for (const key of path) found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  return Array.isArray(found) ? found.join(' ') : found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
