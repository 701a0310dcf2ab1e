import { expect, test } from 'vitest';
import { occasionalColumns, resultsOf } from '../../src/sweep/columns.ts';
import { simulated } from '../scarce-chips.ts';

const names = (result: object) =>
  Object.keys(result).filter((name) => /spill|shared[^.]*\.\w+Bytes|\.bytes/.test(name));

test('what spills is in columns of its own, only where something does', () => {
  const { spill, sharedBuffer } = simulated.shared;
  expect(resultsOf(simulated.shared)).toMatchObject({
    'spill.spilledBits': spill!.spilledBits,
    'spill.fetchedBits': spill!.fetchedBits,
    'spill.sharedBufferBits': spill!.sharedBufferBits,
    'sharedBuffer.bytes': 256,
    'sharedBuffer.peakBytes': sharedBuffer!.peakBytes,
  });
  expect(names(resultsOf(simulated.ample))).toEqual([]);
  const occasional = occasionalColumns({ ideal: false, simulated: true });
  expect(occasional).toEqual(expect.arrayContaining(names(resultsOf(simulated.shared))));
});
