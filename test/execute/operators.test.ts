import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.ts';
import { lowerings } from '../../src/execute/lower/index.ts';
import { notExecuted } from '../../src/execute/lower/not-executed.ts';
import { operators } from '../../src/load/onnx/operators/index.ts';
import { model } from '../load/onnx/onnx-writer.ts';
import { type OperatorCase, withBases } from '../load/onnx/runtime/case.ts';
import { families } from '../load/onnx/runtime/cases/index.ts';
import { type Feed, runner } from '../load/onnx/runtime/runtime.ts';
import { feedsOf, valuesOf } from './feeds.ts';
import { execute } from './run-model.ts';

/** Operators whose results the loader computes: no step is left of them. */
const folded = new Set(['Constant', 'ConstantOfShape', 'NonZero', 'Range', 'Shape', 'Size']);

/** Cases of executed operators that cannot be executed, with what their messages say. */
const partly: Readonly<Record<string, string>> = {
  'Conv with a kernel that is computed': 'its kernel is computed',
  'ConvTranspose with a kernel that is computed': 'its kernel is computed',
};

/** Operators that ONNX Runtime rounds in a way of its own (a table, another order of sums): a result may be one step off. */
const tabled = new Set(['QLinearAdd', 'QLinearSoftmax']);

/** What a case computes, or undefined where it is not executed, for a reason that is on a list. */
function executed(operator: OperatorCase, bytes: Uint8Array, feeds: Readonly<Record<string, Feed>>) {
  try {
    return execute(bytes, valuesOf(feeds));
  } catch (error) {
    if (!hasCode(error, 'NOT_EXECUTABLE')) throw error;
    const reasons = operator.model.nodes.map(({ op, domain }) => {
      return notExecuted[domain === undefined || domain === '' ? op : `${domain}:${op}`];
    });
    const expected = [partly[operator.name], ...reasons].filter((reason) => reason !== undefined);
    expect(expected, `${error.message} is not expected`).not.toEqual([]);
    expect(error.message).toContain(expected[0]);
    return undefined;
  }
}

test('every operator of the loader is executed, or is on the list of those that are not', () => {
  const keys = Object.keys(operators);
  expect(Object.keys(notExecuted).filter((key) => Object.hasOwn(lowerings, key))).toEqual([]);
  expect(Object.keys(notExecuted).filter((key) => !Object.hasOwn(operators, key))).toEqual([]);
  const known = new Set([...Object.keys(lowerings), ...Object.keys(notExecuted)]);
  expect(keys.filter((key) => !known.has(key) && !folded.has(key))).toEqual([]);
});

describe.each(Object.entries(families))('%s', (_, cases) => {
  test.each(cases)('$name computes what ONNX Runtime computes', async (operator) => {
    const spec = withBases(operator);
    const bytes = model(spec);
    const feeds = feedsOf(operator);
    const ours = executed(operator, bytes, feeds);
    if (ours === undefined) return;
    expect(partly[operator.name]).toBeUndefined();
    const session = await runner(bytes);
    try {
      const theirs = await session.run(feeds);
      expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
      for (const [name, { values }] of theirs)
        compare(name, ours.get(name)!, values, operator.model.nodes.some(({ op }) => tabled.has(op)) ? 1 : 0);
    } finally {
      await session.release();
    }
  });
});

/** Values differ by the order of float32 sums at most. */
function compare(
  name: string,
  ours: ArrayLike<number>,
  values: ArrayLike<number | bigint>,
  tolerated: number,
): void {
  const theirs = Array.from(values, Number);
  expect(ours.length).toBe(theirs.length);
  const largest = Math.max(1e-6, ...theirs.map(Math.abs).filter(Number.isFinite));
  theirs.forEach((value, i) => {
    const mine = ours[i]!;
    if (Object.is(value, mine) || Math.abs(value - mine) <= tolerated) return;
    expect(Math.abs(mine - value) / largest, `${name}[${i}]: ${mine} instead of ${value}`).toBeLessThan(1e-4);
  });
}
