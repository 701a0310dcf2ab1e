import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
import {
  concat,
  convolution,
  dense,
  elementwise,
  pad,
  reshape,
  resize,
  UNIT_WINDOW,
} from '../../src/network/operators/index.ts';
import type { Reads } from '../../src/network/reads.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { describeNetwork, operatorNetwork, scheduleCase } from './random-network.ts';
import { STEPS } from './random-steps.ts';
import { positionsRead } from './reads.ts';
import { type ReferenceSchedule, referenceSchedule } from './reference.ts';
import { Dice, Sketch } from './sketch.ts';

/** A network on one input of `height` x `width` positions and one channel. */
function networkOn(
  height: number,
  width: number,
  layers: (b: NetworkBuilder, input: Tensor) => void,
): Network {
  const b = new NetworkBuilder('by hand');
  layers(b, b.input('input', { dims: [height, width, 1], h: 0, w: 1 }));
  return b.build();
}

function conv(b: NetworkBuilder, input: Tensor, o: { kernel?: number; stride?: number; padding?: number }) {
  const { kernel = 1, stride = 1, padding = 0 } = o;
  const window = { ...UNIT_WINDOW, kernel, stride, before: padding, after: padding };
  const options = { windows: [window, window], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 1 };
  return convolution(b, 'conv', input, options);
}

const starts = (schedule: ReferenceSchedule) => schedule.layers.map(({ start }) => start);
const finishes = (schedule: ReferenceSchedule) => schedule.layers.map(({ finish }) => finish);

describe('schedules computed by hand', () => {
  /** A: 4x4 positions; B: 2x2 positions, each of which reads 3x3 of A. */
  const twoConvs = networkOn(4, 4, (b, input) => {
    conv(b, conv(b, input, { kernel: 3, padding: 1 }), { kernel: 3 });
  });

  test('two 3x3 convolutions by pixel', () => {
    // A's pixel k is finished at k + 1. B's (0, 0) reads up to A's (2, 2) = pixel 10, finished at 11;
    // (0, 1) up to (2, 3) = 11; (1, 0) up to (3, 2) = 14; (1, 1) up to (3, 3) = 15.
    const schedule = referenceSchedule(twoConvs, [1, 1], 'pixel');
    expect(starts(schedule)[1]).toEqual([11, 12, 15, 16]);
    expect(schedule.cycles).toBe(17);
    expect(schedule.baseline).toBe(20);
  });

  test('the same by row', () => {
    // A's rows are finished at 4, 8, 12, 16; B's rows read up to A's row 2 and 3 and take 2 cycles each.
    const schedule = referenceSchedule(twoConvs, [1, 1], 'row');
    expect(finishes(schedule)).toEqual([
      [4, 8, 12, 16],
      [14, 18],
    ]);
  });

  test('copies, also more than there are sets', () => {
    // Two copies: A's pixel k is finished at floor(k / 2) + 1, so B's may start at 6, 6, 8, 8.
    const schedule = referenceSchedule(twoConvs, [2, 9], 'pixel');
    expect(starts(schedule)[1]).toEqual([6, 6, 8, 8]);
    expect(schedule.cycles).toBe(9);
    expect(schedule.layerByLayer).toBe(8 + 1);
    // B with two copies runs its set 2 on the copy of set 0, which is finished at 7.
    expect(starts(referenceSchedule(twoConvs, [16, 2], 'pixel'))[1]).toEqual([1, 1, 2, 2]);
  });

  test('MVMs that overlap: a result after 3 cycles, the next MVM after 1', () => {
    // A's rows start at 0, 4, 8, 12 as before; the last of 4 MVMs at 3, 7, …, and its result is out 3 cycles later: at 6, 10, 14, 18.
    // B's rows of 2 start at 14 and 18: 2 - 1 + 3 cycles.
    const schedule = referenceSchedule(twoConvs, [1, 1], 'row', 1, 3);
    expect(starts(schedule)).toEqual([
      [0, 4, 8, 12],
      [14, 18],
    ]);
    expect(finishes(schedule)).toEqual([
      [6, 10, 14, 18],
      [18, 22],
    ]);
    expect(schedule).toMatchObject({ cycles: 22, baseline: 16 + 2 + 4 + 2, layerByLayer: 16 + 2 + 4 + 2 });
    // Two inputs: B's first row of the second starts when the copy is free, at 20, and A's row 2 of it is there, at 16 + 14.
    expect(starts(referenceSchedule(twoConvs, [1, 1], 'row', 2, 3))[1]).toEqual([14, 18, 30, 34]);
  });

  test('blocks that are cut short at the edges', () => {
    const network = networkOn(3, 3, (b, input) => conv(b, conv(b, input, {}), {}));
    const schedule = referenceSchedule(network, [2, 4], { height: 2, width: 2 });
    expect(schedule.layers[0]!.sets.map(({ pixels }) => pixels)).toEqual([4, 2, 2, 1]);
    // A: sets 0 and 1 start at 0 on copies 0 and 1 and are finished at 4 and 2. Set 2 waits for copy 0 until
    // 4; set 3 finds copy 1 free at 2, but starts no earlier than set 2.
    expect(starts(schedule)[0]).toEqual([0, 0, 4, 4]);
    expect(finishes(schedule)[0]).toEqual([4, 2, 6, 5]);
    // B: set 1 is ready at 2 and set 3 at 5, but the sets before them start at 4 and 6.
    expect(starts(schedule)[1]).toEqual([4, 4, 6, 6]);
    expect(schedule.cycles).toBe(8);
    // A block larger than the map is the map.
    expect(referenceSchedule(network, [2, 4], { height: 9, width: 9 }).cycles).toBe(18);
  });

  test('a residual add waits for both of its branches', () => {
    const network = networkOn(2, 2, (b, input) => {
      const slow = conv(b, input, {});
      const fast = conv(b, input, {});
      conv(b, elementwise(b, 'add', 'Add', [slow, fast]), {});
    });
    // The slow branch is finished at 1, 2, 3, 4, the fast one, with 4 copies, at 1.
    const schedule = referenceSchedule(network, [1, 4, 4], 'pixel');
    expect(starts(schedule)).toEqual([
      [0, 1, 2, 3],
      [0, 0, 0, 0],
      [1, 2, 3, 4],
    ]);
    // Sets 0 to 3 are the slow branch's, 4 to 7 the fast one's.
    expect(schedule.layers[2]!.dependencies.map((ids) => [...ids])).toEqual([
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
  });

  test('dense after flatten waits for everything', () => {
    const network = networkOn(2, 3, (b, input) => {
      dense(b, 'dense', reshape(b, 'flatten', conv(b, input, {}), [6]), { outputFeatures: 4 });
    });
    expect(starts(referenceSchedule(network, [1, 1], 'pixel'))[1]).toEqual([6]);
    expect(starts(referenceSchedule(network, [4, 1], 'pixel'))[1]).toEqual([2]);
  });

  test('nearest upsampling and concat over channels', () => {
    const network = networkOn(4, 4, (b, input) => {
      const small = conv(b, input, { stride: 2 });
      const large = resize(b, 'up', small, { dims: [4, 4, 1], mode: 'nearest' });
      conv(b, concat(b, 'concat', [large, conv(b, input, {})], 2), {});
    });
    // The four pixels of the small map are finished at 1 to 4; each is read by 2x2 positions. The branch with
    // 16 copies is finished at 1. In row 1 and 3 the first two positions are ready earlier than set k - 1.
    expect(starts(referenceSchedule(network, [1, 16, 16], 'pixel'))[2]).toEqual(
      [1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4], //
    );
  });

  test('padding reads nothing', () => {
    const network = networkOn(2, 2, (b, input) => {
      const rows = pad(b, 'pad', conv(b, input, {}), { axis: 0, before: 1, after: 1 });
      conv(b, pad(b, 'pad', rows, { axis: 1, before: 1, after: 1 }), {});
    });
    // Positions (1, 1), (1, 2), (2, 1), (2, 2) of the 4x4 map are the pixels that are finished at 1 to 4; the
    // ones before them start at 0, the ones after them as soon as the set before.
    expect(starts(referenceSchedule(network, [1, 16], 'pixel'))[1]).toEqual(
      [0, 0, 0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4], //
    );
  });

  test('a batch goes on with the same recurrence', () => {
    const network = networkOn(1, 2, (b, input) => {
      dense(b, 'dense', reshape(b, 'flatten', conv(b, input, {}), [2]), { outputFeatures: 1 });
    });
    const schedule = referenceSchedule(network, [1, 1], 'pixel', 2);
    expect(starts(schedule)).toEqual([
      [0, 1, 2, 3],
      [2, 4],
    ]);
    expect(schedule.cycles).toBe(5);
  });
});

describe('positions read', () => {
  const window = { kernel: 3, stride: 2, dilation: 2, padding: 2 };
  const cases: [string, Reads, number, number, number[][]][] = [
    ['same', { kind: 'same' }, 2, 3, [[0], [1], []]],
    ['broadcast', { kind: 'same' }, 1, 3, [[0], [0], [0]]],
    ['all', { kind: 'all' }, 3, 1, [[0, 1, 2]]],
    [
      'a dilated window',
      { kind: 'window', ...window },
      5,
      3,
      [
        [0, 2],
        [0, 2, 4],
        [2, 4],
      ],
    ], // -2 0 2, 0 2 4, 2 4 6
    // Position q reaches 2q - 2, 2q and 2q + 2; odd ones are reached by none.
    ['transposed', { kind: 'transposed', ...window }, 3, 4, [[0, 1], [], [0, 1, 2], []]],
    ['list', { kind: 'list', positions: [2, -1, 0, 3] }, 3, 4, [[2], [], [0], []]],
    ['taps', { kind: 'list', positions: [2, -1, 0, 3, 1, 0], taps: 2 }, 3, 3, [[2], [0], [1, 0]]],
  ];
  test.each(cases)('%s', (_, reads, inputSize, outputSize, expected) => {
    expect(expected).toHaveLength(outputSize);
    expect(expected.map((_, p) => positionsRead(reads, p, inputSize))).toEqual(expected);
  });
});

describe('random networks', () => {
  test.each(Object.keys(STEPS))('step %s makes only maps, whatever is rolled', (name) => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.array(fc.nat(0xffff), { maxLength: 24, size: 'max' }),
        (height, width, rolls) => {
          const b = new NetworkBuilder('step');
          const sketch = new Sketch(b, [b.input('input', { dims: [height, width, 2], h: 0, w: 1 })]);
          sketch.dice = new Dice(rolls);
          const made = [STEPS[name]!(sketch)].flat().map((tensor) => sketch.asMap(tensor));
          for (const tensor of made) expect(tensor).toMatchObject({ h: 0, w: 1, dims: { length: 3 } });
        },
      ),
      { seed: 7, numRuns: 100 },
    );
  });

  test('are the same for the same seed', () => {
    const drawn = () => fc.sample(operatorNetwork(), { seed: 3, numRuns: 20 }).map(describeNetwork);
    expect(drawn()).toEqual(drawn());
  });

  test('have schedules between the bounds of spec.md section 6', () => {
    fc.assert(
      fc.property(scheduleCase(), ({ network, copies, granularity }) => {
        const schedule = referenceSchedule(network, copies, granularity);
        expect(schedule.cycles).toBeLessThanOrEqual(schedule.baseline);
        for (const { sets, copies: d } of schedule.layers) {
          const t = sets.reduce((sum, { pixels }) => sum + pixels, 0);
          expect(schedule.cycles).toBeGreaterThanOrEqual(Math.ceil(t / d));
        }
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});
