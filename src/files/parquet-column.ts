import type { ColumnChunk, PageHeader } from 'hyparquet';
import type { Writer } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { runsOf } from './parquet-runs.ts';
import {
  PARQUET_TYPES,
  pageValues,
  type StoredColumn,
  statisticsOf,
  storedColumn,
} from './parquet-values.ts';
import type { Column, Value } from './table.ts';

/**
 * Writes what rows have in a column: one page, behind one of the different values where positions refer to these. What it
 * returns for the end of the file has offsets from the beginning of `writer`.
 *
 * We do this ourselves: hyparquet-writer asks of each cell what it is, and V8 compiled that in a tenth of the CPU time of a small sweep.
 */
export function writeColumn(
  writer: Writer,
  column: Column,
  codes: Uint32Array,
  values: readonly Value[],
): ColumnChunk {
  const { name, type } = column;
  const rows = codes.length;
  const stored = storedColumn(codes, values, type);
  const { encoding, bytes, list } = pageValues(stored);
  const start = writer.offset;
  let size = 0;
  if (list !== undefined) {
    const dictionary_page_header = { num_values: stored.values.length, encoding: 'PLAIN' } as const;
    size += writePage(writer, { type: 'DICTIONARY_PAGE', dictionary_page_header }, new Uint8Array(), list);
  }
  const dataStart = writer.offset;
  const levels = levelsOf(column, stored, rows);
  const data_page_header_v2 = {
    num_values: rows,
    num_nulls: rows - stored.positions.length,
    num_rows: rows,
    encoding,
    definition_levels_byte_length: levels.length,
    repetition_levels_byte_length: 0,
    is_compressed: true,
  };
  size += writePage(writer, { type: 'DATA_PAGE_V2', data_page_header_v2 }, levels, bytes);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: PARQUET_TYPES[type].type,
      path_in_schema: [name],
      codec: 'SNAPPY',
      num_values: BigInt(rows),
      encodings: list === undefined ? [encoding] : ['PLAIN', encoding],
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(size),
      data_page_offset: BigInt(dataStart),
      ...(list === undefined ? {} : { dictionary_page_offset: BigInt(start) }),
      statistics: statisticsOf(stored, rows),
      encoding_stats: [
        ...(list === undefined
          ? []
          : [{ page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 } as const]),
        { page_type: 'DATA_PAGE_V2', encoding, count: 1 },
      ],
    },
  };
}

/**
 * Writes a page.
 *
 * @param levels Stands in front of the values, not compressed.
 * @returns Bytes that it would take if nothing were compressed.
 */
function writePage(
  writer: Writer,
  header: Omit<PageHeader, 'uncompressed_page_size' | 'compressed_page_size'>,
  levels: Uint8Array,
  values: Uint8Array,
): number {
  const start = writer.offset;
  const compressed = snappyCompress(values);
  const uncompressed_page_size = levels.length + values.length;
  const compressed_page_size = levels.length + compressed.length;
  writePageHeader(writer, { ...header, uncompressed_page_size, compressed_page_size });
  const headerSize = writer.offset - start;
  writer.appendBytes(levels);
  writer.appendBytes(compressed);
  return headerSize + uncompressed_page_size;
}

/** Which rows have a value. */
function levelsOf({ name, isRequired = false }: Column, { isThere }: StoredColumn, rows: number): Uint8Array {
  if (!isRequired) return runsOf(isThere ?? new Uint32Array(rows).fill(1), 1);
  if (isThere !== undefined) throw new Error(`a row has nothing in column ${name}`);
  return new Uint8Array();
}
