import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import type { LayerMachine } from '../../src/execute/layer-machine.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { convolution } from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import { simulate } from '../../src/simulate/index.ts';
import {
  inferencesInFlight,
  publishedLayers,
  type TimedNode,
  type TimedResidency,
  type Timeline,
  timelineOfSchedule,
  timelineOfSimulation,
  verifyTimeline,
} from '../../src/verify/index.ts';
import { machineOf } from './fake-machine.ts';

/** Two layers of 3 x 3 pixels, whose kernels are columns of two rows. */
const b = new NetworkBuilder('two');
const window = { kernel: 2, stride: 1, dilation: 1, before: 0, after: 1 };
const conv = (name: string, input: Tensor) =>
  convolution(b, name, input, {
    windows: [window, { ...window, kernel: 1, after: 0 }],
    ...{ spatialAxes: [0, 1], channelAxis: 2, outputChannels: 8 },
  });
conv('b', conv('a', b.input('input', { dims: [3, 3, 8], h: 0, w: 1 })));
const network = b.build();

/** Both layers have 16 x 8 weights: 2 x 2 PEs. */
const chip = { ...paper, crossbarRows: 8, crossbarColumns: 4, peWriteNs: 1400 } as Architecture;

function timelineOf(options: ScheduleOptions = {}): Timeline {
  return timelineOfSchedule(network, chip, schedule(network, chip, { keepSets: true, ...options }));
}

function withNode(timeline: Timeline, name: string, changed: Partial<TimedNode>): Timeline {
  const nodes = timeline.nodes.map((node) => (node.name === name ? { ...node, ...changed } : node));
  return { ...timeline, nodes };
}

function withResidency(timeline: Timeline, index: number, changed: Partial<TimedResidency>): Timeline {
  const residencies = timeline.residencies.map((own, i) => (i === index ? { ...own, ...changed } : own));
  return { ...timeline, residencies };
}

const verify = (timeline: Timeline) => verifyTimeline(timeline, machineOf(network, timeline));
const node = (timeline: Timeline, name: string) => timeline.nodes.find((own) => own.name === name)!;

/** What is told of a timeline, call by call. */
function callsOf(timeline: Timeline): string[] {
  const calls: string[] = [];
  const machine: LayerMachine = {
    has: () => true,
    run: (layer, inference, positions, pes) =>
      calls.push(`run ${layer} ${inference}: ${[...positions]} on ${pes.length}`),
    publish: (layer, inference, positions) => calls.push(`publish ${layer} ${inference}: ${[...positions]}`),
    unload: (layer) => calls.push(`unload ${layer}`),
  };
  verifyTimeline(timeline, machine, { onInference: (inference) => calls.push(`done ${inference}`) });
  return calls;
}

describe('verifyTimeline', () => {
  test('lets the machine run every set at its start and publish it at its finish', () => {
    // Rows of b wait for a row of a and the one below.
    expect(callsOf(timelineOf({ granularity: 'row' }))).toEqual([
      'run input 0: 0,1,2,3,4,5,6,7,8 on 0',
      'publish input 0: 0,1,2,3,4,5,6,7,8',
      'run a 0: 0,1,2 on 4',
      'publish a 0: 0,1,2',
      'run a 0: 3,4,5 on 4',
      'publish a 0: 3,4,5',
      'run a 0: 6,7,8 on 4',
      'run b 0: 0,1,2 on 4',
      'publish a 0: 6,7,8',
      'publish b 0: 0,1,2',
      'run b 0: 3,4,5 on 4',
      'publish b 0: 3,4,5',
      'run b 0: 6,7,8 on 4',
      'publish b 0: 6,7,8',
      'done 0',
    ]);
  });

  test('publishes a set when all slices have finished it, and unloads layers whose slices have all left', () => {
    const whole = { height: 3, width: 3 };
    const calls = callsOf(timelineOf({ granularity: whole, pes: 3, reload: 'barrier' }));
    expect(calls.filter((call) => !call.includes('input'))).toEqual([
      ...['run a 0: 0,1,2,3,4,5,6,7,8 on 3', 'run a 0: 0,1,2,3,4,5,6,7,8 on 1'],
      ...['publish a 0: 0,1,2,3,4,5,6,7,8', 'unload a'],
      ...['run b 0: 0,1,2,3,4,5,6,7,8 on 3', 'run b 0: 0,1,2,3,4,5,6,7,8 on 1'],
      ...['publish b 0: 0,1,2,3,4,5,6,7,8', 'unload b', 'done 0'],
    ]);
  });

  test('counts sets, positions and PEs that are written', () => {
    const counts = { sets: 36, otherSets: 0, positions: 36, writtenPes: 0 };
    expect(verify(timelineOf({ batch: 2 }))).toEqual(counts);
    // Each of two groups: 8 PEs in rounds on 4, the first 4 of which are there.
    const turns = timelineOf({ batch: 2, group: 1, pes: 4 });
    expect(verify(turns)).toEqual({ ...counts, writtenPes: 12 });
    const simulation = simulate(network, chip, { batch: 2, keepSets: true });
    const simulated = timelineOfSimulation(network, chip, simulation);
    expect(verify(simulated)).toEqual({ ...counts, otherSets: 18, positions: 54 });
  });

  test('notices that an output is made of what no set produces', () => {
    const timeline = timelineOf({ granularity: 'row' });
    const { positions } = node(timeline, 'b');
    const dropped = withNode(timeline, 'b', {
      positions: (k) => (k === 1 ? new Int32Array(0) : positions(k)),
    });
    const machine = machineOf(network, dropped);
    const onInference = () => machine.values(network.outputs[0]!, 0);
    expect(() => verifyTimeline(dropped, machine, { onInference })).toThrow(
      'all sets of inference 0 are finished with layer b, set 2 of inference 0 (rows 2-2, columns 0-2), cycle 15: ' +
        'its outputs read row 1, column 0 of layer b, which no set produces',
    );
  });

  test('names both sets of a read of what is not there', () => {
    const timeline = timelineOf({ granularity: 'row' });
    const { start } = node(timeline, 'b');
    const early = withNode(timeline, 'b', {
      start: (k) => (k === 1 ? start(k) - 1 : start(k)),
      copy: () => -1,
    });
    expect(() => verify(early)).toThrow(
      'layer b, set 1 of inference 0 (rows 1-1, columns 0-2), cycle 8: reads row 2, column 0 of layer a, ' +
        'which set 2 of inference 0 (cycles 6 to 9) has not produced',
    );
  });

  test('says which copy is busy, and with which set', () => {
    const timeline = timelineOf({ granularity: 'row', duplication: [2, 1], extraPes: 4 });
    const swapped = withNode(timeline, 'a', { copy: () => 0 });
    expect(() => verify(swapped)).toThrow(
      'layer a, set 1 of inference 0 (rows 1-1, columns 0-2), cycle 0: copy 0 is busy with set 0 of inference 0 until cycle 3',
    );
  });

  test('says which copy is not written', () => {
    const timeline = timelineOf({ granularity: 'row', pes: 4 });
    const [take] = timeline.residencies[1]!.takes;
    const { begin, end } = take!;
    // PEs are taken when all of layer a is finished; a write of 1400 ns is one cycle.
    expect([begin, end]).toEqual([9, 10]);
    expect(() => verify(withResidency(timeline, 1, { takes: [{ ...take!, end: end + 1 }] }))).toThrow(
      `layer b, set 0 of inference 0 (rows 0-0, columns 0-2), cycle ${end}: copy 0 of group 0 is written only at cycle ${end + 1}, from cycle ${begin} on`,
    );
    const early = withNode(timeline, 'b', { start: () => begin, copy: () => -1 });
    expect(() => verify(early)).toThrow(`cycle ${begin}: copy 0 of group 0 is written only at cycle ${end}`);
    const lost = withNode(timeline, 'b', { residency: () => -1 });
    expect(() => verify(lost)).toThrow('runs on a copy that is never written');
  });

  test('takes writing as long as it takes', () => {
    const writing = { writeCycles: 3, parallelWrites: 2, tilePorts: 1 };
    const write = { cycle: 9, begin: 9, end: 10, pes: 1, tile: 0 };
    const written = (...takes: Partial<typeof write>[]) => {
      const all = takes.map((take) => ({ ...write, ...take }));
      const late = withNode(timelineOf({ granularity: 'row', pes: 4 }), 'b', {
        ...{ start: (k) => 100 + 3 * k, finish: (k) => 103 + 3 * k, free: (k) => 103 + 3 * k },
      });
      return () => verify({ ...withResidency(late, 1, { takes: all }), writing });
    };
    const four = [{ end: 12 }, { end: 12, tile: 1 }, { begin: 12, end: 15 }, { begin: 12, end: 15, tile: 1 }];
    expect(written(...four)).not.toThrow();
    expect(written({ end: 11 })).toThrow(
      'copy 0 of group 0 of layer b: 1 PE of tile 0, taken at cycle 9 and written from cycle 9 to 11, which takes 3 cycles',
    );
    expect(written({ begin: 8, end: 20 })).toThrow('taken at cycle 9 and written from cycle 8 to 20');
    // One after the other on a tile.
    expect(written({ pes: 2, end: 14 })).toThrow('written from cycle 9 to 14, which takes 6 cycles');
    expect(written(...four, { begin: 11, end: 14, tile: 2 })).toThrow(
      '3 PEs are written at cycle 11, and 2 can be at a time',
    );
  });

  test('says who holds the PEs that are missing', () => {
    const timeline = timelineOf({ granularity: 'row', pes: 4 });
    const takes = [{ cycle: 5, begin: 5, end: 6, pes: 4, tile: -1 }];
    expect(() => verify(withResidency(timeline, 1, { takes }))).toThrow(
      'copy 0 of group 0 of layer b, cycle 5: 8 PEs are taken and there are 4, by copy 0 of group 0 of layer a',
    );
    const onTiles = withResidency({ ...timeline, pesPerTile: 3 }, 1, {
      takes: [{ cycle: 10, begin: 10, end: 11, pes: 4, tile: 7 }],
    });
    expect(() => verify(onTiles)).toThrow('cycle 10: 4 PEs of tile 7 are taken and there are 3');
    expect(() => verify({ ...timelineOf(), totalPes: 7 })).toThrow(
      'the copies of all layers take 8 PEs and there are 7',
    );
  });

  test('says which weights are on no PE', () => {
    const timeline = timelineOf();
    expect(() => verify(withNode(timeline, 'b', { pes: 3 }))).toThrow(
      'layer b: 3 PEs hold its weights, which take 4',
    );
    expect(() => verify({ ...timeline, nodes: timeline.nodes.slice(0, 1) })).toThrow(
      'layer b: 0 PEs hold its weights, which take some',
    );
    // The fake machine counts what PEs contribute.
    const { tiles } = node(timeline, 'b');
    expect(() => verify(withNode(timeline, 'b', { tiles: tiles.slice(1) }))).toThrow(
      'layer b, position 0 of inference 0: partial sums of 96 of 128 weights',
    );
    const twice = withNode(timeline, 'b', { tiles: [...tiles, tiles[0]!] });
    expect(() => verify(twice)).toThrow('partial sums of 160 of 128 weights');
  });

  test('refuses times that make no sense', () => {
    const timeline = timelineOf();
    expect(() => verify(withNode(timeline, 'b', { finish: () => 0 }))).toThrow(
      /layer b, set 0 of inference 0 .*, cycle \d+: is finished at cycle 0/,
    );
    expect(() => verify(withNode(timeline, 'b', { start: () => Number.NaN }))).toThrow('cycle NaN');
    expect(() => verify(withNode(timeline, 'b', { granted: () => 1000 }))).toThrow(
      'fetched from cycle 1000 on',
    );
  });

  test('refuses more sets than memory holds', () => {
    const timeline = timelineOf();
    const many = withNode(timeline, 'b', { sets: 2 ** 25 });
    expect(() => verifyTimeline(many, machineOf(network, timeline))).toThrow(
      /there are \d+ sets to verify, and memory holds \d+; use larger sets, such as row, or a smaller batch/,
    );
  });

  test('tells how far it is', () => {
    const told: number[] = [];
    const timeline = timelineOf({ batch: 1000 });
    verifyTimeline(timeline, machineOf(network, timeline), { onProgress: (share) => told.push(share) });
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
    expect(told.every((share) => share > 0 && share <= 1)).toBe(true);
  });

  test('names of layers that are hostile stay on one line', () => {
    const timeline = timelineOf({ granularity: 'row' });
    const name = `b\n<script>${'x'.repeat(100_000)}`;
    const early = withNode(timeline, 'b', { name, start: () => 0, finish: () => 3, copy: () => -1 });
    expect(() => verify(early)).toThrow(
      /^layer b <script>x+, set 0 .*: reads row 0, column 0 of layer a, which set 0 .*$/,
    );
  });
});

test('a timeline says what it publishes, and how many inferences need room', () => {
  const timeline = timelineOf({ granularity: 'row', batch: 4 });
  expect([...publishedLayers(timeline)]).toEqual(['a', 'b', 'input']);
  // Inference i + 1 starts when the first layer is done with i.
  expect(inferencesInFlight(timeline)).toBe(2);
  expect(inferencesInFlight(timelineOf({ granularity: 'row', batch: 4, scheduling: 'lbl' }))).toBe(4);
  expect(inferencesInFlight(timelineOf())).toBe(1);
});

test('a result without its sets is refused', () => {
  expect(() => timelineOf({ keepSets: false })).toThrow('the schedule has not kept its sets');
  expect(() => timelineOfSimulation(network, chip, simulate(network, chip, {}))).toThrow(
    'the simulation has not kept its sets',
  );
});
