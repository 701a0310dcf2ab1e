import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCondition } from '../../src/sweep/condition.ts';
import { type Axis, createGrid, digitsOf, indexOf, valuesAt } from '../../src/sweep/grid.ts';
import type { Values } from '../../src/sweep/point.ts';
import { Selection } from '../../src/sweep/selection.ts';

/** Up to five axes, some of two parameters; the values of parameter `i` are whole numbers. */
const axes: fc.Arbitrary<Axis[]> = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 5 }), zipped: fc.boolean() }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((shapes) =>
    shapes.map(({ length, zipped }, i) => ({
      names: zipped ? [`a${i}`, `b${i}`] : [`a${i}`],
      rows: Array.from({ length }, (_, k) => (zipped ? [k, 10 * k] : [k])),
    })),
  );

/** All points as nested loops would make them. */
function nested([axis, ...others]: readonly Axis[]): Values[] {
  if (axis === undefined) return [{}];
  return axis.rows.flatMap((row) => {
    const own = Object.fromEntries(axis.names.map((name, i) => [name, row[i]!]));
    return nested(others).map((rest) => ({ ...own, ...rest }));
  });
}

function pointsOf(grid: ReturnType<typeof createGrid>, selection: Selection): Values[] {
  const digits = new Int32Array(grid.axes.length);
  return [...selection.indices()].map((index) => {
    digitsOf(grid, index, digits);
    return valuesAt(grid, digits);
  });
}

describe('a grid', () => {
  test('has the points of nested loops, in their order', () => {
    fc.assert(
      fc.property(axes, (list) => {
        const grid = createGrid(list);
        const expected = nested(list);
        expect(grid.size).toBe(expected.length);
        expect(pointsOf(grid, new Selection(grid))).toEqual(expected);
      }),
    );
  });

  test('numbers steps and takes them back', () => {
    fc.assert(
      fc.property(axes, fc.nat(), (list, number) => {
        const grid = createGrid(list);
        const digits = new Int32Array(list.length);
        digitsOf(grid, number % grid.size, digits);
        expect(indexOf(grid, digits)).toBe(number % grid.size);
      }),
    );
  });

  test('with a condition has the points for which it holds, and counts them', () => {
    fc.assert(
      fc.property(axes, fc.nat(4), fc.nat(4), (list, low, high) => {
        const names = list.flatMap((axis) => axis.names);
        const last = list.length - 1;
        const grid = createGrid(list);
        const condition = compileCondition(`a0 >= ${low} or a${last} == ${high}`, names, 'x');
        const selection = new Selection(grid, condition);
        const expected = nested(list).filter(
          (values) => Number(values.a0) >= low || values[`a${last}`] === high,
        );
        expect(pointsOf(grid, selection)).toEqual(expected);
        expect(selection.count).toBe(expected.length);
      }),
    );
  });

  test('falls apart into shards that have every point once', () => {
    fc.assert(
      fc.property(axes, fc.integer({ min: 1, max: 7 }), (list, of) => {
        const names = list.flatMap((axis) => axis.names);
        const grid = createGrid(list);
        const condition = compileCondition('a0 != 1', names, 'x');
        const shards = Array.from(
          { length: of },
          (_, i) => new Selection(grid, condition, { number: i + 1, of }),
        );
        const indices = shards.map((shard) => [...shard.indices()]);
        expect(shards.map(({ count }) => count)).toEqual(indices.map(({ length }) => length));
        const all = indices.flat().toSorted((a, b) => a - b);
        expect(all).toEqual([...new Selection(grid, condition).indices()]);
        const sizes = indices.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a condition', () => {
  const names = ['extraPes', 'granularity', 'simulated', 'chip.linkBitsPerCycle', 'pes'];
  const holds = (text: string, values: Values) => compileCondition(text, names, 'x').holds(values);

  test('compares numbers, text and truth', () => {
    const values = {
      extraPes: 16,
      granularity: 'row',
      simulated: true,
      'chip.linkBitsPerCycle': 8,
      pes: null,
    };
    expect(holds('extraPes <= 16 and granularity == "row"', values)).toBe(true);
    expect(holds('chip.linkBitsPerCycle in (4, 16) or extraPes mod 3 == 2', values)).toBe(false);
    expect(holds('simulated == true', values)).toBe(true);
    expect(holds('exists(pes) or not simulated', values)).toBe(false);
    expect(holds('granularity == "extra Pess (not a name)"', values)).toBe(false);
  });

  test.each([
    ['extraPess > 1', 'no parameter of this sweep is called "extraPess"; did you mean "extraPes"?'],
    ['extraPes >', 'Parse error'],
    ['extraPes = 3', 'Lexical error'],
    ['sine(extraPes) > 1', 'no function is called "sine"'],
    ['extraPes', 'not true or false'],
    ['granularity > 3', 'Expected a number'],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => holds(text, { extraPes: 1, granularity: 'row' })).toThrow(message);
  });
});
