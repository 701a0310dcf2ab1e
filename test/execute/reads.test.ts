import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.ts';
import { storedPlaces } from '../../src/execute/value-layout.ts';
import { model } from '../load/onnx/onnx-writer.ts';
import { type OperatorCase, withBases } from '../load/onnx/runtime/case.ts';
import { families } from '../load/onnx/runtime/cases/index.ts';
import { perturbedInputs } from '../load/onnx/runtime/compare.ts';
import { loaded } from '../load/onnx/runtime/our-reads.ts';
import { random } from '../load/onnx/runtime/random.ts';
import { CellReader } from './cell-reader.ts';
import { feedsOf, valuesOf } from './feeds.ts';
import { planOf, run } from './run-model.ts';

/** So many cells of an output are computed by themselves. */
const TRIED = 8;

/** Plans and runs a case with one output; undefined where it is not executed. */
function planned(operator: OperatorCase, output: string) {
  const bytes = model({ ...withBases(operator), outputs: [output] });
  try {
    const feeds = valuesOf(feedsOf(operator));
    const plan = planOf(bytes);
    return { plan, feeds, expected: run(plan, feeds).get(output)! };
  } catch (error) {
    if (hasCode(error, 'NOT_EXECUTABLE')) return undefined;
    throw error;
  }
}

/** Different cells, in random order. */
function someCells(count: number): number[] {
  const next = random(5);
  return Array.from({ length: count }, (_, cell) => ({ cell, key: next() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, TRIED)
    .map(({ cell }) => cell);
}

function readsNoMore(operator: OperatorCase, output: string): void {
  const ready = planned(operator, output);
  if (ready === undefined) return;
  const bases = withBases(operator);
  const sources = perturbedInputs(operator, bases);
  const { reads } = loaded(bases, output, sources);
  const reader = new CellReader(
    ready.plan,
    sources.map(({ layer }) => layer),
    ready.feeds,
  );
  const count = reader.cells(0);
  expect(count).toBe(reads.length);
  const { layout, store } = ready.plan.outputs[0]!.value;
  const places = storedPlaces(layout);
  for (const cell of someCells(count)) {
    const values = reader.cell(0, cell);
    reader.reads.forEach((positions, source) => {
      const more = [...positions].filter((position) => reads[cell]![source]![position] !== 1);
      expect(more, `position ${cell} of ${output} reads more of ${sources[source]!.layer}`).toEqual([]);
    });
    places.forEach((place, i) => {
      if (Math.floor(place / store.channels) !== cell) return;
      const [mine, whole] = [values[place % store.channels]!, ready.expected[i]!];
      if (Object.is(mine, whole)) return;
      const largest = Math.max(1e-3, Math.abs(whole));
      expect(Math.abs(mine - whole) / largest, `${output}[${i}]: ${mine} instead of ${whole}`).toBeLessThan(
        1e-3,
      );
    });
  }
}

describe.each(Object.entries(families))('%s', (_, cases) => {
  test.each(cases)('$name reads no more than the loader says', (operator) => {
    for (const output of operator.model.outputs ?? []) readsNoMore(operator, output);
  });
});
