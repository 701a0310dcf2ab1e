import type { Architecture } from '../architecture/architecture.ts';
import type { CodedRows, Column, TableRow } from '../files/table.ts';
import { isMetric } from './columns.ts';
import { cellAt, cellsOf, lowAt, type MetricCells, metricCells, missingAt } from './metric-cells.ts';
import { paretoFront } from './pareto.ts';
import type { Values } from './point.ts';

/** A point of a summary: the cells of its row in the tables that are not empty. */
export type SummaryPoint = Values;

/** What a sweep found for one model; ideal and simulated points are apart, since they cannot be compared. */
export interface ModelSummary {
  /** Name of the network. */
  readonly model: string;
  /** Whether its points were simulated or scheduled. */
  readonly simulated: boolean;
  /** Points of this model. */
  readonly points: number;
  /** Points of these that have an error in place of results. */
  readonly failed: number;
  /**
   * Points that are not compared for the front: one of the metrics is not known, or figures are missing of parts of it
   * that others have.
   */
  readonly uncompared: number;
  /** Points that no other one beats in all of the metrics, by the first metric. */
  readonly paretoFront: readonly SummaryPoint[];
  /** For every metric the best point, and the parts that are missing in it, if any; the first one of several. */
  readonly best: readonly {
    readonly metric: string;
    readonly missing?: readonly string[];
    readonly point: SummaryPoint;
  }[];
}

/** What `sweep` and `merge` leave as `summary.json`. */
export interface SweepSummary {
  /** Of the package that computed the results. */
  readonly version: string;
  /** Points that have a row: those that are finished. */
  readonly points: number;
  /** Points of these that have an error in place of results. */
  readonly failed: number;
  /** Points of the sweep that have none; more than 0 in the tables of a sweep that was stopped, or of a shard. */
  readonly missing: number;
  /** The commonest reasons why points have failed: of those that differ in numbers only the first, and how many they are. */
  readonly failures: readonly { readonly reason: string; readonly points: number }[];
  /** Metrics of the Pareto fronts. */
  readonly pareto: readonly string[];
  /** The same by model, and the best points of each. */
  readonly models: readonly ModelSummary[];
  /** By the names of `architecture` what each of them is; points have it with their parameters in place of its fields. */
  readonly chips: Readonly<Record<string, Architecture>>;
}

/** Metrics besides those of the Pareto front for which the best points are named. */
const BEST = ['latencyNs', 'speedup', 'utilization', 'throughputPerSecond', 'energyPj.total'];
const FIRST_CAPACITY = 1024;
/** Reasons of failures that are told apart, and that are told in the end. */
const MOST_REASONS = 1000;
const TOLD_REASONS = 5;

/** Metrics of points that can be compared. */
interface GroupPart {
  /** Points of the group. */
  readonly length: number;
  /** Numbers of the rows of those that may be on the front, rising, and by metric their values, lower is better. */
  readonly rows: Float64Array;
  readonly values: readonly Float64Array[];
}

/** Metrics of points that can be compared, while the rows go by: numbers in flat arrays, not rows. */
class Group {
  #rows = new Float64Array(FIRST_CAPACITY);
  #values: Float64Array[];
  #stored = 0;
  #length = 0;

  constructor(metrics: number) {
    this.#values = Array.from({ length: metrics }, () => new Float64Array(FIRST_CAPACITY));
  }

  get length(): number {
    return this.#length;
  }

  /** @param values By metric. */
  add(row: number, values: Float64Array): void {
    this.#length++;
    this.#store(row, values);
  }

  #store(row: number, values: Float64Array): void {
    if (this.#stored === this.#rows.length) this.#grow();
    this.#rows[this.#stored] = row;
    for (let metric = 0; metric < values.length; metric++) {
      this.#values[metric]![this.#stored] = values[metric]!;
    }
    this.#stored++;
  }

  /** Numbers of the rows on the front, by the first metric. */
  front(): number[] {
    return this.#front().map((i) => this.#rows[i]!);
  }

  #front(): number[] {
    return paretoFront(this.#values.map((values) => values.subarray(0, this.#stored)));
  }

  /** What others have to know of it: who is not on the front of a part is not on that of the whole. */
  part(): GroupPart {
    const front = this.#front().sort((a, b) => a - b);
    const those = (values: Float64Array) => Float64Array.from(front, (i) => values[i]!);
    return { length: this.#length, rows: those(this.#rows), values: this.#values.map(those) };
  }

  /** @param first Number of the first row of the part among all. */
  merge({ length, rows, values }: GroupPart, first: number): void {
    this.#length += length;
    rows.forEach((row, i) => {
      this.#store(
        first + row,
        Float64Array.from(values, (own) => own[i]!),
      );
    });
  }

  #grow(): void {
    const longer = (array: Float64Array) => {
      const copy = new Float64Array(array.length * 2);
      copy.set(array);
      return copy;
    };
    this.#rows = longer(this.#rows);
    this.#values = this.#values.map(longer);
  }
}

/** The best value of a metric so far, and the number of its row. */
interface Best {
  value: number;
  row: number;
}

/** What the rows of one model have come to so far. */
interface ModelRows {
  readonly model: string;
  readonly simulated: boolean;
  points: number;
  failed: number;
  /** By what is missing in their metrics, points that are compared for the front. */
  readonly groups: Map<string, Group>;
  /** By metric, then by what is missing in it. */
  readonly best: Map<string, Map<string, Best>>;
}

/** What {@link Summariser.part} says of one model. */
interface ModelPart {
  readonly model: string;
  readonly simulated: boolean;
  readonly points: number;
  readonly failed: number;
  readonly groups: ReadonlyMap<string, GroupPart>;
  readonly best: ReadonlyMap<string, ReadonlyMap<string, Best>>;
}

/** What some rows behind each other have come to: plain data. */
export interface SummaryPart {
  readonly rows: number;
  readonly models: readonly ModelPart[];
  readonly reasons: readonly Reason[];
}

/** Why points have failed. */
interface Reason {
  /** Of those that differ in numbers only, the first. */
  readonly reason: string;
  points: number;
}

/**
 * Sums that lack different parts cannot be compared. What is taken are those that lack the fewest: the others may be
 * larger than they look.
 */
function mostComplete<Value>(byMissing: ReadonlyMap<string, Value>): [missing: string[], value: Value][] {
  const named = [...byMissing].map(([missing, value]): [string[], Value] => [partsOf(missing), value]);
  return named.toSorted(([a], [b]) => a.length - b.length).slice(0, 1);
}

function partsOf(missing: string): string[] {
  return missing.split(' ').filter((part) => part !== '');
}

/** Numbers of the rows on the front. */
function frontOf(groups: ReadonlyMap<string, Group>): number[] {
  return mostComplete(groups).flatMap(([, group]) => group.front());
}

/** The value of a key, made where there is none. */
function valueAt<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

/** Notes a value that is better than that of all rows before. */
function keepBest({ best }: ModelRows, metric: string, missing: string, value: number, row: number): void {
  const byMissing = valueAt(best, metric, () => new Map<string, Best>());
  const before = byMissing.get(missing);
  if (before === undefined || value < before.value) byMissing.set(missing, { value, row });
}

/** Counts why points have failed. */
class Reasons {
  readonly #byText = new Map<string, Reason>();

  get all(): Reason[] {
    return [...this.#byText.values()];
  }

  /** @param most New ones are counted as long as there are fewer. */
  add(reason: string, points: number, most: number): void {
    const text = reason.replaceAll(/\d[\d.,]*/g, '0');
    const known = this.#byText.get(text);
    if (known !== undefined) known.points += points;
    else if (this.#byText.size < most) this.#byText.set(text, { reason, points });
  }

  commonest() {
    return this.all.toSorted((a, b) => b.points - a.points).slice(0, TOLD_REASONS);
  }
}

/**
 * Takes in the rows of a table in order, and tells the fronts and the best points in the end. Parts of the table may go by
 * elsewhere: what they come to is the same.
 */
export class Summariser {
  readonly #columns: readonly Column[];
  readonly #pareto: readonly string[];
  readonly #position: ReadonlyMap<string, number>;
  readonly #best: readonly string[];
  readonly #models = new Map<string, ModelRows>();
  readonly #reasons = new Reasons();
  #rows = 0;

  constructor(columns: readonly Column[], pareto: readonly string[]) {
    this.#columns = columns;
    this.#pareto = pareto;
    this.#position = new Map(columns.map(({ name }, i) => [name, i]));
    const wanted = [...new Set([...pareto, ...BEST])];
    this.#best = wanted.filter((name) => this.#position.has(name) && isMetric(name));
  }

  /** Takes in the rows that follow. */
  add(rows: CodedRows): void {
    const cells = (name: string) => cellsOf(rows, this.#position.get(name));
    const metrics = (names: readonly string[]) => names.map((name) => metricCells(name, cells));
    const [model, simulated, error] = [cells('model'), cells('simulated'), cells('error')];
    const [pareto, best] = [metrics(this.#pareto), metrics(this.#best)];
    for (let i = 0; i < rows.length; i++) {
      const own = this.#rowsOf(String(cellAt(model, i)), cellAt(simulated, i) === true);
      own.points++;
      const reason = cellAt(error, i);
      if (reason === null) this.#compare(i, own, pareto, best);
      else {
        own.failed++;
        this.#reasons.add(String(reason), 1, Infinity);
      }
    }
    this.#rows += rows.length;
  }

  /** What the rows so far have come to. */
  part(): SummaryPart {
    const models = [...this.#models.values()].map(({ groups, ...own }): ModelPart => {
      return { ...own, groups: new Map([...groups].map(([missing, group]) => [missing, group.part()])) };
    });
    return { rows: this.#rows, models, reasons: this.#reasons.all };
  }

  /** Takes in what the rows behind those so far have come to. */
  merge({ rows, models, reasons }: SummaryPart): void {
    const first = this.#rows;
    this.#rows += rows;
    for (const part of models) {
      const own = this.#rowsOf(part.model, part.simulated);
      own.points += part.points;
      own.failed += part.failed;
      for (const [missing, group] of part.groups) this.#groupOf(own, missing).merge(group, first);
      for (const [metric, values] of part.best) {
        for (const [missing, { value, row }] of values) keepBest(own, metric, missing, value, first + row);
      }
    }
    for (const { reason, points } of reasons) this.#reasons.add(reason, points, MOST_REASONS);
  }

  /** Numbers of all rows that are on the front of their model. */
  onFront(): Set<number> {
    return new Set([...this.#models.values()].flatMap(({ groups }) => frontOf(groups)));
  }

  /**
   * @param total Points of the sweep.
   * @param rowAt The row of a number that was added.
   */
  summary(
    total: number,
    rowAt: (numbers: readonly number[]) => ReadonlyMap<number, TableRow>,
  ): Omit<SweepSummary, 'version' | 'chips'> {
    const found = [...this.#models.values()].map(({ groups, best, ...own }) => ({
      ...own,
      compared: mostComplete(groups).reduce((sum, [, group]) => sum + group.length, 0),
      front: frontOf(groups),
      best: [...best].flatMap(([metric, values]) =>
        mostComplete(values).map(([missing, { row }]) => ({ metric, missing, row })),
      ),
    }));
    const wanted = found.flatMap(({ front, best }) => [...front, ...best.map(({ row }) => row)]);
    const rows = rowAt([...new Set(wanted)].sort((a, b) => a - b));
    const point = (row: number) => this.#point(rows.get(row)!);
    const models = found.map(({ model, simulated, points, failed, compared, front, best }): ModelSummary => {
      return {
        ...{ model, simulated, points, failed, uncompared: points - failed - compared },
        paretoFront: front.map(point),
        best: best.map(({ metric, missing, row }) => ({
          metric,
          ...(missing.length === 0 ? {} : { missing }),
          point: point(row),
        })),
      };
    });
    const sum = (field: 'points' | 'failed') => models.reduce((total, one) => total + one[field], 0);
    return {
      ...{ points: sum('points'), failed: sum('failed'), missing: total - this.#rows },
      failures: this.#reasons.commonest(),
      ...{ pareto: this.#pareto, models },
    };
  }

  /** @param row Its position among those that are taken in. */
  #compare(row: number, own: ModelRows, pareto: readonly MetricCells[], best: readonly MetricCells[]): void {
    const number = this.#rows + row;
    const values = new Float64Array(pareto.length);
    let isKnown = true;
    let missing = '';
    for (let i = 0; i < pareto.length; i++) {
      values[i] = lowAt(pareto[i]!, row);
      isKnown &&= !Number.isNaN(values[i]);
      missing += ` ${missingAt(pareto[i]!, row)}`;
    }
    // A point without one of the metrics, such as an energy, cannot be compared.
    if (isKnown) this.#groupOf(own, missing).add(number, values);
    for (const metric of best) {
      const value = lowAt(metric, row);
      if (!Number.isNaN(value)) keepBest(own, metric.name, missingAt(metric, row), value, number);
    }
  }

  #groupOf({ groups }: ModelRows, missing: string): Group {
    return valueAt(groups, missing, () => new Group(this.#pareto.length));
  }

  #rowsOf(model: string, simulated: boolean): ModelRows {
    return valueAt(this.#models, `${simulated} ${model}`, () => ({
      ...{ model, simulated, points: 0, failed: 0, groups: new Map(), best: new Map() },
    }));
  }

  #point(row: TableRow): SummaryPoint {
    const cells = this.#columns.map(({ name }, i) => [name, row[i]!] as const);
    return Object.fromEntries(cells.filter(([, value]) => value !== null));
  }
}
