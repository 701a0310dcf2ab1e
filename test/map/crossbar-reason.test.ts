import { expect, test } from 'vitest';
import { reasonFor } from '../../src/map/crossbar-reason.ts';

const classOf = (name: string, side: number, pes: number) => ({
  ...{ name, crossbarRows: side, crossbarColumns: side, pes },
});

const three = [classOf('large', 100, 9), classOf('middle', 20, 9), classOf('small', 10, 9)];

test('cells of all groups and of every column of a weight are filled', () => {
  const room = { columnsPerWeight: 2, classes: three.slice(0, 2), needed: [1, 1], there: [9, 9] };
  // 2 groups of 10 x 5 weights in 2 columns each: 200 cells.
  const weights = { rows: 10, columns: 5, groups: 2 };
  expect(reasonFor(weights, [1, 1], 1, room)).toBe(
    'fills 50 % of its 20 x 20 crossbars, 2 % of 100 x 100 ones',
  );
});

test('of several other classes each is told, and shares are rounded to what is neither none nor all', () => {
  const room = { columnsPerWeight: 1, classes: three, needed: [0, 0, 1], there: [9, 9, 9] };
  expect(reasonFor({ rows: 3, columns: 25, groups: 1 }, [1, 1, 1], 2, room)).toBe(
    'fills 75 % of its 10 x 10 crossbars, less than 1 % of 100 x 100 and 19 % of 20 x 20 ones',
  );
  expect(reasonFor({ rows: 10, columns: 10, groups: 1 }, [1, 1, 1], 2, room)).toBe(
    'fills 100 % of its 10 x 10 crossbars, 1 % of 100 x 100 and 25 % of 20 x 20 ones',
  );
  expect(reasonFor({ rows: 999, columns: 1, groups: 1 }, [5, 5, 10], 2, room)).toMatch(/^fills 99 % /);
});

test('three other classes are listed, the last behind an and', () => {
  const classes = [...three, classOf('tiny', 5, 9)];
  const room = { columnsPerWeight: 1, classes, needed: [0, 0, 0, 1], there: [9, 9, 9, 9] };
  expect(reasonFor({ rows: 5, columns: 5, groups: 1 }, [1, 1, 1, 1], 3, room)).toBe(
    'fills 100 % of its 5 x 5 crossbars, less than 1 % of 100 x 100, 6 % of 20 x 20 and 25 % of 10 x 10 ones',
  );
});
