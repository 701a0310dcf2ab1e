import { expect, test } from 'vitest';
import type { Accuracy } from '../../src/accuracy/index.ts';
import { accuracyText } from '../../src/report/accuracy-table.ts';
import type { Table } from '../../src/report/table.ts';

const none = { values: 1, power: 0, errorPower: 0, largest: 0, largestError: 0 };

/** Cells of the row of an output with such a deviation. */
function outputRow(deviation: Partial<typeof none>): readonly unknown[] | undefined {
  const accuracy: Accuracy = {
    layers: [],
    outputs: [{ name: 'y', deviation: { ...none, ...deviation } }],
    agreement: { inputs: 1, top1: 0, top5: 0 },
  };
  const isTable = (part: unknown): part is Table => typeof part === 'object' && part !== null;
  return accuracyText(accuracy).filter(isTable)[1]?.rows[0];
}

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
  expect(outputRow(deviation)).toEqual(row);
});
