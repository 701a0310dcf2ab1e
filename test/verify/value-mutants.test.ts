import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { findPreset, paper } from '../../src/architecture/presets.ts';
import { bytesInMemory } from '../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../src/load/onnx/index.ts';
import type { Network } from '../../src/network/network.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { simulate } from '../../src/simulate/index.ts';
import { executeTimeline } from '../../src/verify/execute-timeline.ts';
import { expectedInOrder } from '../../src/verify/expected.ts';
import { type Timeline, timelineOfSchedule, timelineOfSimulation } from '../../src/verify/index.ts';
import { planOf } from '../execute/run-model.ts';
import { model, node, type TensorSpec } from '../load/onnx/onnx-writer.ts';

const INFERENCES = 4;
const TOLERANCE = 1e-4;

/** Numbers between -0.5 and 0.5 that look like no others. */
function values(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.fround((Math.sin((i + 1) * (seed + 1.37)) * 997) % 0.5),
  );
}

function weights(seed: number, ...dims: number[]): TensorSpec {
  return {
    dims,
    floats: values(
      seed,
      dims.reduce((product, size) => product * size, 1),
    ),
  };
}

const conv = (input: string, name: string, pads: number[]) =>
  node('Conv', `${input} ${name}_w`, name, { pads, strides: [1, 1] }, name);

/** Models whose first convolution has these pads. */
const models: Readonly<Record<string, (pads: number[]) => Uint8Array>> = {
  chain: (pads) =>
    model({
      inputs: { x: [1, 4, 9, 9] },
      nodes: [conv('x', 'a', pads), node('Relu', 'a', 'r'), conv('r', 'b', [1, 1, 1, 1])],
      initializers: { a_w: weights(1, 24, 4, 3, 3), b_w: weights(2, 6, 24, 3, 3) },
      outputs: ['b'],
    }),
  residual: (pads) =>
    model({
      inputs: { x: [1, 16, 9, 9] },
      nodes: [
        ...[conv('x', 'a', pads), node('Relu', 'a', 'r'), conv('r', 'b', [1, 1, 1, 1])],
        ...[node('Add', 'b a', 'sum'), conv('sum', 'c', [0, 0, 0, 0])],
      ],
      initializers: {
        a_w: weights(1, 16, 16, 3, 3),
        b_w: weights(2, 16, 16, 3, 3),
        c_w: weights(3, 8, 16, 1, 1),
      },
      outputs: ['c'],
    }),
  branches: (pads) =>
    model({
      inputs: { x: [1, 8, 9, 9] },
      nodes: [
        ...[conv('x', 'a', pads), conv('a', 'left', [0, 0, 0, 0]), conv('a', 'right', [1, 1, 1, 1])],
        ...[node('Concat', 'left right', 'both', { axis: 1 }), conv('both', 'c', [1, 1, 1, 1])],
      ],
      initializers: {
        ...{ a_w: weights(1, 24, 8, 3, 3), left_w: weights(2, 8, 24, 1, 1) },
        ...{ right_w: weights(3, 8, 24, 3, 3), c_w: weights(4, 8, 16, 3, 3) },
      },
      outputs: ['c'],
    }),
};

const PADS = [1, 1, 1, 1];

const small = { ...paper, crossbarRows: 32, crossbarColumns: 8, peWriteNs: 700 } as Architecture;
const tiles = {
  clockNs: 100,
  meshRows: 4,
  meshColumns: 4,
  pesPerTile: 1,
  linkBitsPerCycle: 64,
  offChipBitsPerCycle: 64,
};

/** Chips, and how they are run. */
const chips = {
  paper: { architecture: small, options: { extraPes: 12 } },
  isaac: { architecture: findPreset('isaac')!, options: { duplication: 'greedy' } },
  puma: { architecture: findPreset('puma')!, options: { duplication: 'greedy' } },
  // Layers are cut into slices, and values of simulated runs spill.
  rounds: { architecture: { ...small, chip: tiles }, options: { pes: 5, group: 2 } },
} as const;

/** The timeline of a model, of a schedule or a simulated run; perhaps as one of another chip than it is of. */
function timelineOf(
  network: Network,
  chip: keyof typeof chips,
  kind: 'schedule' | 'simulation',
  claimed: Architecture = chips[chip].architecture,
): Timeline {
  const { architecture, options } = chips[chip];
  const how = { ...options, batch: INFERENCES, keepSets: true };
  return kind === 'schedule'
    ? timelineOfSchedule(network, claimed, schedule(network, architecture, how))
    : timelineOfSimulation(
        network,
        claimed,
        simulate(network, architecture, { ...how, granularity: 'row', spill: 'always' }),
      );
}

const feedsOf = (bytes: Uint8Array) => {
  const { program } = loadOnnxProgram(bytesInMemory(bytes), 'test.onnx');
  const [{ name, dims }] = program.inputs as [(typeof program.inputs)[number]];
  const count = dims.reduce((product, size) => product * size, 1);
  return Array.from({ length: INFERENCES }, (_, inference) => ({ [name]: values(10 + inference, count) }));
};

/** The largest deviation of an output by its largest value. */
function deviation(timeline: Timeline, bytes: Uint8Array, order = [0, 1, 2, 3]): number {
  const expected = expectedInOrder(planOf(models[timeline.network.name]!(PADS)), feedsOf(bytes));
  const feeds = feedsOf(bytes);
  const given = order.map((inference) => feeds[inference]!);
  const { outputs } = executeTimeline(timeline, planOf(bytes), given, expected);
  return Math.max(...outputs.map(({ relativeDeviation }) => relativeDeviation));
}

function outcomeOf(verify: () => number): string {
  try {
    return verify() > TOLERANCE ? 'differs' : 'is the same';
  } catch (error) {
    return String(error);
  }
}

const cases = Object.keys(models).flatMap((name) =>
  (['paper', 'isaac', 'puma', 'rounds'] as const).flatMap((chip) =>
    (['schedule', 'simulation'] as const).map((kind) => [name, kind, chip] as const),
  ),
);

describe.each(cases)('what values are wrong of %s in a %s on %s', (name, kind, chip) => {
  const bytes = models[name]!(PADS);
  const { network } = loadOnnxProgram(bytesInMemory(bytes), `${name}.onnx`);
  const timeline = timelineOf(network, chip, kind);

  test('none where nothing is planted', () => {
    expect(timeline.nodes.some(({ slices }) => slices > 1)).toBe(chip === 'rounds');
    expect(deviation(timeline, bytes)).toBeLessThan(TOLERANCE);
  });

  test('a lost partial sum', () => {
    // The PE is counted, and computes nothing.
    const index = timeline.nodes.findLastIndex(({ tiles }) => tiles.length > 0);
    const nodes = timeline.nodes.map((own, i) =>
      i === index ? { ...own, tiles: own.tiles.slice(0, -1) } : own,
    );
    expect(deviation({ ...timeline, nodes }, bytes)).toBeGreaterThan(TOLERANCE);
  });

  test('wrong padding: the same size, and everything a row lower', () => {
    const planted = models[name]!([2, 1, 0, 1]);
    // What the machine reads may not have been there yet, which is noticed first.
    expect(outcomeOf(() => deviation(timeline, planted))).toMatch(/differs|has not produced/);
  });

  test.runIf(chip === 'rounds')('a slice that is written too late, and writing that takes no time', () => {
    const written = timeline.residencies.findIndex(({ node: index, takes }) => {
      return timeline.nodes[index]!.slices > 1 && takes.length > 0;
    });
    const late = timeline.residencies.map((own, i) => {
      const takes = own.takes.map((take) => ({ ...take, end: take.end + 1e6 }));
      return i === written ? { ...own, takes } : own;
    });
    expect(outcomeOf(() => deviation({ ...timeline, residencies: late }, bytes))).toMatch(
      /layer .*, set \d+ of inference \d .*: copy \d of group \d is written only at cycle \d+, from cycle \d+ on/,
    );
    const slow = { ...chips.rounds.architecture, peWriteNs: 5 * 700 } as Architecture;
    expect(outcomeOf(() => deviation(timelineOf(network, chip, kind, slow), bytes))).toMatch(
      /is written only at cycle|which takes \d+ cycles/,
    );
  });

  test('inferences that are exchanged', () => {
    expect(deviation(timeline, bytes, [1, 0, 2, 3])).toBeGreaterThan(TOLERANCE);
  });
});
