import { expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { withName } from '../../src/input/naming.ts';
import { ints, type ModelSpec, model, node, weights } from '../load/onnx/onnx-writer.ts';
import { planOf } from './run-model.ts';

function problemsOf(spec: ModelSpec): ClsaCimError {
  try {
    planOf(model(spec));
  } catch (error) {
    if (error instanceof ClsaCimError) return error;
    throw error;
  }
  throw new Error('it can be executed');
}

const like = (inputs: string, output: string, name: string) =>
  node('RandomNormalLike', inputs, output, {}, name);
const random = 'this operator is not executed: its values are random in every run';

test('all kinds of what cannot be executed are told at once, with how many nodes they are', () => {
  const error = problemsOf({
    inputs: { x: [1, 4, 6, 6] },
    initializers: { w: weights(4, 4, 3, 3), shape: ints(4, 4, 3, 3) },
    nodes: [
      ...[node('Conv', 'x w', 'c'), node('Reshape', 'x shape', 'k')],
      ...[like('c', 'a1', 'one'), like('c', 'a2', 'two'), like('c', 'a3', 'three')],
      node('Conv', 'c k', 'd', {}, 'computed'),
      ...[node('Bernoulli', 'c', 'b', {}, 'coin'), node('Add', 'a1 a2', 'sum'), node('Add', 'sum a3', 'all')],
    ],
    outputs: ['all', 'd', 'b'],
  });
  expect(error.code).toBe('NOT_EXECUTABLE');
  expect(error.message).toBe(`${error.mistakes[0]} (and for 2 more reasons)`);
  expect(error.mistakes).toEqual([
    `the model cannot be executed: node one (RandomNormalLike), node 3 of 9: ${random}; the same holds for 2 more nodes`,
    'the model cannot be executed: node computed (Conv), node 6 of 9: its kernel is computed, and only constant ones are executed',
    `the model cannot be executed: node coin (Bernoulli), node 7 of 9: ${random}`,
  ]);
});

test('a file that is all wrong is told in some lines, each with its name', () => {
  const error = problemsOf({
    inputs: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${i}\u202e`, [1, 2 ** 30, 2]])),
    initializers: { w: weights(2, 2) },
    nodes: Array.from({ length: 50 }, (_, i) => node('MatMul', `x${i}\u202e w`, `y${i}`)),
    outputs: Array.from({ length: 50 }, (_, i) => `y${i}`),
  });
  expect(error.mistakes).toHaveLength(41);
  const named = withName('a.onnx', error) as ClsaCimError;
  expect(
    named.mistakes.every((mistake) => /^a\.onnx: the model cannot be executed[^\u202e]*$/.test(mistake)),
  ).toBe(true);
  expect(named.mistakes.at(-1)).toMatch(/for \d+ more reasons$/);
});
