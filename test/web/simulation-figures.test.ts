import { expect, test } from 'vitest';
import { doneAndWaited, figuresOf } from '../../src/web/simulation-figures.ts';
import { simulated } from '../scarce-chips.ts';

const keys = (chip: keyof typeof simulated) => figuresOf(simulated[chip]).map(([key]) => key);
const columns = (chip: keyof typeof simulated) =>
  doneAndWaited(simulated[chip].layers).map(([, name]) => name);

test('the playground tells what spilled only where something did', () => {
  const { spill, sharedBuffer } = simulated.shared;
  expect(figuresOf(simulated.shared).slice(-4)).toEqual([
    ['spilledBits', 'Bits spilled', spill!.spilledBits, expect.any(String)],
    ['fetchedBits', 'Bits fetched back', spill!.fetchedBits, expect.any(String)],
    ['sharedBufferBits', 'Of both in the shared buffer', spill!.sharedBufferBits, expect.any(String)],
    [
      'sharedPeakBytes',
      'Fullest shared buffer',
      sharedBuffer!.peakBytes,
      expect.stringMatching(/^\d+ of 256 B$/),
    ],
  ]);
  expect(spill!.sharedBufferBits).toBeGreaterThan(0);
  expect(keys('spilling')).toEqual([...keys('ample'), 'spilledBits', 'fetchedBits']);
  expect(keys('shared')).toEqual([...keys('spilling'), 'sharedBufferBits', 'sharedPeakBytes']);
});

test('the playground tells waits for weights and fetched values only where there were some', () => {
  expect(columns('ample')).toEqual(['Compute', 'Data', 'Space', 'Copy', 'Read', 'GPEU', 'Send', 'Link']);
  expect(columns('spilling')).toEqual([...columns('ample'), 'Fetch']);
  expect(columns('inTurns')).toEqual([...columns('ample'), 'Write']);
});
