import { expect, test } from 'vitest';
import { type Deviation, NO_DEVIATION, spreadOf } from '../../src/accuracy/figures.ts';
import type { Accuracy } from '../../src/accuracy/tally.ts';
import { accuracyText } from '../../src/report/accuracy-table.ts';
import type { Table } from '../../src/report/table.ts';

/** Two inputs through a network whose outputs have so many values each. */
function accuracyOf(outputs: Readonly<Record<string, Partial<Deviation>>>): Accuracy {
  return {
    layers: [],
    outputs: Object.entries(outputs).map(([name, given]) => ({
      name,
      deviation: { ...NO_DEVIATION, ...given },
    })),
    agreement: { inputs: 2, top1: 1, top5: 2 },
  };
}

const isTable = (part: unknown): part is Table => typeof part === 'object' && part !== null && 'rows' in part;

/** The lines of a printout that say what is the same. */
function agreementOf(accuracy: Accuracy, hasNoise = false): string[] {
  const [top1, top5] = [spreadOf([0.5]), spreadOf([1])];
  const noise = { trials: 1, layers: [], outputs: [], top1, top5 };
  const lines = accuracyText(accuracy, hasNoise ? noise : undefined);
  return lines.filter((line): line is string => typeof line === 'string' && line.includes('largest value'));
}

test('of classes it is told for how many inputs the best one is the same, and among five', () => {
  expect(agreementOf(accuracyOf({ y: { values: 12 } }), true)).toEqual([
    'The largest value is the same for 1 of 2, and among the five largest for 2.',
    'The largest value stays the same for 50.0 % of inputs (from 50.0 % to 50.0 %), and among the five largest for 100.0 %.',
  ]);
});

test('of five values all are among the five largest, which is not told', () => {
  expect(agreementOf(accuracyOf({ y: { values: 10 } }))).toEqual([
    'The largest value is the same for 1 of 2.',
  ]);
});

test('a single value, such as the index of a class, is always the largest one, which is not told', () => {
  expect(agreementOf(accuracyOf({ y: { values: 2 } }), true)).toEqual([]);
});

test('of several outputs it is the first one that is looked at, which is named', () => {
  expect(agreementOf(accuracyOf({ y: { values: 12 }, z: { values: 12 } }))).toEqual([
    'The largest value of y is the same for 1 of 2, and among the five largest for 2.',
  ]);
});

test.each([
  ['nothing differs', {}, ['y', 'exact', '0']],
  ['a tenth differs', { power: 100, errorPower: 1, largest: 10, largestError: 1 }, ['y', '20.0', '10.0 %']],
  ['only errors are there', { errorPower: 4, largestError: 2 }, ['y', '-∞', '∞']],
  [
    'errors are infinite',
    { power: 1, largest: 1, errorPower: Infinity, largestError: Infinity },
    ['y', '-∞', '∞'],
  ],
  [
    'values are no numbers',
    { power: Number.NaN, errorPower: Number.NaN, largest: Number.NaN, largestError: Number.NaN },
    ['y', 'none', 'none'],
  ],
])('where %s, SQNR and error say so', (_, deviation, row) => {
  const tables = accuracyText(accuracyOf({ y: deviation })).filter(isTable);
  expect(tables[1]!.rows[0]).toEqual(row);
});
