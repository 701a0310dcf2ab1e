import { expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { ALL, SAME } from '../../src/network/reads.ts';
import { lower } from '../../src/workload/problem.ts';
import { networkOf } from './agreement.ts';

test('layers whose templates find no room are scheduled without them, and so are those that share their times', () => {
  const quarter = {
    kind: 'list',
    positions: Array.from({ length: 16_000 }, (_, row) => row >> 2),
  } as const;
  const engine = new Engine();
  const problem = lower(
    networkOf([
      { height: 4000, width: 16_000, base: true },
      // 1 GB of times; with so many finishes in front of every line 4.1 GB.
      { height: 16_000, width: 16_000, base: true, inputs: [[0, quarter, SAME]] },
      { height: 16_000, width: 16_000, base: true, inputs: [[0, quarter, SAME]] },
      { height: 1, width: 1, base: true, inputs: [[2, ALL, ALL]] },
    ]),
    'pixel',
  );
  engine.load(problem.words);
  const copies = 48_000;
  const last = 1 + Math.ceil(16_000 ** 2 / copies);
  expect(engine.schedule([1_000_000, copies, copies, 1])).toBe(last + 1);
  expect(problem.baseLayers.slice(1).map((layer) => engine.endCycle(layer))).toEqual([last, last, last + 1]);
  engine.dispose();
});
