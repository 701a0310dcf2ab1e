import type { ParquetWriter } from 'hyparquet-writer';
import type { Column, ColumnType, EncodedRows, TableKind, Value } from './table.ts';

/** How a type of column is stored. */
const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const;

/** What the end of a file says of a row group, with offsets from the start of a file of its own. */
interface GroupIndex {
  readonly group: ParquetWriter['row_groups'][number];
  readonly pages: ParquetWriter['pendingIndexes'];
}

/** Every file begins with `PAR1`. */
const MAGIC_BYTES = 4;

/** Parquet; rows that are encoded together are a row group. */
export async function parquet(): Promise<TableKind> {
  const { ByteWriter, ParquetWriter, fileWriter } = await import('hyparquet-writer');
  return {
    encoder: (columns) => {
      const data = columns.map(({ type }) => new ColumnData(type));
      return {
        add: (row) => {
          for (let i = 0; i < data.length; i++) data[i]!.add(row[i] ?? null);
        },
        end: () => {
          const bytes = new ByteWriter();
          const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns) });
          const columnData = columns.map(({ name }, i) => ({ name, data: data[i]!.stored }));
          void writer.write({ rowGroupSize: columnData[0]?.data.length ?? 0, columnData });
          const [group] = writer.row_groups;
          const index = group && ({ group, pages: writer.pendingIndexes } satisfies GroupIndex);
          return { bytes: bytes.getBytes().slice(MAGIC_BYTES), index };
        },
      };
    },
    begin: (path, columns) => {
      const writer = new ParquetWriter({ writer: fileWriter(path), schema: schemaOf(columns) });
      return {
        write: (rows) => append(writer, rows),
        end: () => void writer.finish(),
      };
    },
  };
}

function schemaOf(columns: readonly Column[]): ParquetWriter['schema'] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type, isRequired = false }) => ({
      name,
      ...TYPES[type],
      repetition_type: isRequired ? ('REQUIRED' as const) : ('OPTIONAL' as const),
    })),
  ];
}

/** Appends a row group, whose bytes do not depend on where they are: only what the end of the file says does. */
function append(writer: ParquetWriter, { bytes, index }: EncodedRows): void {
  // No rows, no group.
  if (index === undefined) return;
  const { group, pages } = index as GroupIndex;
  const by = BigInt(writer.writer.offset - MAGIC_BYTES);
  for (const column of group.columns) {
    column.file_offset += by;
    const meta = column.meta_data;
    if (meta === undefined) continue;
    meta.data_page_offset += by;
    if (meta.dictionary_page_offset !== undefined) meta.dictionary_page_offset += by;
  }
  for (const { offsetIndex } of pages)
    for (const page of offsetIndex?.page_locations ?? []) page.offset += by;
  writer.writer.appendBytes(bytes);
  writer.row_groups.push(group);
  writer.num_rows += group.num_rows;
  for (const page of pages) writer.pendingIndexes.push(page);
}

/** The values of a column. Equal ones behind each other are one object, since many rows of a sweep say the same. */
class ColumnData {
  readonly stored: (Value | bigint)[] = [];
  readonly #type: ColumnType;
  #last: Value = null;
  #lastStored: Value | bigint = null;

  constructor(type: ColumnType) {
    this.#type = type;
  }

  add(value: Value): void {
    if (!Object.is(value, this.#last)) {
      this.#last = value;
      this.#lastStored = stored(value, this.#type);
    }
    this.stored.push(this.#lastStored);
  }
}

function stored(value: Value, type: ColumnType): Value | bigint {
  if (value === null) return null;
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
  return type === 'text' ? String(value) : value;
}
