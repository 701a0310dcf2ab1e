import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { gpeuOperationsPerCycleOf } from '../../src/architecture/normal-chip.ts';
import { architecturePresets, paper } from '../../src/architecture/presets.ts';
import { mapEvenIfTooLarge, mapNetwork } from '../../src/map/mapping.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { isBase, mvms, type Network } from '../../src/network/network.ts';
import {
  concat,
  convolution,
  elementwise,
  matmul,
  pooling,
  reduce,
  reshape,
  resize,
  transpose,
  UNIT_WINDOW,
} from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { buildGraph } from '../../src/simulate/build-graph.ts';
import type { SimulationGraph, SimulationNode } from '../../src/simulate/model/graph.ts';
import { gpeuOperations } from '../../src/workload/gpeu-work.ts';
import { formatGranularity, parseGranularity } from '../../src/workload/granularity.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { cpuMs } from '../cpu-ms.ts';
import { operatorNetwork, rawNetwork, scheduleCase } from '../reference/random-network.ts';
import { referenceSchedule } from '../reference/reference.ts';

/** When every set is finished where movement, buffers and the GPEU cost nothing; input i of set k at k + i·n. */
function freeFinishes({ nodes, edges, batch, mvmIntervalCycles = 1 }: SimulationGraph): number[][] {
  const incoming = nodes.map((_, number) => edges.filter(({ to }) => to === number));
  const finishes: number[][] = [];
  const setsOf = ({ setRows, setColumns }: SimulationNode) => setRows * setColumns;
  nodes.forEach((node, number) => {
    const sets = setsOf(node);
    const finish: number[] = [];
    let previousStart = 0;
    for (let n = 0; n < sets * batch; n++) {
      const k = n % sets;
      const input = Math.floor(n / sets);
      let start = 0;
      for (const { from, rows, columns } of incoming[number]!) {
        const before = nodes[from]!;
        for (const row of rows[Math.floor(k / node.setColumns)]!) {
          for (const column of columns[k % node.setColumns]!) {
            const read = input * setsOf(before) + row * before.setColumns + column;
            start = Math.max(start, finishes[from]![read]!);
          }
        }
      }
      if (node.kind === 'base') {
        start = Math.max(start, previousStart, finish[n - node.copies.length] ?? 0);
        previousStart = start;
      }
      finish[n] = start + (node.kind === 'base' ? node.durations[k]! / mvmIntervalCycles : 0);
    }
    finishes.push(finish);
  });
  return finishes;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

/** Layers that outputs of the network are, or stem from through fused layers. */
function behindOutputs({ layers, outputs }: Network): Set<number> {
  const found = new Set(outputs);
  for (let index = layers.length - 1; index >= 0; index--) {
    const { op, inputs } = layers[index]!;
    const isFused = !isBase(layers[index]!) && (inputs.length === 1 || op === 'Concat');
    if (found.has(index) && isFused) for (const { from } of inputs) found.add(from);
  }
  return found;
}

/** Work and traffic are spread over sets without a rest. */
function expectConservation(network: Network, architecture: Architecture, graph: SimulationGraph): void {
  const { activationBits } = architecture;
  const behind = behindOutputs(network);
  let gpeuCycles = 0;
  for (const node of graph.nodes) {
    const layer = network.layers[node.layer]!;
    const { height, width, channels } = layer.shape;
    const sets = node.setRows * node.setColumns;
    for (const perSet of [node.durations, node.gpeuCycles, node.resultBits])
      expect(perSet).toHaveLength(sets);
    expect(sum(node.resultBits)).toBe(height * width * channels * activationBits);
    if (node.outputBits !== undefined) {
      expect(behind).toContain(node.layer);
      expect(node.outputBits).toHaveLength(sets);
      expect(sum(node.outputBits)).toBeLessThanOrEqual(sum(node.resultBits));
    } else if (network.outputs.includes(node.layer)) {
      throw new Error(`${node.name} is an output and leaves no bits`);
    }
    gpeuCycles += sum(node.gpeuCycles);
    if (node.kind === 'base') expect(sum(node.durations)).toBe(mvms(layer) * graph.mvmIntervalCycles!);
    if (node.kind === 'input') expect(sum(node.durations)).toBe(0);
    if (node.kind === 'join') gpeuCycles += sum(node.durations);
  }
  const expected = network.layers
    .filter((layer) => !isBase(layer) && layer.inputs.length > 0)
    .map((layer) => {
      const perCycle = gpeuOperationsPerCycleOf(architecture.chip ?? {}, layer.op);
      return perCycle === undefined ? 0 : Math.ceil(gpeuOperations(network, layer) / perCycle);
    });
  expect(gpeuCycles).toBe(sum(expected));
  for (const edge of graph.edges) {
    const from = graph.nodes[edge.from]!;
    const to = graph.nodes[edge.to]!;
    expect(edge.from).toBeLessThan(edge.to);
    expect([edge.rows.length, edge.columns.length]).toEqual([to.setRows, to.setColumns]);
    expect(edge.bits).toHaveLength(from.setRows * from.setColumns);
    expect(sum(edge.bits)).toBeLessThanOrEqual(sum(from.resultBits));
    const last = (lists: readonly Int32Array[]) => Math.max(...lists.map((list) => list.at(-1) ?? 0));
    expect(last(edge.rows)).toBeLessThan(from.setRows);
    expect(last(edge.columns)).toBeLessThan(from.setColumns);
  }
}

const withGpeu: Architecture = { ...paper, chip: { clockNs: 100, gpeuOperationsPerCycle: 3 } };

describe('with free movement the graph gives the schedule', () => {
  test.each([
    ['of operators', operatorNetwork(), 400],
    ['of arbitrary reads', rawNetwork(), 400],
  ])(
    'on random networks %s',
    (_, networks, numRuns) => {
      fc.assert(
        fc.property(scheduleCase(networks), fc.integer({ min: 1, max: 3 }), (drawn, batch) => {
          const { network, copies, granularity } = drawn;
          const mapping = mapNetwork(network, paper, { duplication: copies, extraPes: 2 ** 30 });
          const graph = buildGraph(network, mapping, withGpeu, { granularity, batch });
          const finishes = freeFinishes(graph);
          const reference = referenceSchedule(network, copies, granularity, batch);
          for (const { layer, finish } of reference.layers) {
            const number = graph.nodes.findIndex((node) => node.layer === layer);
            expect(finishes[number]).toEqual(finish);
          }
          expectConservation(network, withGpeu, graph);
        }),
        { numRuns },
      );
    },
    120_000,
  );

  test.each([
    ['tinyyolov4', 'row', 32, 5109],
    ['tinyyolov4', '4x4', 16, 8324],
    ['tinyyolov3', 'pixel', 32, 7345],
    ['vgg16', 'row', 32, 8540],
    ['resnet50', 'pixel', 32, 1865],
    ['resnet152', 'row', 32, 5138],
    ['mobilenetv2', 'pixel', 0, undefined],
    ['vitb16', 'row', 100, undefined],
    ['bertbase', 'pixel', 100, undefined],
  ] as const)('%s at %s sets with %i more PEs', (name, sets, extraPes, cycles) => {
    const network = zooNetwork(name);
    const granularity = parseGranularity(sets);
    const mapping = mapNetwork(network, paper, { extraPes });
    const graph = buildGraph(network, mapping, paper, { granularity });
    const expected = schedule(network, paper, { granularity, extraPes, keepSets: true });
    const finishes = freeFinishes(graph);
    for (const { layer, count, finish } of expected.sets ?? []) {
      const number = graph.nodes.findIndex((node) => node.layer === layer);
      expect(finishes[number]).toEqual(Array.from({ length: count }, (_, k) => finish(k)));
    }
    expect(expected.cycles).toBe(cycles ?? expected.cycles);
    expectConservation(network, paper, graph);
  });
});

describe('the graph of a network by hand', () => {
  /** A network on 8 x 8 positions of 2 channels. */
  const networkOf = (layers: (b: NetworkBuilder, input: Tensor) => void) => {
    const b = new NetworkBuilder('by hand');
    layers(b, b.input('input', { dims: [8, 8, 2], h: 0, w: 1 }));
    return b.build();
  };
  const conv = (b: NetworkBuilder, name: string, input: Tensor, outputChannels = 2) =>
    convolution(b, name, input, {
      windows: [UNIT_WINDOW, UNIT_WINDOW],
      spatialAxes: [0, 1],
      channelAxis: 2,
      outputChannels,
    });
  const maxPool = (b: NetworkBuilder, input: Tensor) => {
    const window = { ...UNIT_WINDOW, kernel: 2, stride: 2 };
    return pooling(b, 'pool', input, { op: 'MaxPool', windows: [window, window], spatialAxes: [0, 1] });
  };
  const graphOf = (network: Network, architecture = paper, options = {}) =>
    buildGraph(network, mapNetwork(network, architecture), architecture, options);
  const named = (graph: SimulationGraph, name: string): SimulationNode =>
    graph.nodes.find((node) => node.name === name)!;

  test('a path is one edge, cut where it is narrowest', () => {
    const network = networkOf((b, input) => {
      const pooled = maxPool(b, conv(b, 'a', input));
      const large = resize(b, 'up', pooled, { dims: [16, 16, 2], mode: 'nearest' });
      conv(b, 'b', large);
    });
    const graph = graphOf(network, paper, { granularity: 'row' });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['input', 'a', 'b']);
    const [, edge] = graph.edges;
    // The pooled map, 4 x 4 x 2 values of 8 bits, over 8 rows.
    expect(Array.from(edge!.bits)).toEqual(new Array(8).fill(32));
    // Rows 0 to 3 of b stem from row 0 of the pooled map, which is rows 0 and 1 of a.
    expect(edge!.rows.slice(3, 5).map((list) => Array.from(list))).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test('a concat passes on what each of its operands has', () => {
    const network = networkOf((b, input) => {
      const left = conv(b, 'left', input, 2);
      const right = conv(b, 'right', input, 6);
      // Half of the values of the concat, a quarter of which come from `left`, are left of it after the pooling.
      conv(b, 'c', maxPool(b, concat(b, 'concat', [left, right], 2)));
    });
    const graph = graphOf(network);
    const bits = graph.edges.slice(2).map((edge) => sum(edge.bits));
    expect(bits).toEqual([4 * 4 * 2 * 8, 4 * 4 * 6 * 8]);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['input', 'left', 'right', 'c']);
  });

  /** Bits of every set that leaves the chip. */
  const leaving = (graph: SimulationGraph, name: string) => {
    const { outputBits } = named(graph, name);
    return outputBits === undefined ? undefined : Array.from(outputBits);
  };
  const rows = { granularity: 'row' } as const;
  const globalPool = (b: NetworkBuilder, input: Tensor) =>
    reduce(b, { name: 'mean', op: 'GlobalAveragePool' }, input, [0, 1]);

  test('an output leaves the chip, and is read inside as well', () => {
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      b.output(a);
      b.output(conv(b, 'b', a, 3));
      conv(b, 'unread', a);
    });
    const graph = graphOf(network, paper, rows);
    // Rows of 8 positions of 2 and of 3 values of 8 bits.
    expect(leaving(graph, 'a')).toEqual(new Array(8).fill(8 * 2 * 8));
    expect(leaving(graph, 'b')).toEqual(new Array(8).fill(8 * 3 * 8));
    expect(graph.edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [1, 3],
    ]);
    // What nobody reads stays where it is if it is no output, and inputs never leave.
    expect(named(graph, 'unread')).not.toHaveProperty('outputBits');
    expect(named(graph, 'input')).not.toHaveProperty('outputBits');
  });

  test('a global pooling behind the last layer leaves with its own size', () => {
    const network = networkOf((b, input) => globalPool(b, conv(b, 'a', input, 6)));
    const graph = graphOf(network, paper, { granularity: { height: 3, width: 8 } });
    // 6 values of 8 bits over 24, 24 and 16 of 64 positions.
    expect(leaving(graph, 'a')).toEqual([18, 18, 12]);
    expect(sum(named(graph, 'a').resultBits)).toBe(8 * 8 * 6 * 8);
  });

  test('an output is cut where its path is narrowest', () => {
    const network = networkOf((b, input) => {
      resize(b, 'up', maxPool(b, conv(b, 'a', input)), { dims: [16, 16, 2], mode: 'nearest' });
    });
    expect(leaving(graphOf(network, paper, rows), 'a')).toEqual(new Array(8).fill((4 * 4 * 2 * 8) / 8));
  });

  test('of several outputs of one node the greatest counts, set by set', () => {
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      globalPool(b, a);
      maxPool(b, a);
    });
    expect(leaving(graphOf(network, paper, rows), 'a')).toEqual(new Array(8).fill((4 * 4 * 2 * 8) / 8));
    const same = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      for (const op of ['Relu', 'Sigmoid']) b.output(b.positionwise({ name: op, op }, a));
      b.output(a);
    });
    expect(leaving(graphOf(same, paper, rows), 'a')).toEqual(new Array(8).fill(8 * 2 * 8));
  });

  test('an output made of several nodes leaves from each of them', () => {
    const network = networkOf((b, input) => {
      const left = conv(b, 'left', input, 2);
      const sum = elementwise(b, 'sum', 'Add', [conv(b, 'right', input, 6), conv(b, 'other', input, 6)]);
      maxPool(b, concat(b, 'concat', [left, sum], 2));
    });
    const graph = graphOf(network, paper, rows);
    // A quarter of the positions is left behind the pooling.
    expect(leaving(graph, 'left')).toEqual(new Array(8).fill((8 * 2 * 8) / 4));
    expect(leaving(graph, 'sum')).toEqual(new Array(8).fill((8 * 6 * 8) / 4));
    expect(leaving(graph, 'right')).toBeUndefined();
  });

  test('the products of a MatMul of two activations take the GPEU', () => {
    const network = networkOf((b, input) => {
      const [q, k] = ['q', 'k'].map((name) => reshape(b, `${name}s`, conv(b, name, input), [64, 2]));
      matmul(b, 'scores', q!, transpose(k!, [1, 0]));
    });
    const graph = graphOf(network, { ...paper, chip: { gpeuOperationsPerCycle: 2 } });
    expect(sum(named(graph, 'scores').durations)).toBe((64 * 64 * 2) / 2);
  });

  test('operands that read the same count once', () => {
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      conv(b, 'b', concat(b, 'concat', [a, a], 2));
      elementwise(b, 'double', 'Add', [a, a]);
    });
    const graph = graphOf(network);
    expect(graph.edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [1, 3],
    ]);
  });

  test('of equal edges the widest one counts', () => {
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      const narrow = b.positionwise({ name: 'norm', op: 'ReduceL2' }, a, { dims: [8, 8, 1], h: 0, w: 1 });
      conv(b, 'b', concat(b, 'left', [narrow, a], 2));
      conv(b, 'c', concat(b, 'right', [a, narrow], 2));
      elementwise(b, 'd', 'Mul', [narrow, a]);
    });
    const edges = graphOf(network).edges.slice(1);
    expect(edges.map(({ bits }) => sum(bits))).toEqual(new Array(3).fill(8 * 8 * 2 * 8));
  });

  test('joins have the classes of their operands and are where the last base layer is', () => {
    const chip = { meshRows: 2, meshColumns: 2, pesPerTile: 1 };
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      const c = conv(b, 'c', a);
      const sum = elementwise(b, 'sum', 'Add', [a, c]);
      elementwise(b, 'twice', 'Mul', [sum, input]);
    });
    const graph = graphOf(network, { ...paper, chip }, { granularity: { height: 3, width: 8 } });
    expect(named(graph, 'sum')).toMatchObject({ kind: 'join', setRows: 3, setColumns: 1 });
    expect(Array.from(named(graph, 'sum').resultBits)).toEqual([3, 3, 2].map((rows) => rows * 8 * 2 * 8));
    expect(named(graph, 'sum').copies).toEqual([{ tiles: [1], partialBitsPerPixel: [] }]);
    expect(named(graph, 'twice').copies).toEqual(named(graph, 'c').copies);
  });

  test('the GPEU work of fused layers belongs to the last node that they are reached from', () => {
    const chip = { gpeuOperationsPerCycle: { MaxPool: 4, Add: 1, default: 2 } };
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      const relu = b.positionwise({ name: 'relu', op: 'Relu' }, a);
      const c = conv(b, 'c', input);
      maxPool(b, concat(b, 'concat', [c, relu], 2));
      elementwise(b, 'sum', 'Add', [relu, input]);
    });
    const graph = graphOf(network, { ...paper, chip }, { granularity: 'row' });
    expect(Array.from(named(graph, 'a').gpeuCycles)).toEqual(new Array(8).fill(8));
    // 4 x 4 x 4 values of 2 x 2 positions, 4 per cycle: 64 cycles over 8 rows.
    expect(Array.from(named(graph, 'c').gpeuCycles)).toEqual(new Array(8).fill(8));
    expect(Array.from(named(graph, 'sum').durations)).toEqual(new Array(8).fill(16));
    expect(Array.from(named(graph, 'input').gpeuCycles)).toEqual(new Array(8).fill(0));
  });

  test('what reads everything shares one list', () => {
    const network = networkOf((b, input) => {
      const a = conv(b, 'a', input);
      conv(b, 'b', b.everything({ name: 'softmax', op: 'Softmax' }, [a], a));
    });
    const [, edge] = graphOf(network).edges;
    expect(new Set(edge!.rows).size).toBe(1);
    expect(Array.from(edge!.rows[0]!)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('lbl has pixel sets, and the clock makes MVMs longer', () => {
    const network = networkOf((b, input) => conv(b, 'a', input));
    const architecture = { ...paper, chip: { clockNs: 300 } };
    const graph = graphOf(network, architecture, { granularity: 'row', scheduling: 'lbl', batch: 2 });
    expect(graph).toMatchObject({ mvmCycles: 5, batch: 2, scheduling: 'lbl' });
    expect(Array.from(named(graph, 'a').durations)).toEqual(new Array(64).fill(5));
  });

  test('sets that are too large or too many are refused in one line', () => {
    const b = new NetworkBuilder('large');
    const input = b.input('input', { dims: [20000, 20000, 64], h: 0, w: 1 });
    conv(b, 'a', input, 64);
    const network = b.build();
    expect(() => graphOf(network)).toThrow(/layer input: .* more sets than .* use larger ones, such as row/);
    expect(() => graphOf(network, paper, { granularity: { height: 20000, width: 20000 } })).toThrow(
      /^layer input: the bits of one set do not fit 32 bits; use smaller sets$/,
    );
    expect(() => graphOf(network, paper, { batch: 0 })).toThrow(/^batch: must be a whole number from 1/);
  });
});

test.each(architecturePresets.map((preset) => [preset.name, preset] as const))(
  'every preset takes resnet50: %s',
  (_, preset) => {
    const network = zooNetwork('resnet50');
    // A simulation has all weights on the chip, so a small one gets the PEs that are missing.
    const { minimumPes } = mapEvenIfTooLarge(network, preset);
    const { pes = minimumPes, ...open } = preset;
    const chip = { ...open, pes: Math.max(pes, minimumPes) };
    const graph = buildGraph(network, mapNetwork(network, chip), chip, { granularity: 'row' });
    expectConservation(network, chip, graph);
  },
);

test('a graph of 85,000 sets is quickly built', () => {
  const network = zooNetwork('resnet152');
  const mapping = mapNetwork(network, paper, { extraPes: 32 });
  const times = Array.from({ length: 10 }, () => {
    const before = cpuMs();
    buildGraph(network, mapping, paper, { granularity: parseGranularity('pixel') });
    return cpuMs() - before;
  });
  console.log(`${formatGranularity('pixel')}: ${times.map((ms) => ms.toFixed(1)).join(' ')} ms`);
  // Generous: what it must not be is quadratic.
  expect(Math.min(...times)).toBeLessThan(200);
});
