import { expect, test, vi } from 'vitest';
import { chain } from '../../bench/scaling/networks.ts';
import { paper } from '../../src/architecture/presets.ts';
import { Engine } from '../../src/engine/engine.ts';
import { schedule } from '../../src/schedule/schedule.ts';

test('a batch whose times are more than is kept of an engine is mapped and scheduled in one engine', () => {
  const [load, release] = [vi.spyOn(Engine.prototype, 'load'), vi.spyOn(Engine.prototype, 'release')];
  const options = { granularity: 'row', batch: 300_000, pes: 2 } as const;
  const result = schedule(chain(4), { ...paper, peWriteNs: 14_000 }, options);
  expect(result.roundCount).toBeGreaterThan(1);
  expect(load).toHaveBeenCalledTimes(1);
  expect(release).toHaveBeenCalledTimes(1);
});
