import type { ParquetWriter } from 'hyparquet-writer';
import { codesOf } from './coded-rows.ts';
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
    encode: (columns, rows) => {
      const bytes = new ByteWriter();
      const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns) });
      const columnData = columns.map(({ name, type }, i) => ({
        name,
        data: storedColumn(codesOf(rows, i), rows.values[i]!, type),
      }));
      void writer.write({ rowGroupSize: rows.length, columnData });
      const [group] = writer.row_groups;
      const index = group && ({ group, pages: writer.pendingIndexes } satisfies GroupIndex);
      return { bytes: bytes.getBytes().slice(MAGIC_BYTES), index };
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

/** What rows store in a column, each of its values made once. */
function storedColumn(codes: Uint32Array, values: readonly Value[], type: ColumnType): (Value | bigint)[] {
  const stored = values.map((value) => storedValue(value, type));
  return Array.from(codes, (code) => stored[code]!);
}

function storedValue(value: Value, type: ColumnType): Value | bigint {
  if (value === null) return null;
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
  return type === 'text' ? String(value) : value;
}
