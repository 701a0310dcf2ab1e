import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { baseLayers, type Network } from '../../../src/network/network.ts';
import { layerOf, load, ops, reads, shapeOf } from './helpers.ts';
import { floats, type ModelSpec, type NodeSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

const image = { x: [1, 3, 10, 10] };
const parameters = { s: floats(1), z: floats(0), b2: floats(2), b4: floats(4), b8: floats(8), e: floats(5) };
const kernels = { w: weights(8, 3, 3, 3), m: weights(512, 10), v: weights(4, 8, 1, 1) };

function quantised(nodes: readonly NodeSpec[], more: Partial<ModelSpec> = {}): Network {
  return load({ inputs: image, nodes, initializers: { ...parameters, ...kernels }, ...more });
}

/** Name, bits of a weight, bits of an activation of every base layer. */
function bits(network: Network): [string, number | undefined, number | undefined][] {
  return baseLayers(network).map(({ name, weightBits, activationBits }) => [
    name,
    weightBits,
    activationBits,
  ]);
}

const domains = ['qonnx.custom_op.general', 'onnx.brevitas', 'finn.custom_op.general'];

describe.each(domains)('%s', (domain) => {
  test('quantised weights are weights, and base layers keep the bits', () => {
    const network = quantised([
      node(`${domain}:Quant`, 'x s z b8', 'xq', { signed: 1 }, 'xq'),
      node(`${domain}:Quant`, 'w s z b4', 'wq', { signed: 1, narrow: 1 }),
      node('Conv', 'xq wq', 'c', {}, 'c'),
      node('Relu', 'c', 'r'),
      node(`${domain}:Quant`, 'r s z b2', 'rq', { signed: 0 }, 'rq'),
      node('Flatten', 'rq', 'f', {}, 'f'),
      node(`${domain}:BipolarQuant`, 'm s', 'mq'),
      node('MatMul', 'f mq', 'y', {}, 'y'),
    ]);
    expect(bits(network)).toEqual([
      ['c', 4, 8],
      ['y', 1, 2],
    ]);
    expect(reads(network, 'rq').map(([, ...kinds]) => kinds)).toEqual([['same', 'same']]);
    expect(network.warnings).toEqual([]);
  });

  test('every other quantiser works value by value', () => {
    const network = quantised([
      node('Conv', 'x w', 'c', {}, 'c'),
      node(`${domain}:FloatQuant`, 'c s b4 b2 e e', 'a', {}, 'a'),
      node('Conv', 'a v', 'd', {}, 'd'),
      node(`${domain}:Trunc`, 'd s z b8 b4', 't', { rounding_mode: 'FLOOR' }, 't'),
      node(`${domain}:IntQuant`, 't s z b2', 'i', {}, 'i'),
      node(`${domain}:DebugMarker`, 'i', 'j', { export_debug_name: 'x' }),
      node('Relu', 'j', 'r', {}, 'r'),
    ]);
    expect(bits(network).at(-1)).toEqual(['d', undefined, 1 + 4 + 2]);
    expect(waitsFor(network, 'r', 3, 5)).toEqual({ d: '3 x 5' });
    expect(shapeOf(network, 'r')).toEqual([8, 8, 4]);
  });

  test('thresholds are parameters, and say how many bits are left', () => {
    const initializers = { ...parameters, ...kernels, levels: weights(8, 15) };
    const network = quantised(
      [
        node('Conv', 'x w', 'c', {}, 'c'),
        node(`${domain}:MultiThreshold`, 'c levels', 't', { out_dtype: 'UINT4' }, 't'),
        node('Conv', 't v', 'd', {}, 'd'),
      ],
      { initializers },
    );
    expect(bits(network)).toEqual([
      ['c', undefined, undefined],
      ['d', undefined, 4],
    ]);
    expect(waitsFor(network, 't', 2, 3)).toEqual({ c: '2 x 3' });
  });

  test('a convolution that is cut into im2col and a product reads its window', () => {
    const network = quantised(
      [
        node('Transpose', 'x', 'n', { perm: [0, 2, 3, 1] }),
        node('Conv', 'x w', 'c', {}, 'c'),
        node('Transpose', 'c', 'l', { perm: [0, 2, 3, 1] }),
        node(
          `${domain}:Im2Col`,
          'l',
          'i',
          { kernel_size: [3, 3], stride: [2, 2], pad_amount: [1, 1, 1, 1], input_shape: '(1, 8, 8, 8)' },
          'i',
        ),
        node('MatMul', 'i k', 'y', {}, 'y'),
        node(`${domain}:XnorPopcountMatMul`, 'y q', 'u', {}, 'u'),
      ],
      { initializers: { ...kernels, k: weights(72, 16), q: weights(16, 4) } },
    );
    expect(shapeOf(network, 'i')).toEqual([4, 4, 72]);
    expect(layerOf(network, 'y').weights).toEqual({ rows: 72, columns: 16, groups: 1 });
    expect(waitsFor(network, 'y', 0, 2)).toEqual({ c: '0-1 x 3-5' });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['c', 'y', 'u']);
    expect(waitsFor(network, 'u', 1, 2)).toEqual({ y: '1 x 2' });
  });

  test('pooling, with channels last too', () => {
    const nodes = (layout: string) => [
      node('Conv', 'x w', 'c', {}, 'c'),
      node('Transpose', 'c', 'l', { perm: [0, 2, 3, 1] }),
      node(
        `${domain}:QuantAvgPool2d`,
        layout === 'NCHW' ? 'c' : 'l',
        'a',
        { kernel: 2, stride: 2, ibits: 4, obits: 4, signed: 0, data_layout: layout },
        'a',
      ),
      node(
        `${domain}:MaxPoolNHWC`,
        'l',
        'p',
        { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
        'p',
      ),
    ];
    for (const layout of ['NCHW', 'NHWC']) {
      const network = quantised(nodes(layout));
      for (const name of ['a', 'p']) {
        expect(shapeOf(network, name)).toEqual([4, 4, 8]);
        expect(waitsFor(network, name, 1, 3)).toEqual({ c: '2-3 x 6-7' });
      }
    }
  });
});

test('bits go on through what only moves values, and end where they are computed with', () => {
  const network = quantised(
    [
      node('qonnx.custom_op.general:Quant', 'm s z b4', 'mq'),
      node('Transpose', 'mq', 'mt', { perm: [1, 0] }),
      node('qonnx.custom_op.general:Quant', 'x s z b8', 'xq'),
      node('Reshape', 'xq shape', 'r'),
      node('Gemm', 'r mt', 'a', { transB: 1 }, 'a'),
      node('Relu', 'r', 'n'),
      node('Gemm', 'n mq', 'b', {}, 'b'),
    ],
    {
      inputs: { x: [1, 512] },
      initializers: { ...parameters, m: weights(512, 10), shape: { dims: [2], ints: [1, 512] } },
    },
  );
  expect(bits(network)).toEqual([
    ['a', 4, 8],
    ['b', 4, undefined],
  ]);
});

test("QONNX's channels-last operators are those of ONNX, with the channels of weights last", () => {
  const last = 'qonnx.custom_op.channels_last';
  const window = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1] };
  const network = load({
    inputs: { x: [1, 10, 8, 3] },
    initializers: {
      w: weights(8, 3, 3, 3),
      d: weights(8, 3, 3, 1),
      ...{ s: weights(8), b: weights(8), mean: weights(8), variance: weights(8) },
    },
    nodes: [
      node(`${last}:Conv`, 'x w', 'c', { ...window, group: 1 }, 'c'),
      node(`${last}:BatchNormalization`, 'c s b mean variance', 'n', { epsilon: { float: 1e-5 } }, 'n'),
      node(`${last}:MaxPool`, 'n', 'p', { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }, 'p'),
      node(`${last}:Conv`, 'p d', 'y', { ...window, group: 8 }, 'y'),
      node('Relu', 'y', 'r', {}, 'r'),
    ],
  });
  expect(layerOf(network, 'c').weights).toEqual({ rows: 27, columns: 8, groups: 1 });
  expect(layerOf(network, 'y').weights).toEqual({ rows: 9, columns: 1, groups: 8 });
  expect(ops(network)).not.toContain('BatchNormalization');
  expect(shapeOf(network, 'r')).toEqual([5, 4, 8]);
  expect(waitsFor(network, 'y', 0, 1)).toEqual({ c: '0-3 x 0-5' });
});

describe.each(['', 'PACTOps:'])('integers as Deeploy writes them, %j', (domain) => {
  const levels = { div: { tensor: { dims: [1], ints: [65536] } }, signed: 1 };
  const n = { n_levels_out: { tensor: { dims: [1], ints: [256] } } };

  test('a shift is a layer on its own, or behind the base layer that it was fused with', () => {
    const network = load({
      inputs: image,
      initializers: {
        ...kernels,
        mul: weights(1, 8, 1, 1),
        add: weights(1, 8, 1, 1),
        shift: { dims: [], ints: [3] },
        k: weights(512, 16),
        c: weights(16),
        l: weights(16, 4),
      },
      nodes: [
        node('Conv', 'x w', 'c0', {}, 'c0'),
        node(`${domain}RequantShift`, 'c0 mul add', 'q', { ...levels, ...n }, 'q'),
        node(`${domain}RequantizedConv`, 'q v mul add shift', 'c1', { ...levels, n_levels: 16 }, 'c1'),
        node('Flatten', 'q', 'f'),
        node(`${domain}RequantizedGemm`, 'f k c mul', 'g', { ...levels, ...n }, 'g'),
        node(`${domain}RQMatMul`, 'g l add mul', 'y', { ...levels, ...n }, 'y'),
      ],
    });
    expect(bits(network)).toEqual([
      ['c0', undefined, undefined],
      ['c1', undefined, 8],
      ['g', undefined, 8],
      ['y', undefined, 8],
    ]);
    expect(waitsFor(network, 'c1/requant', 2, 3)).toEqual({ c1: '2 x 3' });
    expect(ops(network).filter((op) => op === 'RequantShift')).toHaveLength(4);
  });

  test('norms and softmax over the last axis, activations, sums', () => {
    const network = load({
      inputs: { x: [1, 6, 16] },
      initializers: { w: weights(16, 16), g: weights(16) },
      nodes: [
        node('MatMul', 'x w', 'm', {}, 'm'),
        node(`${domain}iLayerNorm`, 'm g g', 'a', { D: 1, n_levels: 256 }, 'a'),
        node(`${domain}iRMSNorm`, 'a g', 'b', { D: 1, n_levels: 256 }, 'b'),
        node(`${domain}iSoftmax`, 'b', 'c', {}, 'c'),
        node(`${domain}ITAMax`, 'c', 'd', {}, 'd'),
        node(`${domain}iGELU`, 'd', 'e', {}, 'e'),
        node(`${domain}RequantizediHardswish`, 'e', 'f', {}, 'f'),
        node(`${domain}RequantizedAdd`, 'f m', 'h', {}, 'h'),
        node(`${domain}IntegerDiv`, 'h f', 'i', {}, 'i'),
        node(`${domain}IntegerMean`, 'i', 'j', { axes: [-1], keepdims: 0 }, 'j'),
      ],
    });
    expect(waitsFor(network, 'j', 4, 0)).toEqual({ m: '4 x 0' });
    expect(network.warnings).toEqual([]);
  });
});

test("FINN's products with thresholds are base layers", () => {
  const mvau = (op: string, operands: string) =>
    node(`finn.custom_op.fpgadataflow:${op}`, operands, 'y', {}, 'y');
  const spec = (nodes: NodeSpec[]): ModelSpec => ({
    inputs: { x: [1, 6, 16] },
    initializers: { w: weights(16, 8), t: weights(8, 3) },
    nodes,
  });
  for (const op of ['MVAU', 'MVAU_hls', 'MVAU_rtl']) {
    const network = load(spec([mvau(op, 'x w t')]));
    expect(baseLayers(network).map(({ weights: matrix }) => matrix)).toEqual([
      { rows: 16, columns: 8, groups: 1 },
    ]);
    expect(ops(network)).toEqual(['MatMul', 'MultiThreshold']);
    expect(ops(load(spec([mvau(op, 'x w')])))).toEqual(['MatMul']);
  }
  expect(ops(load(spec([mvau('Thresholding', 'x t')])))).toEqual(['Thresholding']);
});

test('what is recurrent or a product of its own is refused, not left out', () => {
  const initializers = { w: weights(4, 4) };
  for (const op of ['onnx.brevitas:QuantLSTMCell', 'finn.custom_op.fpgadataflow:VVAU', 'MHSA']) {
    const nodes = [node(op, 'x w', 'y', {}, 'n')];
    expect(() => load({ inputs: { x: [1, 6, 4] }, initializers, nodes })).toThrow(ClsaCimError);
  }
});
