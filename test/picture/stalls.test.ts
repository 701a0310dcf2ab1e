import { expect, test } from 'vitest';
import { stallsOf } from '../../src/picture/stalls.ts';
import { simulated } from '../scarce-chips.ts';

const ALWAYS = ['data', 'buffer space', 'a copy', 'read port', 'GPEU', 'space to send', 'links'];

test.each([
  ['ample', []],
  ['spilling', ['fetched values']],
  ['inTurns', ['weights']],
] as const)('layers of a chip that is %s wait for %j too', (chip, causes) => {
  const names = stallsOf(simulated[chip]).causes.map(({ name }) => name);
  expect(names).toEqual([...ALWAYS.slice(0, 3), ...causes, ...ALWAYS.slice(3)]);
});

test.each(['ample', 'spilling', 'shared', 'inTurns'] as const)(
  'what is between starts adds up to the last start of a layer: %s',
  (chip) => {
    const { layers } = simulated[chip];
    const { causes } = stallsOf(simulated[chip]);
    const between = causes.filter(({ isBetweenStarts }) => isBetweenStarts);
    layers.forEach(({ startCycle, endCycle }, i) => {
      const sum = between.reduce((cycles, { waitCycles }) => cycles + waitCycles[i]!, 0);
      expect(sum).toBeGreaterThanOrEqual(startCycle);
      expect(sum).toBeLessThan(endCycle);
    });
  },
);
