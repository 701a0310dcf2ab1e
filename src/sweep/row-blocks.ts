import type { Column, EncodedRows, Value } from '../files/table.ts';
import { rowEncoder, type TableFormat } from '../files/table-file.ts';
import type { Manifest } from './manifest.ts';
import { columnsOf, occasionalColumnsOf } from './plan-columns.ts';
import { PointMaker } from './point-maker.ts';
import { openJournal, placeOf, type RowSource } from './row-source.ts';
import { Summariser, type SummaryPart } from './summary.ts';
import { setCells } from './table.ts';

/** Points of a sweep that have rows: their numbers in the grid, and where their rows are in the journal. */
export interface RowBlock {
  readonly indices: Uint32Array;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
}

/** What is found of some points of a grid. */
export interface FoundRows {
  /** Those that have rows. */
  readonly block: RowBlock;
  readonly summary: SummaryPart;
  /** Numbers of those columns in which not every table has something, and some of these rows have. */
  readonly used: readonly number[];
}

/** What is to be found. */
export interface FindTask {
  readonly source: RowSource;
  /** Numbers of points in the grid, rising. */
  readonly indices: Uint32Array;
}

/** Rows that tables are to have. */
export interface EncodeTask {
  /** The journal. */
  readonly path: string;
  readonly block: RowBlock;
  /** By row: whether it is on the Pareto front of its model. */
  readonly isOnFront: Uint8Array;
  /** Numbers of columns that the tables do not have. */
  readonly hidden: readonly number[];
  /** One table of each kind is made. */
  readonly formats: readonly TableFormat[];
}

/** Who reads rows and makes parts of tables of them: this thread, or others. */
export interface BlockRunner {
  /** So many tasks run at the same time. */
  readonly atOnce: number;
  find(task: FindTask): FoundRows | Promise<FoundRows>;
  encode(task: EncodeTask): Promise<readonly EncodedRows[]>;
}

/** Threads that do so. */
export interface BlockThreads {
  find(task: FindTask): Promise<FoundRows>;
  encode(task: EncodeTask): Promise<readonly EncodedRows[]>;
}

/** The rows of a sweep block by block, in this thread: all that tables are made of besides what only all rows together say. */
export class RowBlocks implements BlockRunner {
  readonly atOnce = 1;
  readonly #maker: PointMaker;
  readonly #columns: readonly Column[];
  readonly #pareto: readonly string[];
  /** Numbers of the columns that a table has only where some row has something in them. */
  readonly #occasional: readonly number[];

  constructor(manifest: Manifest) {
    this.#maker = new PointMaker(manifest);
    this.#columns = columnsOf(manifest.axes);
    this.#pareto = manifest.pareto;
    const occasional = occasionalColumnsOf(manifest.axes);
    this.#occasional = this.#columns.flatMap(({ name }, i) => (occasional.includes(name) ? [i] : []));
  }

  /** @throws ClsaCimError where the journal cannot be read. */
  find({ source, indices }: FindTask): FoundRows {
    const block = this.#blockOf(source, indices);
    const summariser = new Summariser(this.#columns, this.#pareto);
    const used = new Set<number>();
    for (const row of this.rows(source.path, block)) {
      summariser.add(row);
      for (const column of this.#occasional) if (row[column] !== null) used.add(column);
    }
    return { block, summary: summariser.part(), used: [...used] };
  }

  #blockOf(source: RowSource, indices: Uint32Array): RowBlock {
    const found = new Uint32Array(indices.length);
    const offsets = new Float64Array(indices.length);
    const lengths = new Uint32Array(indices.length);
    let count = 0;
    for (const index of indices) {
      const place = placeOf(source, this.#maker.at(index).key);
      if (place === undefined) continue;
      found[count] = index;
      offsets[count] = place.offset;
      lengths[count] = place.length;
      count++;
    }
    return {
      indices: found.slice(0, count),
      offsets: offsets.slice(0, count),
      lengths: lengths.slice(0, count),
    };
  }

  /** @throws ClsaCimError where the journal cannot be read. */
  async encode({ path, block, isOnFront, hidden, formats }: EncodeTask): Promise<readonly EncodedRows[]> {
    const shown = this.#columns.flatMap((_, column) => (hidden.includes(column) ? [] : [column]));
    const columns = shown.map((column) => this.#columns[column]!);
    const encoders = await Promise.all(formats.map((format) => rowEncoder(format, columns)));
    const pareto = this.#columns.findIndex(({ name }) => name === 'pareto');
    const cells = new Array<Value>(shown.length);
    let number = 0;
    for (const row of this.rows(path, block)) {
      row[pareto] = isOnFront[number++] === 1;
      for (let i = 0; i < shown.length; i++) cells[i] = row[shown[i]!]!;
      for (const encoder of encoders) encoder.add(cells);
    }
    return encoders.map((encoder) => encoder.end());
  }

  /**
   * The rows of a block, without what only all rows together say; each is overwritten by the next one.
   *
   * @throws ClsaCimError where the journal cannot be read.
   */
  *rows(path: string, { indices, offsets, lengths }: RowBlock): Generator<Value[]> {
    const cells = new Array<Value>(this.#columns.length);
    const file = openJournal(path);
    try {
      for (let i = 0; i < indices.length; i++) {
        const { results = {}, error } = file.reader.row({ offset: offsets[i]!, length: lengths[i]! });
        // Parameters are those of the plan: the journal may be of an earlier one with fewer.
        setCells(cells, this.#columns, this.#maker.parametersAt(indices[i]!), results, error);
        yield cells;
      }
    } finally {
      file.close();
    }
  }
}
