import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import type { Chip } from '../../src/architecture/chip.ts';
import { paper } from '../../src/architecture/presets.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
import { convolution, elementwise, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { loadModel } from '../../src/node/model.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import { type Simulation, type SimulationOptions, simulate } from '../../src/simulate/index.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { MODELS, modelFile } from '../models.ts';
import { referenceAnalysis, referenceTimes } from '../reference/reference.ts';
import { messageOf } from '../thrown.ts';

const GRANULARITIES = ['pixel', 'row', { height: 4, width: 4 }, { height: 5, width: 3 }] as const;
const DUPLICATIONS = ['none', 'greedy', 'sum'] as const;

const threeLayers = loadModel(
  fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url)),
);
/** Stem, one residual block of two convolutions, and a last one. */
const residual = networkOf('residual', (b, input) => {
  const stem = conv(b, 'stem', input, 3);
  const left = conv(b, 'right', conv(b, 'left', stem, 3), 3);
  conv(b, 'last', elementwise(b, 'Add', 'add', [stem, left]), 1);
});

function networkOf(name: string, layers: (b: NetworkBuilder, input: Tensor) => void): Network {
  const b = new NetworkBuilder(name);
  layers(b, b.input('input', { dims: [7, 9, 4], h: 0, w: 1 }));
  return b.build();
}

function conv(b: NetworkBuilder, name: string, input: Tensor, kernel: number): Tensor {
  const padding = (kernel - 1) / 2;
  const window = { ...UNIT_WINDOW, kernel, before: padding, after: padding };
  return convolution(b, name, input, {
    ...{ windows: [window, window], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 4 },
  });
}

/** The paper's architecture with a chip. */
function withChip(chip: Chip): Architecture {
  return { ...paper, name: 'with a chip', chip };
}

const MESH = { meshRows: 2, meshColumns: 3, pesPerTile: 2 } as const;

describe('with free movement a simulation takes the cycles of the schedule', () => {
  const paperNetworks = ['tinyyolov3', 'tinyyolov4', 'vgg16', 'vgg19', 'resnet50', 'resnet101', 'resnet152'];
  const files = !existsSync(MODELS)
    ? []
    : readdirSync(MODELS, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(cfg|json|onnx)$/.test(name))
        .toSorted();

  test.each([...paperNetworks, ...['mobilenetv2', 'vit_b16', 'bert_base'], ...files])(
    '%s',
    { timeout: 60_000 },
    (name) => {
      const network = loadModel(files.includes(name) ? modelFile(name) : name);
      for (const duplication of DUPLICATIONS) {
        for (const granularity of GRANULARITIES) expectSchedule(network, { granularity, duplication });
        expectSchedule(network, { scheduling: 'lbl', duplication });
      }
    },
  );

  function expectSchedule(network: Network, options: ScheduleOptions): void {
    const onPes = { ...options, extraPes: 32 };
    const simulated = simulate(network, paper, onPes);
    const scheduled = schedule(network, paper, onPes);
    const { cycles, latencyNs, granularity, scheduling, minimumPes, totalPes, usedPes } = scheduled;
    expect(simulated, JSON.stringify(options)).toMatchObject({
      ...{ cycles, idealCycles: cycles, latencyNs, firstLatencyNs: latencyNs, granularity, scheduling },
      ...{ minimumPes, totalPes, usedPes, batch: 1 },
    });
    if (scheduling === 'lbl') return;
    const byName = new Map(simulated.layers.map((layer) => [layer.name, layer]));
    for (const { name, copies, startCycle, endCycle } of scheduled.layers) {
      expect(byName.get(name)).toMatchObject({ copies, startCycle, endCycle });
    }
  }

  test.each([
    ['three layers', threeLayers],
    ['a residual block', residual],
    ['TinyYOLOv4 on 64 x 64', zooNetwork('tinyyolov4', { dims: { height: 64, width: 64 } })],
    ['MobileNetV2 on 32 x 64', zooNetwork('mobilenetv2', { dims: { height: 32, width: 64 } })],
  ])('three inferences, beside the reference: %s', (_, network) => {
    for (const granularity of GRANULARITIES) {
      const analysis = referenceAnalysis(network, granularity);
      for (const duplication of DUPLICATIONS) {
        const options = { granularity, duplication, extraPes: 16 };
        const copies = schedule(network, paper, options).layers.map((layer) => layer.copies);
        const { cycles, layers } = referenceTimes(analysis, copies, 3);
        const ends = [0, 1, 2].map((inference) =>
          layers.reduce((latest, { sets, finish }) => {
            const own = finish.slice(inference * sets.length, (inference + 1) * sets.length);
            return Math.max(latest, ...own);
          }, 0),
        );
        const simulated = simulate(network, paper, { ...options, batch: 3 });
        expect(simulated).toMatchObject({
          ...{ batch: 3, cycles, idealCycles: cycles, latencyNs: cycles * 1400 },
          ...{ firstLatencyNs: ends[0]! * 1400, intervalCycles: (ends[2]! - ends[0]!) / 2 },
        });
      }
    }
  });
});

describe('a batch', () => {
  test('has the throughput of its interval, which nears the slowest layer', () => {
    const one = simulate(threeLayers, paper);
    const ten = simulate(threeLayers, paper, { batch: 10 });
    expect(one).not.toHaveProperty('intervalCycles');
    expect(one.throughputPerSecond).toBeCloseTo(1e9 / one.latencyNs, 9);
    // 16 x 16 pixels of the first layer, on one copy.
    expect(ten.intervalCycles).toBe(256);
    expect(ten.throughputPerSecond).toBeCloseTo(1e9 / (256 * 1400), 9);
    expect(ten.firstLatencyNs).toBe(one.latencyNs);
    expect(ten.cycles).toBe(one.cycles + 9 * 256);
    expect(ten.layers.map(({ computeCycles }) => computeCycles)).toEqual([2560, 640, 160]);
  });

  test('of copies that each take a whole inference still has a finite throughput', () => {
    const alone = networkOf('alone', (b, input) => conv(b, 'conv', input, 3));
    const options = { granularity: { height: 99, width: 99 }, extraPes: 3, batch: 2 };
    const result = simulate(alone, paper, options);
    expect(result).toMatchObject({ cycles: 63, intervalCycles: 0 });
    expect(result.throughputPerSecond).toBeCloseTo(2e9 / (63 * 1400), 6);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 20 + 1])('of %d is refused', (batch) => {
    expect(messageOf(() => simulate(threeLayers, paper, { batch }))).toMatch(
      /^batch: must be a whole number from 1 to 1048576, found/,
    );
  });
});

describe('on a chip', () => {
  const figures: Chip = {
    ...{ clockNs: 100, ...MESH, linkBitsPerCycle: 8, hopCycles: 2, offChipBitsPerCycle: 16 },
    ...{ gpeuOperationsPerCycle: 4, inputBufferBytes: 2 ** 16, outputBufferBytes: 2 ** 16 },
    ...{ adcEnergyPj: 3, dacEnergyPj: 2, crossbarEnergyPj: 1, bufferReadEnergyPjPerBit: 0.5 },
    ...{ bufferWriteEnergyPjPerBit: 0.25, hopEnergyPjPerBit: 0.125, gpeuOperationEnergyPj: 4 },
    ...{ offChipEnergyPjPerBit: 8, leakageMw: 0.5 },
    ...{ peAreaMm2: 0.5, bufferAreaMm2: 0.25, gpeuAreaMm2: 0.125, routerAreaMm2: 1 },
  };
  const cases: [string, Network, SimulationOptions][] = [
    ['three layers', threeLayers, { pes: 12 }],
    ['a residual block', residual, { pes: 12, granularity: 'row' }],
    ['a batch', residual, { pes: 12, batch: 3 }],
    ['layer by layer', threeLayers, { pes: 12, scheduling: 'lbl' }],
  ];

  test.each(cases)(
    'nothing is faster than with free movement, and cycles are work or waiting: %s',
    (...of) => {
      const [, network, options] = of;
      const result = simulate(network, withChip(figures), { ...options, duplication: 'greedy' });
      const free = simulate(network, paper, options);
      expect(result.idealCycles).toBe(free.cycles * 14);
      expect(result.cycles).toBeGreaterThan(result.idealCycles);
      expect(result.latencyNs).toBe(result.cycles * 100);
      expect(result.layers.map(({ name }) => name)).toEqual(free.layers.map(({ name }) => name));
      for (const layer of result.layers) {
        expect(layer.endCycle).toBeLessThanOrEqual(result.cycles);
        expect(layer.idleCycles).toBe(result.cycles - (layer.endCycle - layer.startCycle));
        // The time up to the start of the last set, by what was waited for.
        const waits = layer.waitDataCycles + layer.waitSpaceCycles + layer.waitCopyCycles;
        expect(waits).toBeGreaterThanOrEqual(layer.startCycle);
        expect(waits).toBeLessThan(layer.endCycle);
      }
      expect(result.links.length).toBeGreaterThan(0);
      for (const { from, to, bits, busyCycles, utilization } of result.links) {
        expect(Math.abs(from - to)).toSatisfy((distance) => distance === 1 || distance === 3);
        expect(busyCycles).toBeGreaterThanOrEqual(bits / 8);
        expect(utilization).toBe(busyCycles / result.cycles);
        expect(utilization).toBeLessThanOrEqual(1);
      }
      for (const { tile, inputPeakBytes, outputPeakBytes, gpeuBusyCycles } of result.buffers) {
        expect(tile).toBeLessThan(6);
        expect(Math.max(inputPeakBytes, outputPeakBytes)).toBeLessThanOrEqual(2 ** 16);
        expect(gpeuBusyCycles).toBeLessThanOrEqual(result.cycles);
      }
    },
  );

  test.each(cases)('the parts of the energy and of the area add up: %s', (_, network, options) => {
    const { energyPj, areaMm2, ...result } = simulate(network, withChip(figures), options);
    const sum = (parts: Readonly<Record<string, number>>) =>
      Object.values(parts).reduce((total, part) => total + part, 0);
    expect(Object.keys(energyPj.parts)).toEqual([
      ...['adc', 'dac', 'crossbar', 'bufferRead', 'bufferWrite', 'hop', 'gpeu', 'offChip', 'leakage'],
    ]);
    const total = energyPj.total!;
    expect(total).toBeCloseTo(sum(energyPj.parts), 6);
    expect([energyPj.missing, areaMm2.missing]).toEqual([[], []]);
    expect(areaMm2.total).toBeCloseTo(sum(areaMm2.parts), 9);
    expect(areaMm2.parts).toEqual({ pes: 6, buffers: 1.5, gpeus: 0.75, routers: 6 });
    const { parts } = energyPj;
    expect(parts.adc).toBe(3 * parts.crossbar!);
    expect(parts.dac).toBe(2 * parts.crossbar!);
    expect(parts.hop).toBe(result.links.reduce((bits, link) => bits + link.bits, 0) / 8);
    expect(parts.leakage).toBe(0.5 * 6 * result.latencyNs);
    expect(result.inferencesPerJoule).toBeCloseTo((result.batch * 1e12) / total, 3);
    expect(result.energyDelayPjNs).toBeCloseTo((total / result.batch) * result.firstLatencyNs, 0);
  });

  test.each(cases)('the energy of layers, inputs and leakage is all of it: %s', (_, network, options) => {
    const { energyPj, layers, inputs } = simulate(network, withChip(figures), options);
    const shares = [...layers, ...inputs];
    for (const [part, inAll] of Object.entries(energyPj.parts)) {
      const sum = shares.reduce((total, share) => total + (share.energyPj.parts[part] ?? 0), 0);
      const rest = part === 'leakage' ? inAll : 0;
      expect(Math.abs(sum + rest - inAll), part).toBeLessThanOrEqual(inAll * 1e-9);
    }
    const sum = shares.reduce((total, share) => total + share.energyPj.total!, energyPj.parts.leakage!);
    expect(Math.abs(sum - energyPj.total!)).toBeLessThanOrEqual(energyPj.total! * 1e-9);
    expect(inputs.map(({ name }) => name)).toEqual(network.layers.slice(0, 1).map(({ name }) => name));
    // Inputs have no MVMs, but come in through the port.
    expect(Object.keys(inputs[0]!.energyPj.parts)).not.toContain('adc');
    expect(inputs[0]!.energyPj.parts.offChip).toBeGreaterThan(0);
  });

  test('the energy of every layer, counted by hand', () => {
    // Two 1x1 convolutions, each on one PE and tile, 8 x 8 x 4 values of 8 bits on every edge, ReLU between.
    const network = networkOf('two', (b, input) => {
      conv(b, 'second', elementwise(b, 'relu', 'Relu', [conv(b, 'first', input, 1)]), 1);
    });
    const chip: Chip = {
      ...{ meshRows: 1, meshColumns: 2, pesPerTile: 1, offChipBitsPerCycle: 8, gpeuOperationsPerCycle: 1 },
      ...{ mvmEnergyPj: 1000, bufferReadEnergyPjPerBit: 1, bufferWriteEnergyPjPerBit: 1 },
      ...{ hopEnergyPjPerBit: 1, gpeuOperationEnergyPj: 1, offChipEnergyPjPerBit: 1 },
    };
    const { layers, inputs, energyPj } = simulate(network, withChip(chip), { batch: 2 });
    const mvms = 2 * 7 * 9;
    const map = mvms * 4;
    const bits = map * 8;
    // Both maps are written to an output buffer and to one input buffer, and read from the one to be sent.
    expect(inputs).toEqual([
      {
        name: 'input',
        energyPj: {
          total: 4 * bits,
          parts: { bufferRead: bits, bufferWrite: 2 * bits, hop: 0, gpeu: 0, offChip: bits },
          missing: [],
        },
      },
    ]);
    expect(layers.map((layer) => layer.energyPj.parts)).toEqual([
      { mvm: mvms * 1000, bufferRead: 2 * bits, bufferWrite: 2 * bits, hop: bits, gpeu: map, offChip: 0 },
      // The last result goes back over the link to the port on tile 0.
      { mvm: mvms * 1000, bufferRead: 2 * bits, bufferWrite: bits, hop: bits, gpeu: 0, offChip: bits },
    ]);
    expect(energyPj.missing).toEqual(['leakage']);
    expect(energyPj.total).toBe(2000 * mvms + (3 + 1 + 2 + 2 + 1 + 2 + 1 + 1 + 1) * bits + map);
  });

  test.each(cases)('tiles are charged for what layers are: %s', (_, network, options) => {
    const { layers, tiles, buffers, cycles } = simulate(network, withChip(figures), options);
    const sumOf = (
      field: keyof (typeof tiles)[number] & keyof (typeof layers)[number],
      of: typeof tiles | typeof layers,
    ) => of.reduce((sum, one) => sum + Number(one[field]), 0);
    for (const field of ['computeCycles', 'waitCopyCycles'] as const)
      expect(sumOf(field, tiles)).toBeGreaterThanOrEqual(sumOf(field, layers));
    const named = new Set(tiles.flatMap((tile) => tile.layers));
    for (const { name } of layers) expect(named).toContain(name);
    for (const { tile, busyCycles, idleCycles } of tiles) {
      expect(tile).toBeLessThan(6);
      expect(busyCycles).toBeLessThanOrEqual(cycles);
      expect(idleCycles).toBe(cycles - busyCycles);
    }
    for (const buffer of buffers) {
      expect(buffer).toMatchObject({ inputBytes: 2 ** 16, outputBytes: 2 ** 16 });
      expect(buffer.inputWindowBytes).toBeLessThanOrEqual(2 ** 16);
    }
  });

  test('energy of work grows with the batch alone, and MVMs count by PE', () => {
    const [one, three] = [1, 3].map((batch) =>
      simulate(threeLayers, withChip({ mvmEnergyPj: 10, gpeuOperationEnergyPj: 1 }), { batch }),
    );
    // PEs times MVMs: 1 of 256, 2 of 64, 3 of 16 (27, 288 and 576 rows).
    expect(one!.energyPj.parts.mvm).toBe(10 * (256 + 2 * 64 + 3 * 16));
    for (const part of ['mvm', 'gpeu']) {
      expect(three!.energyPj.parts[part]).toBe(3 * one!.energyPj.parts[part]!);
    }
    expect(three!.inferencesPerJoule).toBeCloseTo(one!.inferencesPerJoule!, 6);
  });

  test('without figures there is no energy, and no metric of it', () => {
    const result = simulate(threeLayers, paper);
    const energies = ['mvm', 'bufferRead', 'bufferWrite', 'gpeu', 'leakage'];
    expect(result.energyPj).toEqual({ total: null, parts: {}, missing: energies });
    expect(result.areaMm2).toEqual({
      total: null,
      parts: {},
      missing: ['pes', 'buffers', 'gpeus', 'routers'],
    });
    expect([...result.layers, ...result.inputs].map(({ energyPj }) => energyPj.total)).toEqual(
      new Array(result.layers.length + result.inputs.length).fill(null),
    );
    for (const key of ['energyDelayPjNs', 'inferencesPerJoule', 'teraOperationsPerJoule']) {
      expect(result).not.toHaveProperty(key);
    }
    // 2 operations per weight and MVM: 27 x 32, 288 x 64 and 576 x 128 weights.
    const operations = 2 * (27 * 32 * 256 + 288 * 64 * 64 + 576 * 128 * 16);
    expect(result.teraOperationsPerSecond).toBeCloseTo(operations / result.latencyNs / 1e3, 12);
  });

  test('where all figures are 0 the energy is, and nothing is divided by it', () => {
    const free = { mvmEnergyPj: 0, bufferReadEnergyPjPerBit: 0, bufferWriteEnergyPjPerBit: 0 };
    const result = simulate(threeLayers, withChip({ ...free, gpeuOperationEnergyPj: 0, leakageMw: 0 }));
    expect(result.energyPj).toMatchObject({ total: 0, missing: [] });
    expect(result.energyDelayPjNs).toBe(0);
    expect(result).not.toHaveProperty('inferencesPerJoule');
    expect(result).not.toHaveProperty('teraOperationsPerJoule');
  });

  test('the bottleneck is the layer whose copies have the most MVMs', () => {
    // 256, 64 and 16 MVMs; with copies of the first one the second has most.
    const { bottleneck } = simulate(threeLayers, paper, { duplication: 'none', batch: 2 });
    expect(bottleneck).toEqual({ layer: 'conv2d', copies: 1, mvmCycles: 2 * 256 });
    const copied = simulate(threeLayers, paper, { extraPes: 7, duplication: [8, 1, 1] });
    expect(copied.bottleneck).toEqual({ layer: 'conv2d_1', copies: 1, mvmCycles: 64 });
  });

  test('the same input gives the same result', () => {
    for (const [, network, options] of cases) {
      const run = () => JSON.stringify(simulate(network, withChip(figures), options));
      expect(run()).toBe(run());
    }
  });

  test('a chip with too few tiles, or a port on none of them, is refused', () => {
    expect(messageOf(() => simulate(threeLayers, withChip({ ...MESH, pesPerTile: 1 }), { pes: 12 }))).toMatch(
      /needs? .*PEs|missing/,
    );
    const links: Chip['links'] = [
      [0, 1],
      [1, 0],
    ];
    expect(
      messageOf(() => simulate(threeLayers, withChip({ links, pesPerTile: 6, offChipTile: 9 }))),
    ).toMatch(/chip\.offChipTile: there is no tile 9/);
  });
});

describe('buffers that are too small', () => {
  /** What a deadlock's message says would do. */
  const sizes = (message: string): Chip => ({
    ...(/inputBufferBytes: (\d+)/.exec(message) && {
      inputBufferBytes: Number(/inputBufferBytes: (\d+)/.exec(message)![1]),
    }),
    ...(/outputBufferBytes: (\d+)/.exec(message) && {
      outputBufferBytes: Number(/outputBufferBytes: (\d+)/.exec(message)![1]),
    }),
  });
  const cases: [string, Network, SimulationOptions, Chip][] = [
    ['for inputs', threeLayers, { pes: 12 }, { inputBufferBytes: 16 }],
    ['for inputs, row sets', residual, { pes: 12, granularity: 'row' }, { inputBufferBytes: 40 }],
    ['for results', threeLayers, { pes: 12 }, { outputBufferBytes: 8 }],
    ['for results, row sets', residual, { pes: 12, granularity: 'row' }, { outputBufferBytes: 20 }],
    ['for both', threeLayers, { pes: 12 }, { inputBufferBytes: 16, outputBufferBytes: 8 }],
    ['for a batch', residual, { pes: 12, batch: 3 }, { inputBufferBytes: 4 }],
    ['layer by layer', threeLayers, { pes: 12, scheduling: 'lbl' }, { inputBufferBytes: 64 }],
  ];
  const run = (network: Network, options: SimulationOptions, buffers: Chip): Simulation =>
    simulate(network, withChip({ ...MESH, linkBitsPerCycle: 8, ...buffers }), {
      duplication: 'greedy',
      ...options,
    });

  test.each(cases)('%s: layers, tiles, and the smallest size that does', (_, network, options, tooSmall) => {
    const message = messageOf(() => run(network, options, tooSmall));
    expect(message).toMatch(/^the chip's buffers are too small to make progress: at cycle \d+ /);
    expect(message).toMatch(/ has no room for (its results|a result) on (its own )?tile \d+/);
    expect(network.layers.some(({ name }) => message.includes(`${name} has no room`))).toBe(true);
    expect(message).toMatch(/chip\.(input|output)BufferBytes: \d+.* would do/);
    const enough = sizes(message);
    const result = run(network, options, { ...tooSmall, ...enough });
    for (const { inputPeakBytes, outputPeakBytes } of result.buffers) {
      const { inputBufferBytes = Infinity, outputBufferBytes = Infinity } = { ...tooSmall, ...enough };
      expect(inputPeakBytes).toBeLessThanOrEqual(inputBufferBytes);
      expect(outputPeakBytes).toBeLessThanOrEqual(outputBufferBytes);
    }
    for (const field of ['inputBufferBytes', 'outputBufferBytes'] as const) {
      if (enough[field] === undefined) continue;
      const less = { ...tooSmall, ...enough, [field]: enough[field] - 1 };
      expect(
        messageOf(() => run(network, options, less)),
        field,
      ).toMatch(/too small to make progress/);
    }
  });

  test('of all pairs of sizes one that is small: not results that pile up for lack of room elsewhere', () => {
    const message = messageOf(() =>
      run(threeLayers, { pes: 12 }, { inputBufferBytes: 16, outputBufferBytes: 8 }),
    );
    // 128 results of the last layer take 128 bytes each; the windows of inputs are what they are.
    expect(sizes(message).outputBufferBytes).toBeLessThan(400);
  });

  test('the cycle of waiting is named: layers, tiles and what is there', () => {
    // Rows of 9 x 4 bytes on one tile. `second` reads four rows of `first` at once, of which three fit.
    const column = networkOf('column', (b, input) => {
      conv(b, 'second', conv(b, 'first', input, 1), 7);
    });
    const chip = { meshRows: 1, meshColumns: 1, pesPerTile: 8, inputBufferBytes: 108 };
    const message = messageOf(() => simulate(column, withChip(chip), { granularity: 'row' }));
    expect(message).toMatch(
      /: at cycle \d+ input has no room for its results on tile 0, where what second still reads of first takes 108 bytes of 108 bytes; second waits for values of first, which waits for input; chip\.inputBufferBytes: \d+ would do, or use finer sets, or give chip\.offChipBitsPerCycle, /,
    );
  });

  test('where no buffer that a chip may have would do, finer sets or more tiles', () => {
    const b = new NetworkBuilder('huge');
    // Rows of 128 MiB, of which the first set reads four.
    const input = b.input('input', { dims: [7, 2 ** 13, 2 ** 14], h: 0, w: 1 });
    conv(b, 'conv', input, 7);
    const message = messageOf(() =>
      simulate(b.build(), withChip({ inputBufferBytes: 2 ** 20 }), { granularity: 'row' }),
    );
    expect(message).toMatch(/; no buffers of up to 268435455 bytes would do; use finer sets or more tiles$/);
  });

  test('one line that is not endless, whatever the names and however many tiles', () => {
    const hostile = networkOf('hostile', (b, input) => {
      const first = conv(b, 'first\nline\u2028', input, 3);
      conv(b, 'second', first, 3);
    });
    const chip: Chip = { meshRows: 8, meshColumns: 8, pesPerTile: 1 };
    const messageWith = (inputBufferBytes: number) =>
      messageOf(() =>
        simulate(hostile, withChip({ ...chip, inputBufferBytes }), { pes: 64, duplication: 'greedy' }),
      );
    expect(messageWith(30)).toMatch(/where what first line still reads of input takes/);
    const message = messageWith(1);
    expect(message).toMatch(
      / on tile \d+ \(and \d+ more\), whose input buffer of 1 bytes is smaller than one of them/,
    );
    expect(message.length).toBeLessThan(400);
  });

  test('only where sets are larger than pixels it helps to take finer ones', () => {
    const message = (granularity: 'pixel' | 'row') =>
      messageOf(() => run(threeLayers, { pes: 12, granularity }, { inputBufferBytes: 16 }));
    expect(message('row')).toMatch(/ would do, or use finer sets, /);
    expect(message('pixel')).not.toMatch(/finer/);
  });
});
