import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { layerOf, load, ops, reads, shapeOf } from './helpers.ts';
import { type ModelSpec, type NodeSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

const inputs = { x: [1, 3, 8, 8] };
const conv = node('Conv', 'x w', 'c', {}, 'c');
const initializers = {
  w: weights(8, 3, 1, 1),
  v: weights(8, 8, 3, 3),
  m: weights(8, 8),
  b: weights(8),
};

/** A convolution, and then the given nodes. */
function afterConv(nodes: readonly NodeSpec[], more: Partial<ModelSpec> = {}): ModelSpec {
  return { inputs, initializers, nodes: [conv, ...nodes], ...more };
}

/** The message of loading with and without allowUnknown, which must be the same. */
function refusal(spec: ModelSpec): string {
  const messages = [true, false].map((allowUnknown) => {
    try {
      load(spec, { allowUnknown });
    } catch (error) {
      if (error instanceof ClsaCimError) return error.message;
      throw error;
    }
    return '';
  });
  expect(messages[0]).toBe(messages[1]);
  return messages[0]!;
}

describe('what may have weights is never element-wise, and the option is not offered', () => {
  const graph = { graph: { nodes: [node('Relu', 'c', 'r')], outputs: ['r'] } };
  test.each<[string, NodeSpec, RegExp]>([
    ['a kernel', node('keras:QConv2D', 'c v b', 'y', {}, 'n'), /input 1 is constant .*\[8, 8, 3, 3\]/],
    ['a matrix', node('keras:EinsumDense', 'c m', 'y', {}, 'n'), /input 1 is constant .*\[8, 8\]/],
    ['a matrix in front', node('mine:Project', 'm c', 'y', {}, 'n'), /input 0 is constant/],
    ['the name of a layer with weights', node('mine:Conv', 'c', 'y', {}, 'n'), /a layer with weights/],
    ['a wrapped layer', node('mine:TimeDistributed', 'c', 'y', { layer: graph }, 'n'), /attribute layer/],
    ['weights as an attribute', node('mine:Layer', 'c', 'y', { w: { tensor: weights(8, 8) } }, 'n'), /holds/],
    ['filters', node('mine:Layer', 'c', 'y', { filters: 8 }, 'n'), /attribute filters/],
    ['units', node('mine:Layer', 'c', 'y', { units: 8 }, 'n'), /attribute units/],
    ['a window', node('mine:Pooling', 'c', 'y', { kernel_shape: [2, 2] }, 'n'), /attribute kernel_shape/],
    ['a stride', node('mine:Pooling', 'c', 'y', { strides: [2, 2] }, 'n'), /attribute strides/],
  ])('%s', (_, unknown, reason) => {
    const message = refusal(afterConv([unknown]));
    expect(message).toMatch(/^node n \(\w+:\w+\), node 2 of 2: this operator is not known/);
    expect(message).toMatch(reason);
    expect(message).not.toContain('allowUnknown');
    expect(message).not.toContain('\n');
  });

  test('a function whose body has a layer with weights is no unknown operator', () => {
    const functions = [
      { name: 'F', domain: 'mine', inputs: ['a', 'k'], outputs: ['o'], nodes: [node('Conv', 'a k', 'o')] },
    ];
    const network = load(afterConv([node('mine:F', 'c v', 'y')], { functions }));
    expect(ops(network)).toEqual(['Conv2D', 'Conv2D']);
  });
});

describe('what is taken as element-wise', () => {
  const allowUnknown = true;

  test('vectors are parameters, in front too', () => {
    const network = load(afterConv([node('mine:Scale', 'b c', 'y', {}, 'n')]), { allowUnknown });
    expect(reads(network, 'n')).toEqual([['c', 'same', 'same']]);
    expect(network.warnings).toEqual([
      'node n (mine:Scale), node 2 of 2: unknown operator, taken as element-wise over its first input',
    ]);
  });

  test('reads the same position of all of its inputs', () => {
    const nodes = [node('Conv', 'x w', 'd', {}, 'd'), node('mine:Blend', 'c d', 'y', {}, 'n')];
    const network = load(afterConv(nodes), { allowUnknown });
    expect(waitsFor(network, 'n', 2, 3)).toEqual({ c: '2 x 3', d: '2 x 3' });
    expect(network.warnings[0]).toMatch(/over its inputs$/);
  });

  test('inputs that do not fit together are none that are read position by position', () => {
    const nodes = [node('Flatten', 'c', 'd'), node('mine:Blend', 'd c', 'y', {}, 'n')];
    expect(() => load(afterConv(nodes), { allowUnknown })).toThrow(
      /node n .*cannot be element-wise.*\[1, 512\]/,
    );
  });

  test('every output has the shape of the input', () => {
    const nodes = [node('mine:Two', 'c', 'y z', {}, 'n'), node('Relu', 'z', 'r', {}, 'r')];
    expect(shapeOf(load(afterConv(nodes), { allowUnknown }), 'r')).toEqual([8, 8, 8]);
  });
});

describe('shapes that the file states', () => {
  const unknown = [node('mine:Fancy', 'c', 'y', {}, 'n'), node('Relu', 'y', 'r', {}, 'r')];
  const guess = { allowUnknown: true };
  const stating = (stated: ModelSpec['stated'], more: Partial<ModelSpec> = {}) =>
    afterConv(unknown, { outputs: ['r'], ...(stated === undefined ? {} : { stated }), ...more });

  test('an unknown operator must have the shape that is stated for its output', () => {
    expect(load(stating({ y: [1, 8, 8, 8], r: [1, 8, 8, 8] }), guess).warnings).toHaveLength(1);
    expect(() => load(stating({ y: [1, 8, 4, 4] }), guess)).toThrow(
      'node n (mine:Fancy), node 2 of 3: it cannot be element-wise: y would have the shape [1, 8, 8, 8], and the ' +
        'file says [1, 8, 4, 4]; replace it by operators that are known',
    );
    expect(() => load(stating({ y: [1, 512] }), guess)).toThrow(/file says \[1, 512\]/);
  });

  test('and so must what follows it, up to the outputs of the network', () => {
    expect(() => load(stating({ r: [1, 8, 4, 4] }), guess)).toThrow(/^node n .*: r would have/);
  });

  test('names, sizes that are left open and no dimensions at all say nothing', () => {
    for (const y of [['n', 8, 'h', null], [1, 8, -1, 0], []]) {
      expect(load(stating({ y }), guess).warnings).toHaveLength(1);
    }
  });

  test('the batch that the file gives counts as 1', () => {
    const batch = { inputs: { x: [32, 3, 8, 8] } };
    expect(load(stating({ y: [32, 8, 8, 8] }, batch), guess).warnings).toHaveLength(1);
    expect(() => load(stating({ y: [16, 8, 8, 8] }, batch), guess)).toThrow(/file says \[16/);
    const open = { inputs: { x: ['batch', 3, 8, 8] } };
    expect(load(stating({ y: [16, 8, 8, 8] }, open), guess).warnings).toHaveLength(1);
  });

  test('old shapes behind operators that are known are one warning, and the operators count', () => {
    const nodes = [node('Relu', 'c', 'y', {}, 'y'), node('Relu', 'y', 'r', {}, 'r')];
    const stated = { c: [1, 8, 7, 7], y: [1, 8, 7, 7], r: [1, 8, 7, 7] };
    const network = load(afterConv(nodes, { stated, outputs: ['r'] }));
    expect(shapeOf(network, 'r')).toEqual([8, 8, 8]);
    expect(network.warnings).toEqual([
      'node c (Conv), node 1 of 3: the file says that c has the shape [1, 8, 7, 7], but its operators give ' +
        '[1, 8, 8, 8], which is taken, and so for 2 more; the file may have been changed since its shapes were written',
    ]);
  });

  test('where shapes are old, only the output of the unknown operator itself must agree', () => {
    const old = { c: [1, 8, 7, 7], r: [1, 8, 7, 7] };
    expect(load(stating(old), guess).warnings).toHaveLength(2);
    expect(() => load(stating({ ...old, y: [1, 8, 3, 3] }), guess)).toThrow(/node n .*\[1, 8, 3, 3\]/);
  });

  test('the branch that an If takes states its own', () => {
    const branch = { nodes: [node('Relu', 'c', 'y', {}, 'y')], outputs: ['y'], stated: { y: [1, 8, 1, 1] } };
    const network = load(
      afterConv([node('If', 'yes', 'z', { then_branch: { graph: branch } })], {
        initializers: { ...initializers, yes: { dims: [], ints: [1] } },
      }),
    );
    expect(layerOf(network, 'y').op).toBe('Relu');
    expect(network.warnings).toHaveLength(1);
  });
});
