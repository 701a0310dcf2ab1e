import type { ParquetWriter } from 'hyparquet-writer';
import { codesOf } from './coded-rows.ts';
import { PARQUET_TYPES } from './parquet-values.ts';
import type { Column, EncodedRows, TableKind } from './table.ts';

type RowGroup = ParquetWriter['row_groups'][number];

/** Parquet; rows that are encoded together are a row group. */
export async function parquet(): Promise<TableKind> {
  const { ByteWriter, ParquetWriter, fileWriter } = await import('hyparquet-writer');
  const { writeColumn } = await import('./parquet-column.ts');
  return {
    encode: (columns, rows) => {
      // No rows, no group.
      if (rows.length === 0) return { bytes: new Uint8Array() };
      const writer = new ByteWriter();
      const chunks = columns.map((column, i) =>
        writeColumn(writer, column, codesOf(rows, i), rows.values[i]!),
      );
      const index: RowGroup = {
        columns: chunks,
        total_byte_size: chunks.reduce((sum, { meta_data }) => sum + meta_data!.total_uncompressed_size, 0n),
        num_rows: BigInt(rows.length),
        total_compressed_size: BigInt(writer.offset),
      };
      return { bytes: writer.getBytes().slice(), index };
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
      ...PARQUET_TYPES[type],
      repetition_type: isRequired ? ('REQUIRED' as const) : ('OPTIONAL' as const),
    })),
  ];
}

/** Appends a row group, whose bytes do not depend on where they are: only what the end of the file says does. */
function append(writer: ParquetWriter, { bytes, index }: EncodedRows): void {
  if (index === undefined) return;
  const group = index as RowGroup;
  const by = BigInt(writer.writer.offset);
  for (const column of group.columns) {
    column.file_offset += by;
    const meta = column.meta_data!;
    meta.data_page_offset += by;
    if (meta.dictionary_page_offset !== undefined) meta.dictionary_page_offset += by;
  }
  writer.writer.appendBytes(bytes);
  writer.row_groups.push(group);
  writer.num_rows += group.num_rows;
}
