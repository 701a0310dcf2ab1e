/** A value of a point of a sweep. */
export type SweepValue = string | number | boolean | null;

/** The points of a sweep: parameters that differ, and metrics. */
export interface SweepPicture {
  /** Points that have succeeded. */
  readonly points: number;
  /** Points that are here: all, or where there are very many every so many of them and all of the fronts. */
  readonly shown: number;
  /** Parameters that have several values, in the order of the spec; the model is one of them. */
  readonly parameters: readonly SweepColumn[];
  /** Metrics that some point has. */
  readonly metrics: readonly SweepMetric[];
  /** Names of the metrics of the Pareto front. */
  readonly pareto: readonly string[];
  /** By point: whether no other one of its model beats it in all of {@link pareto}. */
  readonly isOnFront: readonly boolean[];
  /** By point: what is compared with each other, which is the model, and whether it was simulated. */
  readonly series: readonly string[];
}

/** A column of values, by point. */
export interface SweepColumn {
  /** As in the tables. */
  readonly name: string;
  /** Null where a point has none. */
  readonly values: readonly SweepValue[];
}

/** A column of numbers. */
export interface SweepMetric extends SweepColumn {
  /** True where more is better. */
  readonly isHighBetter: boolean;
}

/** What the columns of a table are. */
export interface SweepColumns {
  /** Names of all columns, in the order of the cells of a row. */
  readonly names: readonly string[];
  /** Names of the parameters. */
  readonly parameters: readonly string[];
  /** Names of the metrics, and whether more is better. */
  readonly metrics: readonly { readonly name: string; readonly isHighBetter: boolean }[];
  /** Names of the metrics of the Pareto front. */
  readonly pareto: readonly string[];
}

/** So many points are kept at most, besides those of the fronts. */
const MAX_POINTS = 100_000;

/** Takes in the rows of the table of a sweep, and makes the picture of them. */
export class SweepPictureMaker {
  readonly #columns: SweepColumns;
  readonly #at: ReadonlyMap<string, number>;
  #rows: (readonly SweepValue[])[] = [];
  /** Of points that are on no front only every so many are kept. */
  #stride = 1;
  #points = 0;
  #fromStride = 0;

  constructor(columns: SweepColumns) {
    this.#columns = columns;
    this.#at = new Map(columns.names.map((name, i) => [name, i]));
  }

  /** Takes a row with the columns `error` and `pareto`. */
  add(row: readonly SweepValue[]): void {
    if (this.#cell(row, 'error') !== null) return;
    this.#points++;
    if (this.#cell(row, 'pareto') !== true && this.#fromStride++ % this.#stride !== 0) return;
    this.#rows.push(row);
    if (this.#rows.length >= 2 * MAX_POINTS) this.#thin();
  }

  /** The picture of all rows so far. */
  picture(): SweepPicture {
    const { parameters, metrics, pareto } = this.#columns;
    const rows = this.#rows;
    const column = (name: string): SweepColumn => ({
      name,
      values: rows.map((row) => this.#cell(row, name)),
    });
    return {
      ...{ points: this.#points, shown: rows.length, pareto },
      parameters: parameters.map(column).filter(({ values }) => new Set(values).size > 1),
      metrics: metrics
        .map(({ name, isHighBetter }) => ({ ...column(name), isHighBetter }))
        .filter(({ values }) => values.some((value) => value !== null)),
      isOnFront: rows.map((row) => this.#cell(row, 'pareto') === true),
      series: rows.map((row) => {
        const model = String(this.#cell(row, 'model'));
        return this.#cell(row, 'simulated') === true ? `${model}, simulated` : model;
      }),
    };
  }

  #thin(): void {
    this.#stride *= 2;
    let number = 0;
    this.#rows = this.#rows.filter((row) => this.#cell(row, 'pareto') === true || number++ % 2 === 0);
  }

  #cell(row: readonly SweepValue[], name: string): SweepValue {
    const at = this.#at.get(name);
    return at === undefined ? null : row[at]!;
  }
}
