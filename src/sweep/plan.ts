import { ClsaCimError } from '../errors.ts';
import type { Column } from '../files/table.ts';
import { isMetric } from './columns.ts';
import { compileCondition } from './condition.ts';
import { createGrid, type Grid } from './grid.ts';
import type { Manifest } from './manifest.ts';
import { columnsOf, occasionalColumnsOf } from './plan-columns.ts';
import { type PlannedPoint, PointMaker } from './point-maker.ts';
import { Selection, type Shard } from './selection.ts';

/** Grids beyond this are a mistake. */
const MAX_POINTS = 1e9;

/** The points of a sweep (or a shard of it) in order, with their keys, and the columns of its tables. */
export class SweepPlan {
  readonly manifest: Manifest;
  readonly columns: readonly Column[];
  /** Names of the columns that tables have only where some point has a value. */
  readonly occasional: readonly string[];
  readonly #grid: Grid;
  readonly #selection: Selection;
  #maker: PointMaker | undefined;

  /**
   * @param where Name of the spec, for messages.
   * @throws ClsaCimError for a mistake in `where` or `pareto`, or a grid that is too large.
   */
  constructor(manifest: Manifest, where: string, shard?: Shard) {
    this.manifest = manifest;
    this.#grid = createGrid(manifest.axes);
    if (this.#grid.size > MAX_POINTS) {
      throw new ClsaCimError(
        `${where}: the grid has ${this.#grid.size} points; give at most ${MAX_POINTS}`,
        'input',
        { code: 'TOO_LARGE' },
      );
    }
    const names = manifest.axes.flatMap((axis) => axis.names);
    const condition =
      manifest.where === undefined ? undefined : compileCondition(manifest.where, names, `${where}: where`);
    this.#selection = new Selection(this.#grid, condition, shard);
    if (this.#selection.count === 0) {
      throw new ClsaCimError(
        this.#selection.total === 0
          ? `${where}: where drops all ${this.#grid.size} points; nothing is left to run`
          : `${where}: has ${this.#selection.total} points, and none is left for this shard; use fewer shards`,
      );
    }
    this.columns = columnsOf(manifest.axes);
    this.occasional = occasionalColumnsOf(manifest.axes);
    this.checkMetrics(manifest.pareto, `${where}: pareto`);
  }

  /** Points of this shard. */
  get count(): number {
    return this.#selection.count;
  }

  /** How the count comes about, such as `2 models x 3 extraPes`. */
  get shape(): string {
    return this.manifest.axes
      .map(
        ({ names, rows }) =>
          `${rows.length} ${names.join('+')}${names[0] === 'model' && rows.length !== 1 ? 's' : ''}`,
      )
      .join(' x ');
  }

  /** Makes its points. */
  get maker(): PointMaker {
    this.#maker ??= new PointMaker(this.manifest);
    return this.#maker;
  }

  /** The numbers of the points of this shard, in the order of the grid. */
  indices(): Iterable<number> {
    return this.#selection.indices();
  }

  /** The same, so many at a time. */
  *indexBlocks(size: number): Generator<Uint32Array> {
    let block: number[] = [];
    for (const index of this.indices()) {
      block.push(index);
      if (block.length < size) continue;
      yield Uint32Array.from(block);
      block = [];
    }
    if (block.length > 0) yield Uint32Array.from(block);
  }

  /** The points of this shard in the order of the grid; they are made as they are asked for. */
  *points(): Generator<PlannedPoint> {
    for (const index of this.indices()) yield this.maker.at(index);
  }

  /** @throws ClsaCimError for a metric that none of the points has. */
  checkMetrics(metrics: readonly string[], where: string): void {
    const missing = metrics.find((name) => !this.columns.some((column) => column.name === name));
    if (missing === undefined) return;
    const has = this.columns.map(({ name }) => name).filter(isMetric);
    throw new ClsaCimError(
      `${where}: no point of this sweep has ${missing}; its metrics are ${has.join(', ')}`,
      'input',
      { code: 'UNKNOWN_NAME', given: missing, known: has },
    );
  }
}
