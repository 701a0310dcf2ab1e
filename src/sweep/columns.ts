import type { Schedule } from '../schedule/schedule.ts';
import type { Simulation } from '../simulate/index.ts';
import { isValue, type Value, type Values } from './point.ts';

/** What a column of the tables holds. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean';

/** A column of results: its type, and which end of it is better where that can be said. */
interface ResultColumn {
  readonly type: ColumnType;
  readonly better?: 'low' | 'high';
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

/** Columns of `schedule --json`, named as there. A new key of a schedule is one more line here. */
const scheduleColumns = {
  model: text,
  architecture: text,
  granularity: text,
  scheduling: text,
  minimumPes: integer,
  totalPes: { ...integer, ...low },
  usedPes: { ...integer, ...low },
  baselineCycles: integer,
  cycles: { ...integer, ...low },
  lowerBoundCycles: integer,
  latencyNs: { ...number, ...low },
  speedup: { ...number, ...high },
  utilization: { ...number, ...high },
} satisfies Record<ScalarKeys<Schedule>, ResultColumn>;

/** Columns of `simulate --json`, named as there; of energy and area the totals, by their path. */
const simulationColumns = {
  model: text,
  architecture: text,
  granularity: text,
  scheduling: text,
  batch: integer,
  minimumPes: integer,
  totalPes: { ...integer, ...low },
  usedPes: { ...integer, ...low },
  clockNs: number,
  cycles: { ...integer, ...low },
  latencyNs: { ...number, ...low },
  idealCycles: integer,
  firstLatencyNs: { ...number, ...low },
  intervalCycles: { ...number, ...low },
  throughputPerSecond: { ...number, ...high },
  'energyPj.total': { ...number, ...low },
  energyDelayPjNs: { ...number, ...low },
  inferencesPerJoule: { ...number, ...high },
  teraOperationsPerSecond: { ...number, ...high },
  teraOperationsPerJoule: { ...number, ...high },
  'areaMm2.total': { ...number, ...low },
  bitHops: { ...integer, ...low },
  messages: integer,
  events: integer,
} satisfies Record<ScalarKeys<Simulation> | 'energyPj.total' | 'areaMm2.total', ResultColumn>;

const allColumns: Readonly<Record<string, ResultColumn>> = { ...scheduleColumns, ...simulationColumns };

/** Names of the columns of results of ideal points, simulated points, or both. */
export function resultColumns(has: { readonly ideal: boolean; readonly simulated: boolean }): string[] {
  return Object.keys({ ...(has.ideal ? scheduleColumns : {}), ...(has.simulated ? simulationColumns : {}) });
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

/** The single values of a schedule or a simulation, by the names of their columns. */
export function resultsOf(result: Schedule | Simulation): Values {
  const fields = new Map<string, unknown>(Object.entries(result));
  if ('energyPj' in result) {
    fields.set('energyPj.total', result.energyPj.total).set('areaMm2.total', result.areaMm2.total);
  }
  const values: Record<string, Value> = {};
  for (const name of Object.keys('energyPj' in result ? simulationColumns : scheduleColumns)) {
    const value = fields.get(name);
    if (isValue(value)) values[name] = value;
  }
  return values;
}
