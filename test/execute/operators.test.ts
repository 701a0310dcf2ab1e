import { appendFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.ts';
import { FLOAT, model } from '../load/onnx/onnx-writer.ts';
import { type OperatorCase, withBases } from '../load/onnx/runtime/case.ts';
import { families } from '../load/onnx/runtime/cases/index.ts';
import { random } from '../load/onnx/runtime/random.ts';
import { type Feed, runner } from '../load/onnx/runtime/runtime.ts';
import { execute } from './run-model.ts';

/** Random values for the inputs of a case. */
function feedsOf(
  test: OperatorCase,
  inputs: Readonly<Record<string, readonly (number | string | null)[]>>,
  types: Readonly<Record<string, number>>,
) {
  const next = random(3);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, dims]): [string, Feed] => {
      const own = name.replace(/^outside:/, '');
      const sizes = dims.map(Number);
      const type = types[name] ?? FLOAT;
      const [low, high] = test.ranges?.[own] ?? [-6, 6];
      const count = sizes.reduce((product, size) => product * size, 1);
      const drawn = Array.from({ length: count }, () => low + (high - low) * next());
      const values = test.fixed?.[own] ?? (type === FLOAT ? drawn.map(Math.fround) : drawn.map(Math.round));
      return [name, { dims: sizes, type, values }];
    }),
  );
}

/** Families whose operators are executed; see the coverage test for what is left out. */
describe.each(Object.entries(families))('%s', (_, cases) => {
  test.each(cases)('$name', async (operator) => {
    const spec = withBases(operator);
    const bytes = model(spec);
    const feeds = feedsOf(operator, spec.inputs ?? {}, spec.types ?? {});
    const session = await runner(bytes);
    try {
      const theirs = await session.run(feeds);
      const ours = execute(
        bytes,
        Object.fromEntries(Object.entries(feeds).map(([name, { values }]) => [name, values])),
      );
      for (const [name, { values }] of theirs) {
        const mine = ours.get(name);
        if (mine === undefined) continue;
        expect(mine.length).toBe(values.length);
        const largest = Math.max(
          1e-6,
          ...Array.from(values, (value) => Math.abs(Number(value))).filter(Number.isFinite),
        );
        for (let i = 0; i < mine.length; i++) {
          const theirsAt = Number(values[i]);
          if (Object.is(theirsAt, mine[i]) || theirsAt === mine[i]) continue;
          expect(
            Math.abs(mine[i]! - theirsAt) / largest,
            `${name}[${i}]: ${mine[i]} instead of ${theirsAt}`,
          ).toBeLessThan(1e-4);
        }
      }
    } catch (error) {
      if (!hasCode(error, 'NOT_EXECUTABLE')) throw error;
      appendFileSync('/tmp/not.log', `NOT ${error.message.slice(0, 200)}\n`);
    } finally {
      await session.release();
    }
  });
});
