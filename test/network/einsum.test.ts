import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Layer } from '../../src/network/network.ts';
import { einsum, einsumLabels, imageToColumns } from '../../src/network/operators/index.ts';
import { constant, type Tensor } from '../../src/network/tensor.ts';
import { thrownBy } from '../thrown.ts';

/** What an equation makes of tensors: its dimensions, and the layers that it takes, without the inputs. */
function made(
  equation: string,
  ...shapes: readonly (readonly number[] | 'constant')[]
): { dims: readonly number[]; layers: readonly Layer[] } {
  const b = new NetworkBuilder('test');
  const tensors: Tensor[] = [];
  shapes.forEach((dims, i) => {
    if (dims === 'constant') return;
    const isConstant = shapes[i + 1] === 'constant';
    tensors.push(isConstant ? constant(dims) : b.input(`input${i}`, { dims, h: 0, w: -1 }));
  });
  const out = einsum(b, 'ein', equation, tensors);
  b.output(out);
  return { dims: out.dims, layers: b.build().layers.filter(({ op }) => op !== 'Input') };
}

const ops = (layers: readonly Layer[]) => layers.map(({ op }) => op);

describe('an einsum', () => {
  test.each<[string, readonly (readonly number[])[], readonly number[]]>([
    ['ij->ji', [[2, 3]], [3, 2]],
    ['ba', [[2, 3]], [3, 2]],
    ['ij->', [[2, 3]], []],
    ['ijk->ik', [[2, 3, 4]], [2, 4]],
    [
      'ij,jk->ik',
      [
        [2, 3],
        [3, 4],
      ],
      [2, 4],
    ],
    [
      'ij,jk',
      [
        [2, 3],
        [3, 4],
      ],
      [2, 4],
    ],
    [
      ' i j , j k - > k i ',
      [
        [2, 3],
        [3, 4],
      ],
      [4, 2],
    ],
    [
      'bij,bjk->bik',
      [
        [5, 2, 3],
        [5, 3, 4],
      ],
      [5, 2, 4],
    ],
    [
      'bij,bjk->bik',
      [
        [1, 2, 3],
        [5, 3, 4],
      ],
      [5, 2, 4],
    ],
    [
      'bij,bjk->bik',
      [
        [5, 2, 3],
        [1, 3, 4],
      ],
      [5, 2, 4],
    ],
    [
      'bhqd,bhkd->bhqk',
      [
        [2, 3, 4, 5],
        [2, 3, 6, 5],
      ],
      [2, 3, 4, 6],
    ],
    [
      '...ij,...jk->...ik',
      [
        [2, 3, 4, 5],
        [2, 3, 5, 6],
      ],
      [2, 3, 4, 6],
    ],
    [
      '...ij,...jk->...ik',
      [
        [3, 4, 5],
        [2, 3, 5, 6],
      ],
      [2, 3, 4, 6],
    ],
    [
      '...ij,...jk',
      [
        [3, 4, 5],
        [2, 3, 5, 6],
      ],
      [2, 3, 4, 6],
    ],
    ['j,jk->k', [[3], [3, 4]], [4]],
    ['ij,k->ik', [[2, 3], [4]], [2, 4]],
    [
      'ijl,jk->ik',
      [
        [2, 3, 7],
        [3, 4],
      ],
      [2, 4],
    ],
    [
      'ij,jkl->ik',
      [
        [2, 3],
        [3, 4, 7],
      ],
      [2, 4],
    ],
    [
      'abij,jk->abik',
      [
        [2, 3, 4, 5],
        [5, 6],
      ],
      [2, 3, 4, 6],
    ],
    [
      'ij,ij->',
      [
        [2, 3],
        [2, 3],
      ],
      [],
    ],
  ])('%j of %j has the shape %j', (equation, shapes, dims) => {
    expect(made(equation, ...shapes).dims).toEqual(dims);
  });

  test('of weights on either side is one base layer of the matrix that is multiplied', () => {
    for (const { layers } of [
      made('ti,io->to', [5, 3], [3, 4], 'constant'),
      made('io,ti->to', [3, 4], 'constant', [5, 3]),
    ]) {
      expect(layers).toHaveLength(1);
      expect(layers[0]).toMatchObject({ op: 'MatMul', weights: { rows: 3, columns: 4, groups: 1 } });
    }
  });

  test('of weights with two axes of outputs is one matrix of both, on whichever side they are', () => {
    for (const { dims, layers } of [
      made('ti,ihd->thd', [5, 3], [3, 2, 4], 'constant'),
      made('hdi,ti->thd', [2, 4, 3], 'constant', [5, 3]),
    ]) {
      expect(dims).toEqual([5, 2, 4]);
      expect(layers).toMatchObject([{ op: 'MatMul', weights: { rows: 3, columns: 8, groups: 1 } }]);
      expect(layers[0]!.shape).toEqual({ height: 5, width: 1, channels: 8 });
    }
  });

  test('that multiplies rows together with channels has them in one place first', () => {
    const { layers } = made('hc,hco->o', [3, 4], [3, 4, 5], 'constant');
    expect(layers.map(({ name, op, shape }) => [name, op, ...Object.values(shape)])).toEqual([
      ['ein/shape', 'Reshape', 1, 1, 12],
      ['ein', 'MatMul', 1, 1, 5],
    ]);
    expect(layers[1]!.weights).toEqual({ rows: 12, columns: 5, groups: 1 });
  });

  test('whose columns are positions has them on axes of their own at the end', () => {
    // One position for each of the 2 · 3 columns; as a result they are a map of 2 x 3.
    const { dims, layers } = made('i,abi->ab', [4], [2, 3, 4]);
    expect(dims).toEqual([2, 3]);
    expect(layers.map(({ name, op, shape }) => [name, op, ...Object.values(shape)])).toEqual([
      ['ein', 'MatMul', 6, 1, 1],
      ['ein/shape', 'Reshape', 2, 3, 1],
    ]);
  });

  test('sums what one operand has alone before it multiplies', () => {
    const { layers } = made('ijl,jk->ik', [2, 3, 7], [3, 4]);
    expect(layers[0]).toMatchObject({ name: 'ein/sum', op: 'ReduceSum' });
    expect(ops(layers)).toEqual(['ReduceSum', 'MatMul']);
    expect(ops(made('ij,jk->ik', [2, 3], [3, 4]).layers)).toEqual(['MatMul']);
  });

  test('has labels, those of ... counted from the last axis', () => {
    const three = [constant([2, 3, 4]), constant([2, 4, 5])];
    expect(einsumLabels('ein', ' ...a b, ...bc -> ...ac', three)).toEqual({
      operands: [
        ['0', 'a', 'b'],
        ['0', 'b', 'c'],
      ],
      output: ['0', 'a', 'c'],
    });
    expect(einsumLabels('ein', '...a', [constant([2, 3, 4])])).toEqual({
      ...{ operands: [['1', '0', 'a']], output: ['1', '0', 'a'] },
    });
    expect(einsumLabels('ein', 'zb,bca', [constant([2, 3]), constant([3, 4, 5])]).output).toEqual([
      'a',
      'c',
      'z',
    ]);
  });
});

test.each<[string, readonly (readonly number[])[], string]>([
  ['ij->k', [[2, 3]], 'is not supported; write it as MatMul and Transpose'],
  ['ij->ik', [[2, 3]], 'is not supported; write it as MatMul and Transpose'],
  ['ij->ii', [[2, 3]], 'is not supported; write it as MatMul and Transpose'],
  ['i,j,k->ijk', [[2], [3], [4]], 'of 3 tensors is not supported; write it as several'],
  ['ij,jk->ik', [[2, 3]], 'has 2 terms, and the layer 1 inputs'],
  [
    'ij->ij',
    [
      [2, 3],
      [3, 4],
    ],
    'has 1 terms, and the layer 2 inputs',
  ],
  [
    'ij,jk->ik',
    [
      [2, 3],
      [4, 5],
    ],
    'does not fit the shapes [2, 3] and [4, 5]',
  ],
  ['ii->i', [[3, 3]], 'has the term ii, which does not fit the shape [3, 3]'],
  ['i->i', [[3, 3]], 'has the term i, which does not fit the shape [3, 3]'],
  ['ijk->i', [[3, 3]], 'has the term ijk, which does not fit the shape [3, 3]'],
  ['i1->i', [[3, 3]], 'has the term i1, which does not fit the shape [3, 3]'],
  ['...ijk->i', [[3, 3]], 'has the term ...ijk, which does not fit the shape [3, 3]'],
])('the einsum %j of %j is refused', (equation, shapes, message) => {
  const thrown = thrownBy(() => made(equation, ...shapes));
  expect(thrown.message).toContain(`layer ein: the equation ${equation} ${message}`);
});

test('an equation is shown as far as anybody reads', () => {
  const long = `${'a'.repeat(198)}->`;
  expect(() => made(long, [2])).toThrow(`layer ein: the equation ${long} has the term`);
  expect(() => made(`${long}a`, [2])).toThrow(`layer ein: the equation ${long}… has the term`);
});

test('im2col has the values under a window as channels of its position', () => {
  const b = new NetworkBuilder('test');
  const x = b.input('x', { dims: [1, 6, 9, 4], h: 1, w: 2 });
  const window = { kernel: 3, stride: 1, dilation: 1, before: 0, after: 0 };
  const windows = [window, { ...window, kernel: 2, stride: 2 }];
  const out = imageToColumns(b, { name: 'cols', op: 'Im2Col' }, x, {
    windows,
    spatialAxes: [1, 2],
    channelAxis: 3,
  });
  expect(out.dims).toEqual([1, 4, 4, 24]);
  b.output(out);
  const layer = b.build().layers.at(-1)!;
  expect(layer).toMatchObject({ name: 'cols', op: 'Im2Col', shape: { height: 4, width: 4, channels: 24 } });
  expect(layer.inputs).toMatchObject([
    {
      from: 0,
      rows: { kind: 'window', kernel: 3, stride: 1 },
      columns: { kind: 'window', kernel: 2, stride: 2 },
    },
  ]);
});
