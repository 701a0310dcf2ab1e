import type { BeginTable, ColumnType, Value } from './table.ts';

/** How a type of column is stored. */
const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const;

/** Parquet; the rows of every call are a row group. */
export async function parquet(): Promise<BeginTable> {
  const { ParquetWriter, fileWriter } = await import('hyparquet-writer');
  return (path, columns) => {
    const writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.map(({ name, type, isRequired = false }) => ({
          name,
          ...TYPES[type],
          repetition_type: isRequired ? ('REQUIRED' as const) : ('OPTIONAL' as const),
        })),
      ],
    });
    return {
      write: (rows) =>
        void writer.write({
          rowGroupSize: rows.length,
          columnData: columns.map(({ name, type }, i) => ({
            name,
            data: rows.map((row) => stored(row[i] ?? null, type)),
          })),
        }),
      end: () => void writer.finish(),
    };
  };
}

function stored(value: Value, type: ColumnType): Value | bigint {
  if (value === null) return null;
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
  return type === 'text' ? String(value) : value;
}
