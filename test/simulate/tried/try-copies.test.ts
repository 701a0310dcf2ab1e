import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import type { Chip } from '../../../src/architecture/chip.ts';
import { findPreset, paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { NetworkBuilder } from '../../../src/network/builder.ts';
import type { Network } from '../../../src/network/network.ts';
import { convolution, UNIT_WINDOW } from '../../../src/network/operators/index.ts';
import type { Tensor } from '../../../src/network/tensor.ts';
import { Simulator } from '../../../src/simulate/play/simulator.ts';
import { type SimulationOptions, simulate } from '../../../src/simulate/simulate.ts';
import { listsFor } from '../../../src/simulate/tried/lists.ts';
import { prepare } from '../../../src/workload/workload.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

/** Convolutions of 1 x 1 with 4 channels on 4 x 4 pixels, one after the other: a PE each, 32 bits a result. */
function chain(names: readonly string[], side = 4): Network {
  const b = new NetworkBuilder('chain');
  const layer = (input: Tensor, name: string) =>
    convolution(b, name, input, {
      ...{ windows: [UNIT_WINDOW, UNIT_WINDOW], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 4 },
    });
  names.reduce(layer, b.input('input', { dims: [side, side, 4], h: 0, w: 1 }));
  return b.build();
}

const pair = chain(['a', 'b']);

/** Tiles of two PEs in a row, joined by links of a bit per cycle; an MVM takes a cycle. */
function narrow(chip: Chip = {}): Architecture {
  return {
    ...{ ...paper, name: 'narrow' },
    chip: { meshRows: 1, meshColumns: 2, pesPerTile: 2, linkBitsPerCycle: 1, ...chip },
  };
}

describe('the policy tried', () => {
  test('takes one copy of each layer where greedy sends all over a link, by hand', () => {
    // One copy of each is on tile 0: b is a cycle behind a. Two of each are on tiles of their own: 16 results go over the link,
    // the first from cycle 1 on, 32 cycles each, and b runs the last of them a cycle later.
    const greedy = 1 + 16 * 32 + 1;
    const { cycles, usedPes, tried } = simulate(pair, narrow(), { pes: 4 });
    expect({ cycles, usedPes }).toEqual({ cycles: 17, usedPes: 2 });
    expect(tried).toMatchObject({
      taken: 'none',
      reason: `the fastest of ${tried!.lists.length} lists: greedy takes ${(greedy / 17).toFixed(2)}x as long`,
    });
    expect(tried!.lists.slice(0, 2)).toEqual([
      { copies: 'none', usedPes: 2, cycles: 17, end: 'finished' },
      { copies: 'greedy', usedPes: 4, cycles: greedy, end: 'finished' },
    ]);
    const alone = simulate(pair, narrow(), { pes: 4, duplication: 'greedy' });
    expect(alone).toMatchObject({ cycles: greedy, usedPes: 4 });
    expect(alone).not.toHaveProperty('tried');
  });

  test('gives what its list gives by itself, with all that is kept', () => {
    const options = { pes: 4, keepSets: true, keepPlacement: true, keepUse: true, keepCriticalPath: true };
    const { tried, ...result } = simulate(pair, narrow(), options);
    const none = simulate(pair, narrow(), { ...options, duplication: 'none' });
    expect(JSON.stringify(result)).toBe(JSON.stringify(none));
    expect(tried!.taken).toBe('none');
  });

  test('takes greedy where links are wide', () => {
    const { tried, cycles } = simulate(pair, narrow({ clockNs: 100, linkBitsPerCycle: 32 }), { pes: 4 });
    expect(tried).toMatchObject({
      taken: 'greedy',
      reason: expect.stringMatching(/: none takes 1\.\d\dx as long$/),
    });
    expect(cycles).toBeLessThan(17 * 14);
  });

  test('takes the fewest PEs of lists that are as fast', () => {
    // Three copies of four rows are no faster than two.
    const free = { ...paper, chip: { meshRows: 1, meshColumns: 3, pesPerTile: 2 } };
    const { tried, usedPes, cycles } = simulate(pair, free, { pes: 6, granularity: 'row' });
    expect({ usedPes, taken: tried!.taken }).toEqual({
      usedPes: 4,
      taken: 'greedy on 1/2 of the extra PEs, trimmed',
    });
    expect(tried!.lists[1]).toEqual({ copies: 'greedy', usedPes: 6, cycles, end: 'finished' });
    expect(tried!.reason).toMatch(/: greedy takes as long, none takes/);
  });

  test('is the default where a chip has tiles and PEs are left, and only there', () => {
    expect(simulate(pair, narrow(), { pes: 2 })).not.toHaveProperty('tried');
    expect(simulate(pair, paper, { pes: 4 })).not.toHaveProperty('tried');
    const one = { ...paper, chip: { gpeuOperationsPerCycle: 1, inputBufferBytes: 4096 } };
    expect(simulate(pair, one, { pes: 4 })).not.toHaveProperty('tried');
    expect(simulate(pair, one, { pes: 4, duplication: 'tried' })).toHaveProperty('tried');
  });

  test('leaves out lists that come to no end', () => {
    // 16 values of 4 bytes wait on tile 1 for those of a, which is slow: without copies nothing is on tile 1.
    const chip = narrow({ inputBufferBytes: 5 });
    const { tried } = simulate(
      chain(['a', 'b', 'c']),
      { ...chip, chip: { ...chip.chip, meshColumns: 3 } },
      { pes: 6 },
    );
    expect(tried!.lists.every(({ end, cycles }) => (end === 'finished') === (cycles !== undefined))).toBe(
      true,
    );
  });

  test('fails like greedy where no list comes to an end', () => {
    const chip = narrow({ inputBufferBytes: 3 });
    const message = (options: SimulationOptions) => {
      try {
        simulate(pair, chip, { pes: 4, ...options });
      } catch (error) {
        return (error as Error).message;
      }
      return undefined;
    };
    expect(message({})).toMatch(/too small to make progress/);
    expect(message({})).toBe(message({ duplication: 'greedy' }));
  });

  test('takes a simulation', () => {
    expect(() => mapNetwork(pair, paper, { duplication: 'tried', pes: 4 })).toThrow(
      'duplication: tried tries copies on a chip where values move, which takes a simulation (simulate); give none, greedy, sum',
    );
  });

  test('is never slower than none nor greedy: real networks on real chips', () => {
    for (const preset of ['isaac', 'puma']) {
      const { chip, ...others } = findPreset(preset)!;
      const large = { ...others, chip: { ...chip, inputBufferBytes: 2 ** 20 } };
      const network = zooNetwork('mobilenetv2');
      const of = (duplication: 'none' | 'greedy' | 'tried') => {
        return simulate(network, large, { duplication, granularity: 'row' });
      };
      const tried = of('tried');
      expect(of('none').cycles).toBeGreaterThan(tried.cycles);
      expect(of('greedy').cycles).toBeGreaterThanOrEqual(tried.cycles);
    }
  });
});

describe('lists that are tried', () => {
  test('have no copy that spares none a set', () => {
    const network = chain(['a', 'b'], 10);
    const workload = prepare(network, paper, { granularity: 'row' });
    const sets = 10;
    for (const { copies, duplication } of listsFor(workload, false)) {
      const { layers } = mapNetwork(network, paper, { pes: 16, duplication });
      const busiest = layers.map((layer) => Math.ceil(sets / layer.copies));
      const fewest = busiest.map((turns) => Math.ceil(sets / turns));
      if (copies !== 'greedy') expect(layers.map((layer) => layer.copies)).toEqual(fewest);
    }
    // 8 copies each: with 5 the busiest has two of ten sets as well.
    const greedy = mapNetwork(network, paper, { pes: 16 });
    expect(greedy.layers.map((layer) => layer.copies)).toEqual([8, 8]);
    const trimmed = listsFor(workload, false).find(({ copies }) => copies === 'greedy, trimmed')!;
    const { layers } = mapNetwork(network, paper, { pes: 16, duplication: trimmed.duplication });
    expect(layers.map((layer) => layer.copies)).toEqual([5, 5]);
  });
});

describe('a run with a limit', () => {
  const workload = prepare(zooNetwork('mobilenetv2'), findPreset('puma')!, { granularity: 'row' });
  const mapping = mapNetwork(workload.network, workload.architecture);

  test('stops soon after it', () => {
    const simulator = new Simulator(workload, mapping.totalPes);
    const { run } = simulator.play(mapping);
    const half = simulator.playWithin(mapping, run.cycles / 2);
    expect(half.played).toBeUndefined();
    expect(half.events).toBeLessThan(0.8 * run.events);
    expect(simulator.playWithin(mapping, run.cycles)).toEqual({
      ...{ events: run.events, played: { mapping, run, graph: expect.anything() } },
    });
    expect(simulator.play(mapping).run).toEqual(run);
    simulator.release();
  });
});
