import { isHighBetter, isMetric } from './columns.ts';
import { paretoFront } from './pareto.ts';
import type { Column } from './plan.ts';
import type { Values } from './point.ts';
import type { TableRow } from './table.ts';

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
  /** Points that no other one beats in all of the metrics, by the first metric. */
  readonly paretoFront: readonly SummaryPoint[];
  /** For every metric the best point; the first one of several. */
  readonly best: readonly { readonly metric: string; readonly point: SummaryPoint }[];
}

/** What `sweep` and `merge` leave as `summary.json`. */
export interface SweepSummary {
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
}

/** Metrics besides those of the Pareto front for which the best points are named. */
const BEST = ['latencyNs', 'speedup', 'utilization', 'throughputPerSecond', 'energyPj.total'];
const FIRST_CAPACITY = 1024;
/** Reasons of failures that are told apart, and that are told in the end. */
const MOST_REASONS = 1000;
const TOLD_REASONS = 5;

/** One model's metrics while the rows go by: numbers in flat arrays, not rows. */
class Group {
  points = 0;
  failed = 0;
  /** Numbers of rows that are not failed, and their metrics, lower is better. */
  #rows = new Float64Array(FIRST_CAPACITY);
  #values: Float64Array[];
  #length = 0;

  constructor(metrics: number) {
    this.#values = Array.from({ length: metrics }, () => new Float64Array(FIRST_CAPACITY));
  }

  add(row: number, values: readonly number[]): void {
    if (this.#length === this.#rows.length) this.#grow();
    this.#rows[this.#length] = row;
    values.forEach((value, i) => {
      this.#values[i]![this.#length] = value;
    });
    this.#length++;
  }

  front(): number[] {
    const used = this.#values.map((values) => values.subarray(0, this.#length));
    return paretoFront(used).map((i) => this.#rows[i]!);
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

/** Counts why points have failed. */
class Reasons {
  readonly #byText = new Map<string, { readonly reason: string; points: number }>();

  add(reason: string): void {
    const text = reason.replaceAll(/\d[\d.,]*/g, '0');
    const known = this.#byText.get(text);
    if (known !== undefined) known.points++;
    else if (this.#byText.size < MOST_REASONS) this.#byText.set(text, { reason, points: 1 });
  }

  commonest() {
    return [...this.#byText.values()].toSorted((a, b) => b.points - a.points).slice(0, TOLD_REASONS);
  }
}

/** Takes in the rows of a table in order, and tells the fronts and the best points in the end. */
export class Summariser {
  readonly #columns: readonly Column[];
  readonly #pareto: readonly string[];
  readonly #position: ReadonlyMap<string, number>;
  readonly #best: readonly string[];
  readonly #groups = new Map<
    string,
    { group: Group; best: Map<string, Best>; model: string; simulated: boolean }
  >();
  readonly #reasons = new Reasons();
  #rows = 0;

  constructor(columns: readonly Column[], pareto: readonly string[]) {
    this.#columns = columns;
    this.#pareto = pareto;
    this.#position = new Map(columns.map(({ name }, i) => [name, i]));
    const wanted = [...new Set([...pareto, ...BEST])];
    this.#best = wanted.filter((name) => this.#position.has(name) && isMetric(name));
  }

  add(row: TableRow): void {
    const number = this.#rows++;
    const model = String(this.#cell(row, 'model'));
    const simulated = this.#cell(row, 'simulated') === true;
    const { group, best } = this.#groupOf(model, simulated);
    group.points++;
    const error = this.#cell(row, 'error');
    if (error !== null) {
      group.failed++;
      this.#reasons.add(String(error));
      return;
    }
    const values = this.#pareto.map((metric) => this.#lowIsBetter(row, metric));
    // A point without one of the metrics, such as an energy, cannot be compared.
    if (values.every((value) => value !== undefined)) group.add(number, values);
    for (const metric of this.#best) {
      const value = this.#lowIsBetter(row, metric);
      const before = best.get(metric);
      if (value !== undefined && (before === undefined || value < before.value))
        best.set(metric, { value, row: number });
    }
  }

  /**
   * @param total Points of the sweep.
   * @param rowAt The row of a number that was added.
   */
  summary(total: number, rowAt: (numbers: readonly number[]) => ReadonlyMap<number, TableRow>): SweepSummary {
    const found = [...this.#groups.values()].map((entry) => ({ ...entry, front: entry.group.front() }));
    const wanted = found.flatMap(({ front, best }) => [
      ...front,
      ...[...best.values()].map(({ row }) => row),
    ]);
    const rows = rowAt([...new Set(wanted)].sort((a, b) => a - b));
    const point = (row: number) => this.#point(rows.get(row)!);
    const models = found.map(({ group, best, model, simulated, front }): ModelSummary => {
      const { points, failed } = group;
      return {
        ...{ model, simulated, points, failed },
        paretoFront: front.map(point),
        best: [...best].map(([metric, { row }]) => ({ metric, point: point(row) })),
      };
    });
    const sum = (field: 'points' | 'failed') => models.reduce((total, one) => total + one[field], 0);
    return {
      ...{ points: sum('points'), failed: sum('failed'), missing: total - this.#rows },
      failures: this.#reasons.commonest(),
      ...{ pareto: this.#pareto, models },
    };
  }

  #groupOf(model: string, simulated: boolean) {
    const key = `${simulated} ${model}`;
    let entry = this.#groups.get(key);
    if (entry === undefined) {
      entry = { group: new Group(this.#pareto.length), best: new Map(), model, simulated };
      this.#groups.set(key, entry);
    }
    return entry;
  }

  #cell(row: TableRow, name: string) {
    const position = this.#position.get(name);
    return position === undefined ? null : row[position]!;
  }

  #lowIsBetter(row: TableRow, metric: string): number | undefined {
    const value = this.#cell(row, metric);
    if (typeof value !== 'number') return undefined;
    return isHighBetter(metric) ? -value : value;
  }

  #point(row: TableRow): SummaryPoint {
    const cells = this.#columns.map(({ name }, i) => [name, row[i]!] as const);
    return Object.fromEntries(cells.filter(([, value]) => value !== null));
  }
}
