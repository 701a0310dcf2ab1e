import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { baseLayers, mvms } from '../../../src/network/network.ts';
import { loadModelFile as loadModel } from '../../../src/node/model.ts';
import { load, ops, shapeOf } from './helpers.ts';
import { ints, type NodeSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

const CASES = fileURLToPath(new URL('../../../../shared/cases/', import.meta.url));

/** A convolution, nodes that make `e` without values out of its output `c`, and what reads both. */
function withEmpty(nodes: readonly NodeSpec[], reader: NodeSpec) {
  const initializers = {
    w: weights(6, 3, 1, 1),
    v: weights(5, 6, 1, 1),
    zero: ints(0),
    four: ints(4),
    axis: ints(1),
    six: ints(6),
    all: ints(6, 0),
    none: { dims: [0], ints: [] },
    crop: ints(0, -6, 0, 0, 0, 0, 0, 0),
    repeats: ints(1, 0, 1, 1),
    target: ints(1, 0, 6, 4),
    flat: ints(1, 0, 24),
    kept: ints(1, 0, 6, 4),
  };
  return load({
    inputs: { x: [1, 3, 6, 4] },
    initializers,
    nodes: [node('Conv', 'x w', 'c', {}, 'c'), ...nodes, reader, node('Conv', 'r v', 'y', {}, 'y')],
    outputs: ['y'],
  });
}

const both = node('Concat', 'e c', 'r', { axis: 1 }, 'r');

describe('a part of length 0 depends on nothing and leaves no trace', () => {
  test.each<[string, NodeSpec[]]>([
    ['Slice', [node('Slice', 'c four four axis', 'e')]],
    ['Slice whose end is in front of its start', [node('Slice', 'c four zero axis', 'e')]],
    ['Slice along H, and what is left', [node('Slice', 'c six six axis', 'e')]],
    ['Split', [node('Split', 'c all', 'c2 e', { axis: 1 })]],
    ['Gather of nothing', [node('Gather', 'c none', 'e', { axis: 1 })]],
    ['Pad that crops all', [node('Pad', 'c crop', 'e')]],
    ['Tile', [node('Tile', 'c repeats', 'e')]],
    ['Expand', [node('ReduceMean', 'c', 'm', { axes: [1] }), node('Expand', 'm target', 'e')]],
    [
      'what is computed of it: Mul, Neg, Softmax, Transpose, MatMul',
      [
        node('Slice', 'c four four axis', 's'),
        node('Mul', 's c1', 'p'),
        node('Neg', 'p', 'n'),
        node('Softmax', 'n', 'o'),
        node('Transpose', 'o', 't', { perm: [0, 1, 3, 2] }),
        node('MatMul', 'o t', 'q'),
        node('MatMul', 'q o', 'e'),
      ].map((spec) => ({ ...spec, inputs: spec.inputs.map((name) => (name === 'c1' ? 'm' : name)) })),
    ],
    [
      'Reshape and back',
      [
        node('Slice', 'c four four axis', 's'),
        node('Reshape', 's flat', 'f', { allowzero: 1 }),
        node('Reshape', 'f kept', 'e', { allowzero: 1 }),
      ],
    ],
    [
      'Concat of nothing and nothing',
      [node('Slice', 'c four four axis', 's'), node('Concat', 's s', 'e', { axis: 1 })],
    ],
  ])('%s', (_, nodes) => {
    const mean = nodes.some(({ inputs }) => inputs.includes('m')) && nodes[0]!.op !== 'ReduceMean';
    const network = withEmpty(mean ? [node('ReduceMean', 'c', 'm', { axes: [1] }), ...nodes] : nodes, both);
    expect(shapeOf(network, 'y')).toEqual([6, 4, 5]);
    expect(waitsFor(network, 'y', 2, 3)).toEqual({ c: '2 x 3' });
    expect(ops(network).filter((op) => op !== 'ReduceMean')).toEqual(['Conv2D', 'Conv2D']);
  });

  test('rows and columns of length 0', () => {
    const rows = [node('Slice', 'c four four two', 'e')];
    const network = load({
      inputs: { x: [1, 3, 6, 4] },
      initializers: { w: weights(6, 3, 1, 1), v: weights(5, 6, 1, 1), four: ints(4), two: ints(2) },
      nodes: [
        node('Conv', 'x w', 'c', {}, 'c'),
        ...rows,
        node('Concat', 'c e', 'r', { axis: 2 }),
        node('Conv', 'r v', 'y', {}, 'y'),
      ],
    });
    expect(waitsFor(network, 'y', 5, 1)).toEqual({ c: '5 x 1' });
  });

  test('a length of 0 that is computed joins two empty lists', () => {
    const network = load({
      inputs: { x: [1, 3, 6, 4] },
      initializers: { none: { dims: [0], ints: [] }, shape: ints(1, 3, -1) },
      nodes: [node('Concat', 'none none shape', 's', { axis: 0 }), node('Reshape', 'x s', 'y', {}, 'y')],
      outputs: ['y'],
    });
    expect(shapeOf(network, 'y')).toEqual([24, 1, 3]);
  });
});

describe('what must not be empty still is an error', () => {
  test.each([
    ['a convolution that its input is too small for', node('Conv', 'c k', 'r', {}, 'r')],
    ['a pooling', node('MaxPool', 'c', 'r', { kernel_shape: [7, 1] }, 'r')],
    ['a negative length', node('Pad', 'c crop', 'r', {}, 'r')],
  ])('%s', (_, reader) => {
    expect(() =>
      load({
        inputs: { x: [1, 6, 6, 4] },
        initializers: {
          w: weights(6, 6, 1, 1),
          k: weights(6, 6, 7, 1),
          crop: ints(0, -7, 0, 0, 0, 0, 0, 0),
          v: weights(6, 6, 1, 1),
        },
        nodes: [node('Conv', 'x w', 'c', {}, 'c'), reader, node('Conv', 'r v', 'y', {}, 'y')],
      }),
    ).toThrow(/r \((Conv2D|MaxPool|Pad)\): its output shape/);
  });
});

describe.skipIf(!existsSync(CASES))('real files (skipped without ../shared/cases)', () => {
  test('Phi-3, whose rotary embedding passes a slice of length 0 on', () => {
    const network = loadModel(`${CASES}hf_phi3.ts.onnx`);
    const base = baseLayers(network);
    expect(base.map(({ name }) => name.replace(/^.*\/(\w+)\/MatMul$/, '$1'))).toEqual([
      ...['qkv_proj', 'o_proj', 'gate_up_proj', 'down_proj'],
      ...['qkv_proj', 'o_proj', 'gate_up_proj', 'down_proj'],
      'lm_head',
    ]);
    for (const layer of base) expect(mvms(layer)).toBe(16);
    expect(network.warnings).toEqual([]);
  });
});
