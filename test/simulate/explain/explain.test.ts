import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import type { Chip } from '../../../src/architecture/chip.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { NetworkBuilder } from '../../../src/network/builder.ts';
import type { Network } from '../../../src/network/network.ts';
import { convolution, elementwise, UNIT_WINDOW } from '../../../src/network/operators/index.ts';
import type { Tensor } from '../../../src/network/tensor.ts';
import { readArchitecture } from '../../../src/node/architecture.ts';
import { explanationText, sentences } from '../../../src/report/explanation.ts';
import { markdown } from '../../../src/report/markdown.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { criticalPath } from '../../../src/simulate/critical/critical-path.ts';
import { explain } from '../../../src/simulate/explain/explain.ts';
import { simulateGraph } from '../../../src/simulate/play/engine.ts';
import { type SimulationOptions, simulate } from '../../../src/simulate/simulate.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

/** Two 1x1 convolutions on 8 x 8 x 4 values, each on one PE, and a ReLU between them. */
function twoLayers(): Network {
  const b = new NetworkBuilder('two layers');
  const conv = (name: string, input: Tensor) =>
    convolution(b, name, input, {
      windows: [UNIT_WINDOW, UNIT_WINDOW],
      spatialAxes: [0, 1],
      channelAxis: 2,
      outputChannels: 4,
    });
  const input = b.input('input', { dims: [8, 8, 4], h: 0, w: 1 });
  conv('second', elementwise(b, 'relu', 'Relu', [conv('first', input)]));
  return b.build();
}

/** Two tiles of one PE, an MVM of 10 cycles, and what else is given. */
function twoTiles(chip: Chip): Architecture {
  return {
    ...paper,
    mvmLatencyNs: 10,
    chip: { clockNs: 1, meshRows: 1, meshColumns: 2, pesPerTile: 1, ...chip },
  };
}

/** The resources that an explanation names: what limits most, and what to grow first. */
function named(chip: Chip, options: SimulationOptions = {}) {
  const { limits, growFirst } = explain(twoLayers(), twoTiles(chip), options);
  return { limit: limits[0]?.resource, growFirst: growFirst?.resource };
}

test('where values spill, a port without limit is the widest one', () => {
  const small: Chip = { offChipBitsPerCycle: 1, inputBufferBytes: 8 };
  const { cycles, limits, skipped } = explain(twoLayers(), twoTiles(small), { granularity: 'row' });
  const wide = twoTiles({ ...small, offChipBitsPerCycle: 2 ** 31 - 1 });
  const { spill, ...run } = simulate(twoLayers(), wide, { granularity: 'row' });
  expect(spill!.spilledBits).toBeGreaterThan(0);
  expect(run.cycles).toBeLessThan(cycles / 2);
  expect(limits).toContainEqual(
    expect.objectContaining({ resource: 'offChipBitsPerCycle', cycles: run.cycles }),
  );
  expect(skipped.map(({ resource }) => resource)).not.toContain('offChipBitsPerCycle');
});

/** Much of everything: takes a little time and limits nothing. */
const ample: Chip = {
  linkBitsPerCycle: 64,
  hopCycles: 1,
  inputBufferBytes: 1000,
  outputBufferBytes: 1000,
  gpeuOperationsPerCycle: 16,
  offChipBitsPerCycle: 64,
};

describe('what limits is known', () => {
  test.each([
    ['a narrow link', { linkBitsPerCycle: 1 }, 'linkBitsPerCycle'],
    ['slow GPEUs', { gpeuOperationsPerCycle: 0.1 }, 'gpeuOperationsPerCycle'],
    ['slow GPEUs for one op', { gpeuOperationsPerCycle: { Relu: 0.1 } }, 'gpeuOperationsPerCycle'],
    ['a slow port', { offChipBitsPerCycle: 1 }, 'offChipBitsPerCycle'],
    ['slow routers', { hopCycles: 200 }, 'hopCycles'],
    // Room for one value: the next one is sent when the one before has been read, 8 + 1 cycles before it is there.
    ['small input buffers', { inputBufferBytes: 4, hopCycles: 8 }, 'inputBufferBytes'],
  ] as const)('%s', (_, chip: Chip, resource) => {
    const { limit, growFirst } = named({ ...ample, ...chip });
    expect(growFirst).toBe(resource);
    expect(limit).toBe(resource);
  });

  test('small output buffers', () => {
    // The windows take all: one value each of input and first layer. It leaves for 8 cycles before the 10 of the next
    // MVM begin: wider links help, but less than twice the room.
    const { limits, growFirst } = explain(
      twoLayers(),
      twoTiles({ linkBitsPerCycle: 4, outputBufferBytes: 8 }),
    );
    expect(growFirst?.resource).toBe('outputBufferBytes');
    expect(limits.find(({ resource }) => resource === 'outputBufferBytes')!.share).toBeGreaterThan(0.3);
  });

  test('a chip that costs nothing: MVMs only, and the bottleneck layer by its name', () => {
    const explanation = explain(zooNetwork('tinyyolov4'), paper, { granularity: 'row' });
    expect(explanation).toMatchObject({ limits: [], growFirst: { resource: 'pes' } });
    expect(explanation.cycles).toBe(explanation.idealCycles);
    expect(explanation.bottleneck).toEqual({ layer: 'conv2d', copies: 1, mvmCycles: 43264 });
    const text = sentences(explanation).join('\n');
    expect(text).toContain('Nothing but the MVMs of the layers limits this chip.');
    expect(text).toContain('The bottleneck layer is conv2d:');
  });

  test('with no room for more PEs and ample resources nothing gains much', () => {
    const { growths } = explain(twoLayers(), twoTiles(ample));
    expect(growths.map(({ resource }) => resource)).not.toContain('pes');
    for (const { share } of growths) expect(share).toBeLessThan(0.05);
  });
});

describe('what is said of grown resources', () => {
  test('is what a simulation of the grown chip gives', () => {
    const chip: Chip = { ...ample, linkBitsPerCycle: 1 };
    const { growFirst, limits, cycles } = explain(twoLayers(), twoTiles(chip));
    const { linkBitsPerCycle: _, ...unlimited } = chip;
    const cyclesOf = (other: Chip) => simulate(twoLayers(), twoTiles(other)).cycles;
    expect(cycles).toBe(cyclesOf(chip));
    expect(growFirst).toMatchObject({
      cyclesBefore: cycles,
      cycles: cyclesOf({ ...chip, linkBitsPerCycle: 2 }),
    });
    expect(limits[0]).toMatchObject({ cycles: cyclesOf(unlimited) });
    expect(limits[0]!.share).toBeCloseTo(1 - limits[0]!.cycles / cycles, 12);
  });

  test('a figure at the end of its range is not grown', () => {
    const { growths, skipped } = explain(twoLayers(), twoTiles({ ...ample, linkBitsPerCycle: 2 ** 31 - 1 }));
    expect(growths.map(({ resource }) => resource)).not.toContain('linkBitsPerCycle');
    expect(skipped).toContainEqual({
      ...{ resource: 'linkBitsPerCycle', name: 'the links' },
      change: '2147483647 to 4294967294 bits per cycle',
      why: 'that is beyond the range of the field',
    });
  });

  test('more PEs are tried with the policy of the copies, and only with one', () => {
    const explanation = (options: SimulationOptions) =>
      explain(zooNetwork('tinyyolov4'), paper, { granularity: 'row', extraPes: 32, ...options });
    const pes = (options: SimulationOptions) =>
      explanation(options).growths.find(({ resource }) => resource === 'pes');
    for (const duplication of ['greedy', 'sum'] as const) {
      const more = simulate(zooNetwork('tinyyolov4'), paper, { granularity: 'row', pes: 164, duplication });
      expect(pes({ duplication })).toMatchObject({ change: '149 to 164 PEs', cycles: more.cycles });
    }
    expect(pes({ duplication: 'none' })).toBeUndefined();
    expect(explanation({ duplication: 'none' }).skipped).toMatchObject([
      { resource: 'pes', why: 'nothing is duplicated' },
    ]);
    const given = explanation({ duplication: new Array<number>(21).fill(1) });
    expect(given.skipped).toMatchObject([{ resource: 'pes', why: 'the copies are given' }]);
    expect(sentences(given).join('\n')).toContain(
      'Not tried: the PEs (149 to 164 PEs), since the copies are given.',
    );
  });

  test('a trial that deadlocks or does not fit is listed with the reason', () => {
    const { skipped } = explain(twoLayers(), twoTiles(ample));
    expect(skipped).toMatchObject([{ resource: 'pes', why: expect.stringMatching(/2 tiles of 1 have 2/) }]);
  });

  test('of crossbars of two sizes all PEs are grown', () => {
    const architecture = readArchitecture('docs/examples/two-crossbars.yaml');
    const options = { granularity: 'row' } as const;
    const { growths, skipped } = explain(zooNetwork('tinyyolov4'), architecture, options);
    const change = '960 to 1056 PEs';
    expect([...growths, ...skipped].find(({ resource }) => resource === 'pes')).toMatchObject({ change });
  });

  test('ports of the input buffers are a resource, whose number goes with their width', () => {
    const chip: Chip = { ...ample, inputBufferPorts: 2, inputBufferPortBitsPerCycle: 1 };
    const { growFirst, limits, cycles } = explain(twoLayers(), twoTiles(chip));
    expect(limits[0]).toMatchObject({ resource: 'inputBufferPortBitsPerCycle' });
    expect(limits[0]!.cycles).toBe(simulate(twoLayers(), twoTiles(ample)).cycles);
    expect(growFirst).toMatchObject({ resource: 'inputBufferPortBitsPerCycle', cyclesBefore: cycles });
  });

  test('says in the end what limits most and what to grow first', () => {
    const chip: Chip = { ...ample, linkBitsPerCycle: 1 };
    const text = markdown(explanationText(explain(twoLayers(), twoTiles(chip))));
    expect(text).toMatch(
      /\nWhat limits this chip most: the links, [\d.]+ % of the time; MVMs alone would take [\d.]+ %\.\nGrow the links first \(1 to 2 bits per cycle\): simulated again, [\d,]+ cycles become [\d,]+, [\d.]+ % less\.\n$/,
    );
  });

  test('buffers that are too small are an error, like those of a simulation', () => {
    expect(() => explain(twoLayers(), twoTiles({ inputBufferBytes: 1 }))).toThrow(
      /too small to make progress/,
    );
  });

  test('names what gains nothing', () => {
    const text = markdown(explanationText(explain(twoLayers(), twoTiles({ ...ample, linkBitsPerCycle: 1 }))));
    expect(text).toMatch(/Grow the links first \(1 to 2 bits per cycle\)/);
    expect(text).toMatch(/Nothing is gained by: .*the output buffers \(1000 to 2000 bytes\)/);
  });
});

describe('the critical path', () => {
  const pathOf = (network: Network, architecture: Architecture, options: SimulationOptions = {}) => {
    const graph = buildGraph(network, mapNetwork(network, architecture, options), architecture, options);
    const run = simulateGraph(graph, { keepSets: true });
    const lastFinish = run.nodes.reduce((last, { endCycle }) => Math.max(last, endCycle), 0);
    return { path: criticalPath(graph, run), lastFinish };
  };

  test('of free movement: one value, then the copy of the layer behind', () => {
    const { path } = pathOf(twoLayers(), { ...twoTiles({}) });
    expect(path.filter(({ op }) => op !== 'Input')).toEqual([
      {
        ...{ layer: 'first', op: 'Conv2D', waitedFor: 'nothing', sets: 1, startCycle: 0, endCycle: 10 },
        ...{ waitCycles: 0, workCycles: 10, completionCycles: 0 },
      },
      {
        ...{
          layer: 'second',
          op: 'Conv2D',
          waitedFor: 'values',
          from: 'first',
          sets: 1,
          startCycle: 10,
          endCycle: 20,
        },
        ...{ waitCycles: 0, workCycles: 10, completionCycles: 0 },
      },
      {
        ...{ layer: 'second', op: 'Conv2D', waitedFor: 'copy', sets: 63, startCycle: 20, endCycle: 650 },
        ...{ waitCycles: 0, workCycles: 630, completionCycles: 0 },
      },
    ]);
  });

  test('of a narrow link: nearly all of the time is its queue', () => {
    const { path } = pathOf(twoLayers(), twoTiles({ linkBitsPerCycle: 1 }));
    const waits = path.filter(({ waitedFor }) => waitedFor === 'link queue');
    expect(waits.reduce((sum, { waitCycles }) => sum + waitCycles, 0)).toBeGreaterThan(1000);
  });

  test('of slow GPEUs: results are complete late', () => {
    const { path, lastFinish } = pathOf(twoLayers(), twoTiles({ gpeuOperationsPerCycle: 0.1 }));
    const completion = path.reduce((sum, { completionCycles }) => sum + completionCycles, 0);
    expect(completion).toBeGreaterThan(lastFinish * 0.7);
  });

  const pesOf = { extraPes: 32, granularity: 'row' } as const;
  test.each([
    ['tinyyolov4', {}, pesOf],
    ['tinyyolov4', {}, { ...pesOf, batch: 3 }],
    ['tinyyolov3', {}, { scheduling: 'lbl' }],
    ['resnet50', { linkBitsPerCycle: 64, hopCycles: 2, offChipBitsPerCycle: 64 }, pesOf],
    ['resnet50', { gpeuOperationsPerCycle: 16, inputBufferBytes: 2 ** 22, linkBitsPerCycle: 32 }, pesOf],
    ['vitb16', { gpeuOperationsPerCycle: 64, outputBufferBytes: 2 ** 16, linkBitsPerCycle: 32 }, pesOf],
  ] as const)('of %s on %o is without gaps from cycle 0 to the last finish', (name, chip, options) => {
    const mesh = { clockNs: 100, meshRows: 10, meshColumns: 10, pesPerTile: 32 };
    const { path, lastFinish } = pathOf(zooNetwork(name), { ...paper, chip: { ...mesh, ...chip } }, options);
    let at = 0;
    for (const run of path) {
      expect(run.startCycle).toBe(at);
      expect(run.waitCycles + run.workCycles + run.completionCycles).toBe(run.endCycle - run.startCycle);
      for (const part of [run.waitCycles, run.workCycles, run.completionCycles])
        expect(part).toBeGreaterThanOrEqual(0);
      at = run.endCycle;
    }
    expect(at).toBe(lastFinish);
  });
});
