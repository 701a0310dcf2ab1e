import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { type Reads, SAME } from '../../src/network/reads.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { thrownBy } from '../thrown.ts';
import { map, onMap } from './on-map.ts';

const weights = { rows: 3, columns: 3, groups: 1 };
const CONV = { name: 'conv', op: 'Conv2D', weights };
const BN = { name: 'bn', op: 'BatchNormalization' };
const window = (kernel: number, padding: number): Reads => ({
  ...{ kind: 'window', stride: 1, dilation: 1 },
  ...{ kernel, padding },
});
const same = (tensor: Tensor) => ({ tensor, rows: SAME, columns: SAME });

const namesOf = (b: NetworkBuilder) => b.build().layers.map(({ name }) => name);

describe('a batch norm stays', () => {
  test('whose scale is computed, since weights are there before', () => {
    const { b, x } = onMap();
    const scale = b.positionwise({ name: 'scale', op: 'Relu' }, x);
    b.layer(BN, [same(b.positionwise(CONV, x)), same(scale)], map);
    expect(namesOf(b)).toEqual(['x', 'scale', 'conv', 'bn']);
  });

  test.each([
    ['alone', 0],
    ['besides another layer', 1],
    ['besides two other layers', 2],
  ])('where the base layer is an output, which it reads %s', (_, others) => {
    const { b, x } = onMap();
    const conv = b.positionwise(CONV, x);
    b.output(conv);
    b.output(b.positionwise(BN, conv));
    for (let i = 0; i < others; i++) b.output(b.positionwise({ name: 'relu', op: 'Relu' }, conv));
    expect(namesOf(b).slice(0, 3)).toEqual(['x', 'conv', 'bn']);
  });
});

test('names of layers that are decoupled are numbered on, whatever the file calls its own', () => {
  const { b, x } = onMap();
  const first = b.positionwise({ name: 'conv/bias', op: 'Relu' }, x);
  const second = b.positionwise({ name: 'conv/bias_1', op: 'Relu' }, first);
  b.positionwise({ ...CONV, bias: true }, second);
  expect(namesOf(b)).toEqual(['x', 'conv/bias', 'conv/bias_1', 'conv', 'conv/bias_2']);
});

test('outputs are in the order of the layers, in whichever they were said', () => {
  const { b, x } = onMap();
  const first = b.positionwise({ ...CONV, bias: true }, x);
  const second = b.positionwise({ ...CONV, bias: true }, x);
  for (const tensor of [second, first]) b.output(tensor);
  const { layers, outputs } = b.build();
  expect(outputs.map((index) => layers[index]!.name)).toEqual(['conv/bias', 'conv_1/bias']);
});

describe('a base layer whose rows are padded reads its columns as before', () => {
  const transposed: Reads = { kind: 'transposed', kernel: 3, stride: 1, dilation: 1, padding: 1 };
  test.each<[string, Reads]>([
    ['the same', SAME],
    ['cut at the left', window(1, -1)],
    ['not padded', window(3, 0)],
    ['spread by a transposed kernel', transposed],
  ])('%s', (_, columns) => {
    const { b, x } = onMap();
    b.layer(CONV, [{ tensor: x, rows: window(3, 1), columns }], { ...map, dims: [1, 4, 3, 3] });
    const [, pad, conv] = b.build().layers;
    expect(pad).toMatchObject({ op: 'Pad', shape: { height: 6, width: 5, channels: 3 } });
    expect(conv!.inputs).toStrictEqual([{ from: 1, rows: window(3, 0), columns }]);
  });
});

test('a padded map may have 2^31 - 1 positions, and not one more', () => {
  const padded = (height: number) => {
    const b = new NetworkBuilder('test');
    const line = { dims: [height - 2, 1], h: 0, w: -1 };
    b.layer(CONV, [{ tensor: b.input('x', line), rows: window(3, 1), columns: SAME }], line);
    return b.build();
  };
  expect(padded(2 ** 31 - 1).layers[1]!.shape.height).toBe(2 ** 31 - 1);
  const { code, kind } = thrownBy(() => padded(2 ** 31));
  expect([code, kind]).toEqual(['TOO_LARGE', 'input']);
});
