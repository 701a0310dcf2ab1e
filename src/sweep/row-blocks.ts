import { codesOf, joinCoded, pickColumns, rowAt } from '../files/coded-rows.ts';
import type { CodedRows, EncodedRows, Value } from '../files/table.ts';
import { encodeRows, type TableFormat } from '../files/table-file.ts';
import type { Manifest } from './manifest.ts';
import { PointMaker } from './point-maker.ts';
import { isCoded, type RowBlock, type RowPart } from './row-list.ts';
import { openJournal, placeOf, type RowReader, type RowSource } from './row-source.ts';
import { type Tabulated, type TabulatedRow, Tabulator } from './tabulator.ts';

/** What is found of some points of a grid: those that have rows. */
export interface FoundRows extends Omit<Tabulated, 'rows'> {
  readonly rows: RowPart;
}

/** What is to be found. */
export interface FindTask {
  readonly source: RowSource;
  /** Numbers of points in the grid, rising. */
  readonly indices: Uint32Array;
  /** Whether to tell what rows have, and not only where they are. */
  readonly isKept: boolean;
}

/** Rows that tables are to have. */
export interface EncodeTask {
  /** The journal. */
  readonly path: string;
  readonly parts: readonly RowPart[];
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
  readonly #tabulator: Tabulator;
  /** Number of the column that says what is on the front. */
  readonly #pareto: number;

  constructor(manifest: Manifest) {
    this.#maker = new PointMaker(manifest);
    this.#tabulator = new Tabulator(manifest);
    this.#pareto = this.#tabulator.columns.findIndex(({ name }) => name === 'pareto');
  }

  /** @throws ClsaCimError where the journal cannot be read. */
  find({ source, indices, isKept }: FindTask): FoundRows {
    const block = this.#blockOf(source, indices);
    const tabulate = (reader: RowReader) =>
      this.#tabulator.tabulate(block.indices.length, (position) => this.#row(reader, block, position));
    const { rows, summary, used } = withJournal(source.path, tabulate);
    return { rows: isKept ? rows : block, summary, used };
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
  async encode({ path, parts, isOnFront, hidden, formats }: EncodeTask): Promise<readonly EncodedRows[]> {
    const { columns } = this.#tabulator;
    const shown = [...columns.keys()].filter((column) => !hidden.includes(column));
    const rows = pickColumns(this.#marked(this.#coded(path, parts), isOnFront), shown);
    const own = shown.map((column) => columns[column]!);
    return Promise.all(formats.map((format) => encodeRows(format, own, rows)));
  }

  /**
   * Some rows, without what only all rows together say.
   *
   * @throws ClsaCimError where the journal cannot be read.
   */
  *rows(path: string, parts: readonly RowPart[]): Generator<Value[]> {
    const rows = this.#coded(path, parts);
    for (let position = 0; position < rows.length; position++) yield rowAt(rows, position);
  }

  #coded(path: string, parts: readonly RowPart[]): CodedRows {
    return joinCoded(parts.map((part) => (isCoded(part) ? part : this.#read(path, part))));
  }

  #read(path: string, block: RowBlock): CodedRows {
    return withJournal(path, (reader) =>
      this.#tabulator.code(block.indices.length, (position) => this.#row(reader, block, position)),
    );
  }

  #row(reader: RowReader, { indices, offsets, lengths }: RowBlock, position: number): TabulatedRow {
    const { results, error } = reader.row({ offset: offsets[position]!, length: lengths[position]! });
    return { parameters: this.#maker.parametersAt(indices[position]!), results, error };
  }

  /** Rows that say whether they are on the front. */
  #marked({ length, codes, values }: CodedRows, isOnFront: Uint8Array): CodedRows {
    const marked = { length, codes: codes.slice(), values: values.with(this.#pareto, [false, true]) };
    codesOf(marked, this.#pareto).set(isOnFront);
    return marked;
  }
}

function withJournal<Outcome>(path: string, read: (reader: RowReader) => Outcome): Outcome {
  const file = openJournal(path);
  try {
    return read(file.reader);
  } finally {
    file.close();
  }
}
