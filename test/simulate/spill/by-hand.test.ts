import { describe, expect, test } from 'vitest';
import type { OneSizeArchitecture } from '../../../src/architecture/architecture.ts';
import type { Chip } from '../../../src/architecture/chip.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { loadModelBytes } from '../../../src/load/index.ts';
import { simulate } from '../../../src/simulate/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A layer that reads all four values of an input, of 8 bits each, and makes one. */
const network = loadModelBytes(
  bytes('[net]\nheight=2\nwidth=2\nchannels=1\n[connected]\noutput=1\nactivation=linear\n'),
  'all.cfg',
);

/** An MVM takes 140 cycles, and the port a bit per cycle. */
function chip(given: Chip): OneSizeArchitecture {
  return {
    ...{ ...paper, mvmLatencyNs: 1400 },
    chip: { clockNs: 10, offChipBitsPerCycle: 1, inputBufferBytes: 1, ...energies, ...given },
  };
}
const energies = { offChipEnergyPjPerBit: 1, sharedBufferEnergyPjPerBit: 2, bufferWriteEnergyPjPerBit: 4 };

describe('four values for a buffer that holds one of them', () => {
  // They come at 8, 16, 24 and 32. None finds room, as all of it is for a piece. The last one is stored at 40. Then they
  // are fetched until 72, for 140 cycles of work, and the result takes 8 to leave.
  test.each<[string, Chip, { start: number; cycles: number; shared: number }]>([
    ['off-chip memory', {}, { start: 72, cycles: 220, shared: 0 }],
    // All four are fetched at once.
    ['memory of 5 cycles of latency', { offChipLatencyNs: 41 }, { start: 77, cycles: 225, shared: 0 }],
    // Half of them come from there at once, and so only two take the port.
    ['a shared buffer for two', { sharedBufferBytes: 2 }, { start: 56, cycles: 204, shared: 32 }],
    [
      'a shared buffer for two, of a bit per cycle',
      { sharedBufferBytes: 2, sharedBufferBitsPerCycle: 1 },
      { start: 56, cycles: 204, shared: 32 },
    ],
    // Each takes 4 cycles into it and out of it: the last one is stored at 36.
    [
      'a shared buffer for all, of 2 bits per cycle',
      { sharedBufferBytes: 4, sharedBufferBitsPerCycle: 2 },
      { start: 52, cycles: 200, shared: 64 },
    ],
  ])('%s', (_, given, { start, cycles, shared }) => {
    const result = simulate(network, chip(given));
    expect(result).toMatchObject({ cycles, layers: [{ startCycle: start, endCycle: start + 140 }] });
    expect(result.spill).toEqual({ spilledBits: 32, fetchedBits: 32, sharedBufferBits: shared });
    expect(result.sharedBuffer).toEqual(
      given.sharedBufferBytes && { bytes: given.sharedBufferBytes, peakBytes: given.sharedBufferBytes },
    );
    // In and out are 32 and 8 bits, and what spills goes out and comes back.
    expect(result.energyPj.parts).toMatchObject({
      ...{ offChip: 32 + 8 + 64 - shared, sharedBuffer: 2 * shared },
      // Results of both, and pieces in the input buffer.
      bufferWrite: 4 * (32 + 8 + 32),
    });
    const [layer, input] = [result.layers[0]!.energyPj.parts, result.inputs[0]!.energyPj.parts];
    for (const part of ['offChip', 'sharedBuffer', 'bufferWrite'])
      expect(layer[part]! + input[part]!).toBe(result.energyPj.parts[part]);
  });

  test('times of which many are no exact numbers', () => {
    const clocks = (given: Chip) => chip({ clockNs: 1e-6, ...given });
    expect(() => simulate(network, clocks({ offChipLatencyNs: 1e9 }))).toThrow(
      /^chip\.offChipLatencyNs: a fetch takes 1000000000000000 clock cycles of 0\.000001 ns, more than 8796093022208; give a shorter time or a longer clock$/,
    );
    const long = clocks({ offChipLatencyNs: 8e6 });
    expect(simulate(network, long, { batch: 10 }).cycles).toBeGreaterThan(8e13);
    expect(() => simulate(network, long, { batch: 1200 })).toThrow(
      /^the simulation takes more than 2\^53 clock cycles, .*; give shorter times, a longer clock or a smaller batch$/,
    );
    const writing = { ...clocks({ inputBufferBytes: 100 }), peWriteNs: 86_400e9, crossbarRows: 1, pes: 2 };
    expect(() => simulate(network, writing)).toThrow(
      /^peWriteNs: writing a PE takes 864000*\d* clock cycles/,
    );
  });
});
