import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { codedRows, joinCoded, pickColumns, pickRows, rowAt } from '../../src/files/coded-rows.ts';
import type { Column, EncodedRows, TableRow, Value } from '../../src/files/table.ts';
import { encodeRows, TableFile, type TableFormat } from '../../src/files/table-file.ts';
import { sha256 } from '../../src/sweep/key.ts';
import { KeyTable, placeIn, wordsOf } from '../../src/sweep/key-table.ts';
import { joinRows, linesOf, packRows } from '../../src/sweep/packed-rows.ts';
import { isCoded, RowList, type RowPart } from '../../src/sweep/row-list.ts';
import { Summariser } from '../../src/sweep/summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-blocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a summary', () => {
  const columns: readonly Column[] = [
    { name: 'model', type: 'text' },
    { name: 'simulated', type: 'boolean' },
    { name: 'latencyNs', type: 'number' },
    { name: 'totalPes', type: 'integer' },
    { name: 'energyPj.total', type: 'number' },
    { name: 'energyPj.missing', type: 'text' },
    { name: 'pareto', type: 'boolean' },
    { name: 'error', type: 'text' },
  ];
  const few = fc.integer({ min: 1, max: 6 });
  const row: fc.Arbitrary<TableRow> = fc.tuple(
    fc.constantFrom('a', 'b'),
    fc.constantFrom(true, false, null),
    fc.option(few, { freq: 5, nil: null }),
    few,
    fc.option(few, { nil: null }),
    fc.constantFrom('', 'links', 'links routers', 'gpeus'),
    fc.constant(null),
    fc.option(fc.constantFrom('needs 3 PEs', 'needs 4 PEs', 'no memory'), { freq: 1, nil: null }),
  );

  test.each([[['latencyNs', 'totalPes']], [['latencyNs', 'totalPes', 'energyPj.total']]])(
    'of parts of a table is that of the whole: %j',
    (pareto) => {
      const parts = fc.array(fc.array(row, { maxLength: 30 }), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(parts, (blocks) => {
          const rows = blocks.flat();
          const whole = new Summariser(columns, pareto);
          whole.add(codedRows(rows, columns.length));
          const merged = new Summariser(columns, pareto);
          for (const block of blocks) {
            const part = new Summariser(columns, pareto);
            part.add(codedRows(block, columns.length));
            merged.merge(structuredClone(part.part()));
          }
          const rowAt = (numbers: readonly number[]) => new Map(numbers.map((i) => [i, rows[i]!]));
          expect(merged.onFront()).toEqual(whole.onFront());
          expect(merged.summary(100, rowAt)).toEqual(whole.summary(100, rowAt));
        }),
        { numRuns: 60 },
      );
    },
  );
});

describe('a table', () => {
  const columns: readonly Column[] = [
    { name: 'text', type: 'text' },
    { name: 'count', type: 'integer' },
    { name: 'share', type: 'number' },
    { name: 'flag', type: 'boolean' },
  ];
  /** Long texts make pages of several per block, whose index has offsets of its own. */
  const rows = Array.from({ length: 900 }, (_, i): Value[] => [
    i % 7 === 0 ? null : `${'µ,"'.repeat(i % 1000)}${i}`,
    i % 5 === 0 ? null : i * 1e9,
    i / 7,
    i % 3 === 0,
  ]);
  const blocks = [rows.slice(0, 400), rows.slice(400, 401), rows.slice(401)];

  test.each<TableFormat>(['.csv', '.parquet', '.jsonl'])(
    'of rows that were encoded elsewhere is the same: %s',
    async (format) => {
      const here = await TableFile.begin(join(folder, `here${format}`), format, columns);
      for (const block of blocks) here.write(block);
      here.finish();
      const there = await TableFile.begin(join(folder, `there${format}`), format, columns);
      // Encoded in any order.
      const encoded: EncodedRows[] = [];
      for (const block of blocks.toReversed()) {
        const rows = structuredClone(codedRows(block, columns.length));
        encoded.push(structuredClone(await encodeRows(format, columns, rows)));
      }
      for (const part of encoded.toReversed()) there.append(part);
      there.finish();
      const whole = readFileSync(join(folder, `here${format}`));
      expect(readFileSync(join(folder, `there${format}`)).equals(whole)).toBe(true);
    },
  );

  test('has what a library for CSV makes of every row', async () => {
    const { stringify } = await import('csv-stringify/sync');
    const { csvField } = await import('../../src/files/csv-field.ts');
    const { csv } = await import('../../src/files/csv.ts');
    const kind = await csv();
    const text = fc.oneof(fc.string(), fc.constantFrom('=1+1', 'a b', 'x\ny', '', ' ', '_a.b/c:(d)-e', '\r'));
    const value = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true }),
      fc.maxSafeInteger(),
      text,
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 6 }), (cells) => {
        const expected = stringify([cells], { cast: { boolean: String, string: csvField } });
        expect(Buffer.from(kind.encode([], codedRows([cells], cells.length)).bytes).toString()).toBe(
          expected,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

test('a list of rows gives those of any numbers, whatever blocks they came in', () => {
  const sizes = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 12 }), fc.func(fc.boolean()), (parts, size, isPicked) => {
      const list = new RowList();
      let count = 0;
      for (const [length, isCodedPart] of parts) {
        const numbers = Array.from({ length }, () => count++);
        list.add(isCodedPart ? codedRows(numbers.map(cells), 3) : blockOf(numbers));
      }
      expect(list.length).toBe(count);
      const all = Array.from({ length: count }, (_, i) => i);
      const picked = all.filter((i) => isPicked(i));
      expect(cellsIn([...list.inBlocks(size)].flat())).toEqual(all.map(cells));
      expect(cellsIn(list.pick(Uint32Array.from(picked)))).toEqual(picked.map(cells));
      for (const block of [...list.inBlocks(size)].slice(0, -1)) expect(cellsIn(block)).toHaveLength(size);
    }),
  );
});

/** What the row of a number has, be it there or in a journal. */
function cells(number: number): number[] {
  return [3 * number, 2 ** 33 * number, (number % 3) + 7];
}

function blockOf(numbers: readonly number[]): RowPart {
  return {
    indices: Uint32Array.from(numbers, (i) => cells(i)[0]!),
    offsets: Float64Array.from(numbers, (i) => cells(i)[1]!),
    lengths: Uint32Array.from(numbers, (i) => cells(i)[2]!),
  };
}

function cellsIn(parts: readonly RowPart[]): Value[][] {
  return parts.flatMap((part) => {
    if (isCoded(part)) return Array.from({ length: part.length }, (_, i) => rowAt(part, i));
    return Array.from(part.indices, (index, i) => [index, part.offsets[i]!, part.lengths[i]!]);
  });
}

test('coded rows are what was coded, picked and joined, and have no values that no row has', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(null, 'a', '0', true, false));
  const row = fc.tuple(value, value, fc.option(fc.double({ noNaN: true }), { nil: null }));
  const positionsOf = (rows: readonly unknown[], isPicked: (i: number) => boolean) =>
    [...rows.keys()].filter((i) => isPicked(i));
  fc.assert(
    fc.property(fc.array(fc.array(row)), fc.func(fc.boolean()), (blocks, isPicked) => {
      const coded = joinCoded(blocks.map((block) => codedRows(block, 3)));
      const rows = blocks.flat();
      expect(cellsIn([coded])).toEqual(rows.map((cells) => cells.map(asOneZero)));
      const positions = positionsOf(rows, isPicked);
      const picked = pickRows(coded, Uint32Array.from(positions));
      expect(cellsIn([picked])).toEqual(positions.map((i) => rowAt(coded, i)));
      for (const [column, values] of picked.values.entries())
        expect(values).toEqual([...new Set(positions.map((i) => rowAt(coded, i)[column]!))]);
      expect(cellsIn([pickColumns(coded, [2, 0])])).toEqual(
        rows.map((_, i) => [2, 0].map((c) => rowAt(coded, i)[c])),
      );
    }),
  );
});

/** Both zeros are one value. */
function asOneZero(value: Value): Value {
  return Object.is(value, -0) ? 0 : value;
}

test('packed rows are those that were packed, alone and together', () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({
    key: sha256(`row ${i}`),
    parameters: { text: '\ud800µ"\n'.repeat(i) },
    ...(i % 3 === 0 ? { error: 'x', retry: i % 2 === 0 ? { seconds: i } : {} } : { results: { cycles: i } }),
  }));
  const lines = rows.map((row) => JSON.stringify(row));
  const pack = (from: number, to: number) =>
    packRows(
      rows.slice(from, to).map(({ key }) => key),
      lines.slice(from, to),
    );
  expect(linesOf(pack(0, 50))).toEqual(lines);
  const together = joinRows([pack(0, 7), pack(7, 7), pack(7, 49), pack(49, 50)]);
  expect(together).toEqual(pack(0, 50));
  expect([...together.retries.keys()]).toEqual(rows.flatMap((_, i) => (i % 3 === 0 ? [i] : [])));
});

test('a table of keys has the first place of each, also where others read it', () => {
  const table = new KeyTable();
  const key = (i: number) => sha256(`key ${i}`);
  for (let i = 0; i < 9000; i++) table.add(wordsOf(key(i)), 0, 2 ** 34 + i, i);
  table.add(wordsOf(key(5)), 0, 1, 1);
  expect(table.size).toBe(9000);
  const shared = structuredClone(table.shared);
  for (let i = 0; i < 9000; i++) {
    const found = { offset: 2 ** 34 + i, length: i };
    expect(table.get(key(i))).toEqual(found);
    expect(placeIn(shared, wordsOf(key(i)))).toEqual(found);
  }
  expect([table.has(key(8999)), table.has(key(9000))]).toEqual([true, false]);
});
