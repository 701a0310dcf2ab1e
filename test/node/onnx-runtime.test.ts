import { expect, test } from 'vitest';
import { bytesInMemory } from '../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../src/load/onnx/index.ts';
import { expectedOfRuntime } from '../../src/node/onnx-runtime.ts';
import { randomFeeds } from '../../src/verify/random-feeds.ts';
import { execute } from '../execute/run-model.ts';
import { withValues } from '../execute/with-values.ts';
import { ints, type ModelSpec, model, type NodeSpec, node, weights } from '../load/onnx/onnx-writer.ts';

/** What ONNX Runtime computes of the first inference and what is computed here, output by output. */
async function both(spec: ModelSpec) {
  const bytes = model(spec);
  const source = { model: bytesInMemory(bytes), external: never };
  const { program } = loadOnnxProgram(source.model, 'test.onnx');
  const feeds = randomFeeds(program, 1, 0);
  const { outputs } = await expectedOfRuntime(source, program, [], [feeds]);
  const ours = execute(bytes, feeds);
  return [...outputs[0]!].map(([name, theirs]) => ({
    theirs: [...Array.from(theirs)],
    ours: [...ours.get(name)!],
  }));
}

function never(): never {
  throw new Error('there are no other files');
}

/** A convolution of a batch of 4, and what is computed of it. */
function ofBatch(nodes: readonly NodeSpec[], more: Partial<ModelSpec> = {}): ModelSpec {
  const { inputs, initializers, outputs = ['z'] } = more;
  return {
    inputs: { x: [4, 3, 4, 4], ...inputs },
    initializers: { ...withValues({ w: weights(5, 3, 3, 3) }), ...initializers },
    nodes: [node('Conv', 'x w', 'y'), ...nodes],
    outputs,
  };
}

test.each<[string, ModelSpec]>([
  ['in front', ofBatch([node('Relu', 'y', 'z')])],
  ['transposed', ofBatch([node('Transpose', 'y', 'z', { perm: [1, 0, 2, 3] })])],
  ['in one axis with others', ofBatch([node('Flatten', 'y', 'z', { axis: 0 })])],
  ['reduced to its mean', ofBatch([node('ReduceMean', 'y', 'z', { axes: [0] })])],
  [
    'cut to one image',
    ofBatch([node('Slice', 'y a b a', 'z')], { initializers: { a: ints(0), b: ints(1) } }),
  ],
  ['not in an output of weights', ofBatch([node('Relu', 'y', 'z')], { outputs: ['z', 'w'] })],
  ['not in an input', ofBatch([node('Mul', 'y s', 'z')], { inputs: { s: [1, 5, 1, 1] } })],
  ['not in a scalar', ofBatch([node('Mul', 'y s', 'z')], { inputs: { s: [] } })],
])(
  'ONNX Runtime gets the batch of the file, of which the first inference is compared: it is %s',
  async (_, spec) => {
    for (const { ours, theirs } of await both(spec)) {
      expect(theirs.length).toBe(ours.length);
      theirs.forEach((value, i) => {
        expect(ours[i]).toBeCloseTo(value, 4);
      });
    }
  },
);

test('an output that has the batch nowhere is refused', async () => {
  const spec = ofBatch([node('Slice', 'y a b c', 'z')], {
    initializers: { a: ints(1), b: ints(3), c: ints(0) },
  });
  await expect(both(spec)).rejects.toThrow(
    "ONNX Runtime computes z of shape [2, 5, 2, 2], in which the file's batch of 4 is on no axis of [0, 5, 2, 2]",
  );
});

test('floats of 16 bits are numbers, not their bits', async () => {
  const to16 = node('Cast', 'y', 'z', { to: 10 });
  for (const { ours, theirs } of await both(ofBatch([to16]))) {
    expect(ours.some((value) => value !== Math.trunc(value))).toBe(true);
    theirs.forEach((value, i) => {
      expect(ours[i]).toBeCloseTo(value, 2);
    });
  }
});

test('what ONNX Runtime says is on one line', async () => {
  const spec = ofBatch([], { inputs: { x: [0, 3, 4, 4] }, outputs: ['y'] });
  await expect(both(spec)).rejects.toThrow(/^ONNX Runtime does not run the model[^\n]*$/);
});
