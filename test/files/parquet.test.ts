import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import type { Column, TableRow, Value } from '../../src/files/table.ts';
import { TableFile } from '../../src/files/table-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-parquet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const columns: readonly Column[] = [
  { name: 'text', type: 'text' },
  { name: 'count', type: 'integer' },
  { name: 'share', type: 'number' },
  { name: 'flag', type: 'boolean' },
  { name: 'name', type: 'text', isRequired: true },
  { name: 'always', type: 'integer', isRequired: true },
  { name: 'nothing', type: 'number' },
];

async function written(groups: readonly (readonly TableRow[])[]): Promise<ArrayBuffer> {
  const path = join(folder, 'x.parquet');
  const table = await TableFile.begin(path, '.parquet', columns);
  for (const rows of groups) table.write(rows);
  table.finish();
  return new Uint8Array(readFileSync(path)).buffer;
}

/** What readers see of a value. */
function read(value: Value, { type }: Column): Value | bigint {
  if (type !== 'integer') return value;
  return Number.isInteger(value) ? BigInt(value!) : null;
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'b', '', 'µ', 'long '.repeat(40)));
const own: fc.Arbitrary<TableRow> = fc.tuple(
  fc.option(text, { nil: null }),
  fc.oneof(fc.constantFrom(null, 0, 1, 0.5), fc.maxSafeInteger()),
  fc.oneof(fc.constantFrom(null, 1 / 3, -1), fc.double({ noNaN: true, noDefaultInfinity: true })),
  fc.constantFrom(true, false, null),
  text,
  fc.integer(),
  fc.constant(null),
);
/** Runs of equal rows, so that there are runs of equal values. */
const groups = fc.array(
  fc.array(fc.tuple(own, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 12 }),
  {
    maxLength: 3,
  },
);

test('what is written as Parquet is read by others, value by value', async () => {
  await fc.assert(
    fc.asyncProperty(groups, async (runs) => {
      const rows = runs.map((run) => run.flatMap(([row, times]) => new Array<TableRow>(times).fill(row)));
      const file = await written(rows);
      const expected = rows
        .flat()
        .map((row) => Object.fromEntries(columns.map((column, i) => [column.name, read(row[i]!, column)])));
      expect(await parquetReadObjects({ file })).toEqual(expected.map(withOneZero));
    }),
    { numRuns: 200 },
  );
});

/** Equal values are one: both zeros. */
function withOneZero(row: Readonly<Record<string, Value | bigint>>) {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === 0 ? expect.closeTo(0) : value]),
  );
}

test('statistics are the ends of the values in a row group, and how many rows have none', async () => {
  const rows = (from: number): TableRow[] =>
    Array.from({ length: 500 }, (_, i) => [
      i % 3 === 0 ? null : `t${String(from + i).padStart(5, '0')}`,
      i % 5 === 0 ? null : from - i,
      (from + i) / 7,
      i % 2 === 0,
      i % 2 === 0 ? '\uffff' : '\u{10000}',
      -(2 ** 40) * i,
      null,
    ]);
  const { row_groups: found } = parquetMetadata(await written([rows(0), rows(500)]));
  expect(found.map(({ num_rows }) => num_rows)).toEqual([500n, 500n]);
  const ends = found.map((group) =>
    group.columns.map(({ meta_data }) => {
      const { min_value, max_value, null_count } = meta_data!.statistics!;
      return [min_value, max_value, null_count];
    }),
  );
  expect(ends[1]).toEqual([
    ['t00501', 't00999', 167n],
    [1n, 499n, 100n],
    [500 / 7, 999 / 7, 0n],
    [false, true, 0n],
    ['\uffff', '\u{10000}', 0n],
    [-(2n ** 40n) * 499n, 0n, 0n],
    [undefined, undefined, 500n],
  ]);
});
