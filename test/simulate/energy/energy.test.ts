import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import type { CrossbarClass } from '../../../src/architecture/crossbar.ts';
import { crossbarClasses } from '../../../src/architecture/normal-architecture.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { NetworkBuilder } from '../../../src/network/builder.ts';
import { concat, convolution, elementwise, UNIT_WINDOW } from '../../../src/network/operators/index.ts';
import type { Tensor } from '../../../src/network/tensor.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { energyOf } from '../../../src/simulate/energy/energy.ts';
import { workPart } from '../../../src/workload/parts.ts';
import { prepare } from '../../../src/workload/workload.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

/** Two classes of crossbars with figures of their own. */
const twoClasses: Architecture = {
  ...{ name: 'two', weightBits: 8, cellBits: 8, differentialPairs: false, activationBits: 8, dacBits: 8 },
  mvmLatencyNs: 100,
  crossbars: [
    { name: 'large', crossbarRows: 256, crossbarColumns: 256, pes: 10, mvmEnergyPj: 7, peAreaMm2: 0.5 },
    { name: 'small', crossbarRows: 64, crossbarColumns: 64, pes: 20, peAreaMm2: 0.25 },
  ],
  chip: { adcEnergyPj: 2, routerAreaMm2: 3 },
};

describe('energy', () => {
  const counts = {
    ...{ peMvms: 10, bufferReadBits: 20, bufferWriteBits: 30, hopBits: 40, gpeuOperations: 50 },
    ...{ offChipBits: 60, tileNs: 140 },
  };

  test('is counts times figures, of those that are there', () => {
    const chip = { bufferReadEnergyPjPerBit: 0.5, hopEnergyPjPerBit: 0.25, leakageMw: 3 };
    const architecture: Architecture = { ...paper, chip: { ...chip, adcEnergyPj: 2, dacEnergyPj: 1 } };
    const [crossbar] = crossbarClasses(architecture);
    expect(energyOf(chip, [{ counts, crossbar }])).toEqual({
      total: 20 + 10 + 10 + 10 + 420,
      parts: { adc: 20, dac: 10, bufferRead: 10, hop: 10, leakage: 420 },
      // Half of the parts of an MVM have figures, so that nobody takes it for one with no energy besides.
      missing: ['crossbar', 'bufferWrite', 'gpeu', 'offChip'],
    });
  });

  test('of what nothing is known of is null, of what did not happen 0', () => {
    const all = ['mvm', 'bufferRead', 'bufferWrite', 'hop', 'gpeu', 'offChip', 'leakage'];
    expect(energyOf({}, [{ counts }])).toEqual({ total: null, parts: {}, missing: all });
    expect(energyOf({}, [{ counts: { hopBits: 0 } }])).toEqual({ total: 0, parts: {}, missing: [] });
    // A figure of what did not happen tells nothing of what did.
    const shares = [{ counts: { hopBits: 0, tileNs: 5 } }];
    expect(energyOf({ hopEnergyPjPerBit: 1 }, shares)).toEqual({
      ...{ total: null, parts: { hop: 0 }, missing: ['leakage'] },
    });
    expect(energyOf({ hopEnergyPjPerBit: 1, leakageMw: 0 }, shares).total).toBe(0);
  });

  test('of MVMs is that of their crossbars, and shares add up', () => {
    const [large, small] = crossbarClasses(twoClasses);
    const share = (crossbar: CrossbarClass | undefined, peMvms: number) => ({ counts: { peMvms }, crossbar });
    // The whole energy of a large one, and of a small one only the ADCs, as the chip says.
    const shares = [share(large, 3), share(small, 5), share(large, 1), { counts: { hopBits: 9 } }];
    const missing = ['dac', 'crossbar'];
    expect(energyOf(twoClasses.chip!, shares)).toEqual({
      ...{ total: 28 + 10, parts: { mvm: 28, adc: 10 }, missing: [...missing, 'hop'] },
    });
    expect(energyOf(twoClasses.chip!, [shares[1]!])).toEqual({ total: 10, parts: { adc: 10 }, missing });
  });

  test('sums of counts are exact before they are multiplied', () => {
    const shares = Array.from({ length: 10 }, () => ({ counts: { hopBits: 1 } }));
    expect(energyOf({ hopEnergyPjPerBit: 0.1 }, shares).total).toBe(1);
  });
});

describe('counts of layers', () => {
  test('bits are read as often as sets read them', () => {
    const network = zooNetwork('tinyyolov4');
    const graph = buildGraph(network, mapNetwork(network, paper), paper, { granularity: 'row', batch: 2 });
    const bits = graph.nodes.map(() => 0);
    for (const edge of graph.edges) {
      const { setColumns } = graph.nodes[edge.from]!;
      for (const row of edge.rows.flatMap((list) => Array.from(list))) {
        for (const column of edge.columns.flatMap((list) => Array.from(list))) {
          bits[edge.to]! += edge.bits[row * setColumns + column]!;
        }
      }
    }
    const work = prepare(network, paper, { granularity: 'row' }).part(workPart);
    expect(work.readBits).toEqual(bits);
  });

  test('the work of fused layers belongs to the last node that they are reached from', () => {
    const b = new NetworkBuilder('fused');
    const conv = (name: string, input: Tensor) =>
      convolution(b, name, input, {
        ...{ windows: [UNIT_WINDOW, UNIT_WINDOW], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 4 },
      });
    const input = b.input('input', { dims: [8, 8, 4], h: 0, w: 1 });
    const first = elementwise(b, 'relu', 'Relu', [conv('first', input)]);
    const second = elementwise(b, 'relu6', 'Relu', [conv('second', first)]);
    const both = elementwise(b, 'sigmoid', 'Sigmoid', [concat(b, 'concat', [first, second], 2)]);
    elementwise(b, 'add', 'Add', [conv('third', both), first]);
    const network = b.build();
    const graph = buildGraph(network, mapNetwork(network, paper), paper, { batch: 3 });
    const operations = Object.fromEntries(
      prepare(network, paper)
        .part(workPart)
        .gpeuOperations.map((count, node) => [graph.nodes[node]!.name, 3 * count]),
    );
    const map = 8 * 8 * 4;
    expect(operations).toEqual({
      ...{ input: 0, first: 3 * map, third: 0, add: 3 * map },
      // Its own ReLU, and the sigmoid behind the concatenation, of 8 channels.
      second: 3 * (map + 2 * map),
    });
  });
});
