import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Layer, Network } from '../../src/network/network.ts';
import { convolution, elementwise, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { flowPart, indexPart, workPart } from '../../src/workload/parts.ts';
import { workOf } from '../../src/workload/work.ts';
import { prepare } from '../../src/workload/workload.ts';

/** A network on so many rows and columns of positions of 2 channels. */
function networkOf(layers: (b: NetworkBuilder, input: Tensor) => void, size = 4): Network {
  const b = new NetworkBuilder('by hand');
  layers(b, b.input('input', { dims: [size, size, 2], h: 0, w: 1 }));
  return b.build();
}

const conv = (b: NetworkBuilder, name: string, input: Tensor, kernel = 1) => {
  const window = { ...UNIT_WINDOW, kernel, before: (kernel - 1) / 2, after: (kernel - 1) / 2 };
  return convolution(b, name, input, {
    ...{ windows: [window, window], spatialAxes: [0, 1] },
    ...{ channelAxis: 2, outputChannels: 3 },
  });
};

const relu = (b: NetworkBuilder, input: Tensor) => b.positionwise({ name: 'relu', op: 'Relu' }, input);

/** An input, `a`, `b` of 3 x 3 kernels with a ReLU, the sum of both, and two layers behind it. */
const network = networkOf((b, input) => {
  const a = conv(b, 'a', input);
  const last = relu(b, conv(b, 'b', a, 3));
  const sum = elementwise(b, 'sum', 'Add', [last, a]);
  relu(b, b.positionwise({ name: 'half', op: 'Sample', operations: 7 }, sum));
});

describe('for one inference', () => {
  const work = () => prepare(network, paper).part(workPart);

  test('the GPEU does the operations of joins and fused layers', () => {
    const { nodes, gpeuOperations } = work();
    expect(nodes.map(({ name }) => name)).toEqual(['input', 'a', 'b', 'sum']);
    // 48 values each, but for the layer that says what it does.
    expect(gpeuOperations).toEqual([0, 0, 48, 48 + 7 + 48]);
  });

  test('sets read along every edge as often as they read', () => {
    // Rows and columns are read by 2, 3, 3 and 2 of four windows: pixels of 3 values of 8 bits by 10 · 10 in all.
    expect(work().readBits).toEqual([0, 4 * 4 * 2 * 8, 10 * 10 * 3 * 8, 2 * (4 * 4 * 3 * 8)]);
  });

  test('sets of other sizes are read as often as they are', () => {
    const granularity = { height: 3, width: 4 };
    const { readBits } = prepare(network, paper, { granularity }).part(workPart);
    // Both sets, of 3 rows and of 1, are read by both.
    expect(readBits[2]).toBe(2 * (4 * 4 * 3 * 8));
    const wide = prepare(network, paper, { granularity: { height: 3, width: 1 } }).part(workPart);
    expect(wide.readBits[2]).toBe(2 * 10 * (4 * 3 * 8));
    const high = prepare(network, paper, { granularity: { height: 1, width: 3 } }).part(workPart);
    expect(high.readBits[2]).toBe(2 * 10 * (4 * 3 * 8));
  });
});

test('an input takes the GPEU no time, whatever it is called', () => {
  const camera = network.layers.map(
    (layer): Layer => (layer.name === 'input' ? { ...layer, op: 'Camera' } : layer),
  );
  const architecture = { ...paper, chip: { gpeuOperationsPerCycle: 1 } };
  const [input] = prepare({ ...network, layers: camera }, architecture).part(workPart).nodes;
  expect(input).toMatchObject({ kind: 'input', op: 'Camera', durations: new Int32Array(16) });
});

test.each([
  ['cycles of MVMs', { clockNs: 1e-3 }, /^layer a: the cycles of /],
  // 12288 values each take 1.2e9 cycles, and two such layers are fused to `b`.
  ['cycles of fused layers', { gpeuOperationsPerCycle: { Relu: 1e-5 } }, /^layer b: the GPEU cycles of /],
  ['cycles of joins', { gpeuOperationsPerCycle: { Add: 1e-6 } }, /^layer sum: the cycles of /],
])('%s of one set fit 32 bits, or are refused by what they are', (_, chip, message) => {
  const large = networkOf((b, input) => {
    const a = conv(b, 'a', input);
    elementwise(b, 'sum', 'Add', [relu(b, relu(b, conv(b, 'b', a))), a]);
  }, 64);
  const granularity = { height: 64, width: 64 };
  expect(prepare(large, paper, { granularity }).part(workPart).nodes).toHaveLength(4);
  expect(() => prepare(large, { ...paper, chip }, { granularity }).part(workPart)).toThrow(
    expect.objectContaining({
      ...{ kind: 'input', code: 'TOO_LARGE' },
      message: expect.stringMatching(message),
    }),
  );
});

test('more sets than memory holds are refused, by the layer that is too much', () => {
  const workload = prepare(network, paper);
  const { nodes, edges } = workload.part(flowPart);
  /** All as it is, but that the input says that it has so many sets. */
  const workOfSets = (sets: number) => {
    const [input, ...others] = nodes;
    const flow = { nodes: [{ ...input!, setRows: 1, setColumns: sets - 3 * 16 }, ...others], edges };
    return workOf(network, flow, workload.part(indexPart), workload.architecture);
  };
  expect(workOfSets(2 ** 26).nodes).toHaveLength(4);
  expect(() => workOfSets(2 ** 26 + 1)).toThrow(
    expect.objectContaining({
      ...{ kind: 'input', code: 'OUT_OF_MEMORY' },
      message: expect.stringMatching(/^layer sum: .* more sets /),
    }),
  );
});
