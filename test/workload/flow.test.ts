import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Layer, Network } from '../../src/network/network.ts';
import { concat, convolution, elementwise, slice, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import { SAME } from '../../src/network/reads.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import type { Flow } from '../../src/workload/flow.ts';
import { buildFlow } from '../../src/workload/flow-builder.ts';
import { distinct, type Offer } from '../../src/workload/offers.ts';
import type { SetLists } from '../../src/workload/set-lists.ts';
import { shown } from './lists.ts';

const HEIGHT = 0;
const WIDTH = 1;

/** A network on 4 x 4 positions of 2 channels. */
function networkOf(layers: (b: NetworkBuilder, input: Tensor) => void): Network {
  const b = new NetworkBuilder('by hand');
  layers(b, b.input('input', { dims: [4, 4, 2], h: 0, w: 1 }));
  return b.build();
}

const conv = (b: NetworkBuilder, name: string, input: Tensor) =>
  convolution(b, name, input, {
    ...{ windows: [UNIT_WINDOW, UNIT_WINDOW], spatialAxes: [0, 1] },
    ...{ channelAxis: 2, outputChannels: 2 },
  });

/** What edges say, by the names of the layers. */
function edgesOf(network: Network, { nodes, edges }: Flow) {
  const name = (node: number) => network.layers[nodes[node]!.layer]!.name;
  return edges.map(({ from, to, rows, columns, values }) => ({
    edge: `${name(from)} ${name(to)}`,
    ...{ rows: shown(rows), columns: shown(columns), values },
  }));
}

const PIXELS = [[0], [1], [2], [3]];

test('base layers, joins and inputs are nodes, all else is fused to the last that it is reached from', () => {
  const network = networkOf((b, input) => {
    const a = conv(b, 'a', input);
    const relu = b.positionwise({ name: 'relu', op: 'Relu' }, a);
    const sum = elementwise(b, 'sum', 'Add', [relu, input]);
    b.positionwise({ name: 'tanh', op: 'Tanh' }, concat(b, 'concat', [sum, relu], 2));
  });
  const { nodes } = buildFlow(network, { height: 2, width: 3 });
  const layer = (name: string) => network.layers.findIndex((found) => found.name === name);
  const block = { setRows: 2, setColumns: 2, pixels: Int32Array.of(6, 2, 6, 2) };
  expect(nodes).toMatchObject([
    { kind: 'input', layer: layer('input'), lastBase: -1, fused: [], ...block },
    { kind: 'base', layer: layer('a'), lastBase: layer('a'), fused: [layer('relu')], ...block },
    { kind: 'join', layer: layer('sum'), lastBase: layer('a'), ...block },
  ]);
  expect(nodes[2]!.fused).toEqual([layer('concat'), layer('tanh')]);
  expect([...nodes[2]!.rows]).toEqual([0, 0, 1, 1]);
  expect([...nodes[2]!.columns]).toEqual([0, 0, 0, 1]);
});

describe('edges between the same nodes', () => {
  test('are two where they read other columns of the same rows', () => {
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      const halves = [0, 2].map((start) => slice(b, 'half', a, { axis: WIDTH, start, size: 2 }));
      conv(b, 'b', concat(b, 'concat', halves, 2));
    });
    // Half of 32 values each.
    expect(edgesOf(network, buildFlow(network, 'pixel')).slice(1)).toEqual([
      { edge: 'a b', rows: PIXELS, columns: [[0], [1]], values: 16 },
      { edge: 'a b', rows: PIXELS, columns: [[2], [3]], values: 16 },
    ]);
  });

  test('are one where they read the same, with the most values, whichever comes first', () => {
    const network = networkOf((b, input) => {
      const narrow = (from: Tensor) =>
        b.positionwise({ name: 'norm', op: 'ReduceL2' }, from, { dims: [4, 4, 1], h: 0, w: 1 });
      const a = conv(b, 'a', input);
      elementwise(b, 'b', 'Mul', [narrow(a), a]);
      elementwise(b, 'c', 'Mul', [a, narrow(a)]);
    });
    const edge = { rows: PIXELS, columns: PIXELS, values: 32 };
    expect(edgesOf(network, buildFlow(network, 'pixel'))).toEqual(
      ['input a', 'a b', 'a c'].map((names) => ({ edge: names, ...edge })),
    );
  });
});

test.each([
  ['rows', HEIGHT],
  ['columns', WIDTH],
])('what reads no %s of a node reads nothing of it, and neither does an output', (_, axis) => {
  const network = networkOf((b, input) => {
    const both = concat(b, 'both', [conv(b, 'a', input), conv(b, 'b', input)], axis);
    const last = slice(b, 'last', both, { axis, start: 5, size: 2 });
    b.output(last);
    conv(b, 'c', last);
  });
  const flow = buildFlow(network, 'pixel');
  expect(edgesOf(network, flow).map(({ edge }) => edge)).toEqual(['input a', 'input b', 'b c']);
  const [a, b] = flow.nodes.slice(1);
  expect(a!.outputValues).toEqual([]);
  // A quarter of the 64 values of both is left.
  expect(b!.outputValues).toEqual([8]);
});

test('work of which nothing is read elsewhere is done where something is, or by the last where nothing is', () => {
  /** What a slice of four rows reads: `a` and `b` one under the other, two rows of padding below. */
  const networkFrom = (start: number) =>
    networkOf((b, input) => {
      const both = concat(b, 'both', [conv(b, 'a', input), conv(b, 'b', input)], HEIGHT);
      const dims = [12, 4, 2];
      const rows = { kind: 'window', kernel: 1, stride: 1, dilation: 1, padding: 0 } as const;
      const padded = b.layer({ name: 'padded', op: 'Pad' }, [{ tensor: both, rows, columns: SAME }], {
        dims,
        ...{ h: 0, w: 1 },
      });
      const part = slice(b, 'part', padded, { axis: HEIGHT, start, size: 4 });
      b.output(part);
      elementwise(b, 'join', 'Mul', [part, part]);
    });
  const ownerOf = (start: number) => {
    const network = networkFrom(start);
    const { nodes } = buildFlow(network, 'pixel');
    const nameOf = (layer: number) => network.layers[layer]!.name;
    const owner = nodes.find(({ fused }) => fused.map(nameOf).includes('part'))!;
    return { part: nameOf(owner.layer), join: nameOf(nodes.at(-1)!.lastBase) };
  };
  expect(ownerOf(0)).toEqual({ part: 'a', join: 'a' });
  expect(ownerOf(1)).toEqual({ part: 'b', join: 'b' });
  expect(ownerOf(4)).toEqual({ part: 'b', join: 'b' });
  expect(ownerOf(8)).toEqual({ part: 'b', join: 'b' });
  // What reads only padding waits for nothing, and as an output nothing of it leaves.
  const onlyPadding = networkFrom(8);
  const flow = buildFlow(onlyPadding, 'pixel');
  expect(edgesOf(onlyPadding, flow).map(({ edge }) => edge)).toEqual(['input a', 'input b']);
  expect(flow.nodes.flatMap(({ outputValues }) => outputValues)).toEqual([]);
});

test('more rows and columns than memory holds are refused, by the layer that is too much', () => {
  /** Layers of 2^15 + 2^14 rows and 2^14 columns, so 2^16 of both. */
  const networkOfLayers = (count: number): Network => {
    const shape = { height: 3 * 2 ** 14, width: 2 ** 14, channels: 1 };
    const layers = Array.from({ length: count }, (_, i): Layer => {
      const inputs = i === 0 ? [] : [{ from: i - 1, rows: SAME, columns: SAME }];
      return { name: `layer${i}`, op: i === 0 ? 'Input' : 'Relu', shape, inputs };
    });
    return { name: 'large', layers, outputs: [count - 1], warnings: [] };
  };
  const whole = { height: 2 ** 16, width: 2 ** 16 };
  expect(buildFlow(networkOfLayers(256), whole).nodes).toHaveLength(1);
  expect(() => buildFlow(networkOfLayers(257), whole)).toThrow(
    expect.objectContaining({
      ...{ kind: 'input', code: 'TOO_LARGE' },
      message: expect.stringMatching(/^layer layer256: /),
    }),
  );
});

describe('of what a layer has from nodes, is left out what something else stands for', () => {
  const lists = (...sets: readonly number[]): SetLists => sets.map((set) => Int32Array.of(set));
  const offer: Offer = { node: 1, rows: lists(0, 1), columns: lists(0), values: 8, fewestValues: 4 };

  test.each<[string, Offer, boolean]>([
    ['the same', { ...offer, rows: lists(0, 1), columns: lists(0) }, true],
    ['fewer values', { ...offer, values: 7 }, true],
    ['fewer on the way', { ...offer, fewestValues: 3 }, true],
    ['more values', { ...offer, values: 9 }, false],
    ['more on the way', { ...offer, fewestValues: 5 }, false],
    ['more values, fewer on the way', { ...offer, values: 9, fewestValues: 3 }, false],
    ['fewer values, more on the way', { ...offer, values: 7, fewestValues: 5 }, false],
    ['another node', { ...offer, node: 2 }, false],
    ['other rows', { ...offer, rows: lists(0, 2) }, false],
    ['other columns', { ...offer, columns: lists(1) }, false],
  ])('%s', (_, other, isLeftOut) => {
    expect(distinct([offer, other])).toEqual(isLeftOut ? [offer] : [offer, other]);
  });
});
