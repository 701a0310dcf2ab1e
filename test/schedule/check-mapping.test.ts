import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import type { Mapping } from '../../src/map/mapping.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { prepare } from '../../src/workload/workload.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const chip = { ...paper, peWriteNs: 56_000 };
const scheduler = new Scheduler(prepare(zooNetwork('tinyyolov4'), chip, { granularity: 'row' }));
const mapping = scheduler.map({ pes: 60 });

/** A mapping put together by hand. */
const changed = (change: Partial<Mapping>): Mapping => ({ ...mapping, ...change });

test.each<[string, Mapping, string]>([
  ['rounds that do not begin with the first layer', changed({ rounds: [1, 4] }), 'begin with 0 and grow'],
  ['rounds that go back', changed({ rounds: [0, 4, 3] }), 'begin with 0 and grow'],
  ['rounds behind the last layer', changed({ rounds: [0, mapping.layers.length] }), 'begin with 0 and grow'],
  ['rounds that are no numbers of layers', changed({ rounds: [0, 1.5] }), 'begin with 0 and grow'],
  ['a round larger than the chip', changed({ totalPes: 20 }), 'PEs and there are 20'],
  [
    'a round whose copies are together larger than the chip',
    changed({ rounds: [0, 1], layers: mapping.layers.slice(0, 2).map((own) => ({ ...own, copies: 61 })) }),
    `round 0 takes ${61 * mapping.layers[0]!.pesPerCopy} PEs and there are 60`,
  ],
])('a mapping with %s is refused, since its writing would never end', (_, wrong, message) => {
  for (const reload of ['rolling', 'barrier'] as const) {
    const refused = { kind: 'usage', message: expect.stringContaining(message) };
    expect(() => scheduler.schedule(wrong, { reload })).toThrow(expect.objectContaining(refused));
    expect(() => scheduler.cycles(wrong, { reload })).toThrow(expect.objectContaining(refused));
  }
});

test('a mapping in rounds is refused by an architecture that does not say how long writing takes', () => {
  expect(() => scheduler.on(paper).schedule(mapping)).toThrow('add peWriteNs or rowWriteNs');
  expect(scheduler.on({ ...chip, peWriteNs: 1 }).cycles(mapping)).toBeLessThan(scheduler.cycles(mapping));
});
