import { describe, expect, test } from 'vitest';
import { layerOf, load, ops, reads, shapeOf } from './helpers.ts';
import { node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

describe("ONNX Runtime's blocked channels", () => {
  const blocked = 'com.microsoft.nchwc';
  const same = { pads: [1, 1, 1, 1] };

  test('a network that it has optimised: channels are those that the weights in the file have', () => {
    const network = load({
      inputs: { x: [1, 3, 16, 16] },
      initializers: {
        w: weights(16, 3, 3, 3),
        b: weights(16),
        d: weights(16, 1, 3, 3),
        // 20 channels fill three blocks of 8.
        v: weights(24, 16, 1, 1),
        c: weights(24),
      },
      nodes: [
        node(`${blocked}:Conv`, 'x w b', 'a', { ...same, activation: 'Relu' }, 'first'),
        node(`${blocked}:MaxPool`, 'a', 'p', { kernel_shape: [2, 2], strides: [2, 2] }, 'max'),
        node(`${blocked}:Conv`, 'p d', 'e', { ...same, group: 16 }, 'depthwise'),
        node(`${blocked}:Conv`, 'e v c', 'f', {}, 'last'),
        node(`${blocked}:ReorderOutput`, 'f', 'g', { channels: 20 }, 'out'),
        node('Relu', 'g', 'y', {}, 'y'),
      ],
    });
    expect(layerOf(network, 'first').weights).toEqual({ rows: 27, columns: 16, groups: 1 });
    expect(layerOf(network, 'depthwise').weights).toEqual({ rows: 9, columns: 1, groups: 16 });
    expect(layerOf(network, 'last').weights).toEqual({ rows: 16, columns: 24, groups: 1 });
    expect(shapeOf(network, 'y')).toEqual([8, 8, 20]);
    expect(waitsFor(network, 'depthwise', 1, 1)).toEqual({ first: '0-5 x 0-5' });
    expect(waitsFor(network, 'y', 3, 4)).toEqual({ last: '3 x 4' });
    expect(network.warnings).toEqual([]);
  });

  test('a sum that is fused into a convolution is added to it', () => {
    const network = load({
      inputs: { x: [1, 8, 6, 6] },
      initializers: { w: weights(8, 8, 3, 3), v: weights(8, 8, 1, 1) },
      nodes: [
        node(`${blocked}:ReorderInput`, 'x', 'r', {}, 'r'),
        node(`${blocked}:Conv`, 'r w', 'a', same, 'a'),
        node(`${blocked}:Conv`, 'r v _ a', 'b', { activation: 'Relu' }, 'b'),
      ],
    });
    expect(ops(network).filter((op) => op !== 'Pad')).toEqual(['Conv2D', 'Conv2D', 'Add', 'Relu']);
    expect(waitsFor(network, 'b/activation', 2, 3)).toEqual({ a: '2 x 3', b: '2 x 3' });
  });

  test('channels that fill the last block of an input', () => {
    const network = load({
      inputs: { x: [1, 12, 6, 6] },
      initializers: { w: weights(12, 12, 1, 1), v: weights(8, 16, 1, 1) },
      nodes: [
        node('Conv', 'x w', 'c', {}, 'c'),
        node(`${blocked}:ReorderInput`, 'c', 'r'),
        node(`${blocked}:Conv`, 'r v', 'y', {}, 'y'),
      ],
    });
    expect(layerOf(network, 'y').weights).toEqual({ rows: 16, columns: 8, groups: 1 });
    expect(waitsFor(network, 'y', 1, 2)).toEqual({ c: '1 x 2' });
  });

  test('pooling, upsampling, and channels that go last', () => {
    const network = load({
      inputs: { x: [1, 6, 8, 3] },
      initializers: { w: weights(8, 3, 1, 1) },
      nodes: [
        node(`${blocked}:ReorderInput`, 'x', 'r', { channels_last: 1 }),
        node(`${blocked}:Conv`, 'r w', 'c', {}, 'c'),
        node(`${blocked}:AveragePool`, 'c', 'a', { kernel_shape: [3, 3], ...same }, 'a'),
        node(`${blocked}:Upsample`, 'a', 'n', { scales: [1, 1, 2, 2] }, 'n'),
        node(
          `${blocked}:Upsample`,
          'a',
          'l',
          { scales: [1, 1, 2, 2], mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
          'l',
        ),
        node(`${blocked}:ReorderOutput`, 'n', 'o', { channels: 5, channels_last: 1 }, 'o'),
        node('Softmax', 'o', 's', { axis: -1 }, 's'),
        node(`${blocked}:GlobalAveragePool`, 'n', 'g', {}, 'g'),
        node(`${blocked}:GlobalMaxPool`, 'n', 'h', {}, 'h'),
      ],
    });
    expect(waitsFor(network, 'a', 2, 3)).toEqual({ c: '1-3 x 2-4' });
    expect(shapeOf(network, 'n')).toEqual([12, 16, 8]);
    expect(waitsFor(network, 'n', 5, 6)).toEqual({ c: '1-3 x 2-4' });
    expect(waitsFor(network, 'l', 5, 6)).toEqual({ c: '1-4 x 1-4' });
    expect(shapeOf(network, 's')).toEqual([12, 16, 5]);
    expect(reads(network, 's')).toEqual([['o', 'same', 'same']]);
    expect(waitsFor(network, 'g', 0, 0)).toEqual({ c: 'everything' });
    expect(shapeOf(network, 'h')).toEqual([1, 1, 8]);
  });

  test('more channels than there are cannot be reordered', () => {
    const nodes = [node(`${blocked}:ReorderOutput`, 'x', 'y', { channels: 9 }, 'n')];
    expect(() => load({ inputs: { x: [1, 8, 4, 4] }, nodes })).toThrow(/node n .*9 channels of 8/);
  });
});

describe('channels last', () => {
  test.each([
    ['com.microsoft:NhwcFusedConv', [8, 3, 3, 3]],
    ['com.microsoft:NhwcConv', [8, 3, 3, 3]],
    ['com.ms.internal.nhwc:Conv', [8, 3, 3, 3]],
  ])('%s', (op, dims) => {
    const network = load({
      inputs: { x: [1, 9, 7, 3] },
      initializers: { w: weights(...dims) },
      nodes: [node(op, 'x w', 'c', { strides: [2, 2] }, 'c'), node('Relu', 'c', 'r', {}, 'r')],
    });
    expect(layerOf(network, 'c').weights).toEqual({ rows: 27, columns: 8, groups: 1 });
    expect(shapeOf(network, 'r')).toEqual([4, 3, 8]);
  });

  test('quantised convolutions and pooling', () => {
    const initializers = { w: weights(8, 3, 1, 1), s: weights(1), z: weights(1) };
    const network = load({
      inputs: { x: [1, 9, 7, 3] },
      initializers,
      nodes: [
        node('com.microsoft:QLinearConv', 'x s z w s z s z', 'c', { channels_last: 1 }, 'c'),
        node('com.microsoft:NhwcMaxPool', 'c', 'p', { kernel_shape: [3, 3], strides: [3, 3] }, 'p'),
        node('com.ms.internal.nhwc:GlobalAveragePool', 'p', 'g', {}, 'g'),
      ],
    });
    expect(shapeOf(network, 'p')).toEqual([3, 2, 8]);
    expect(waitsFor(network, 'p', 2, 1)).toEqual({ c: '6-8 x 3-5' });
    expect(shapeOf(network, 'g')).toEqual([1, 1, 8]);
    const first = load({
      inputs: { x: [1, 3, 9, 7] },
      initializers,
      nodes: [node('com.microsoft:QLinearConv', 'x s z w s z s z', 'c', {}, 'c')],
    });
    expect(shapeOf(first, 'c')).toEqual([9, 7, 8]);
  });
});
