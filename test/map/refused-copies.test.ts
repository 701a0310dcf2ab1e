import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import type { DuplicationPolicy } from '../../src/map/duplication/index.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov4');
const { crossbarRows: _, crossbarColumns: __, pes: ___, ...bits } = paper;

test('tried is for simulations, and says what may be given instead', () => {
  expect(() => mapNetwork(network, paper, { duplication: 'tried' })).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringMatching(
        /^duplication: tried tries copies .* give none, greedy, sum, a function/,
      ),
    }),
  );
});

test('copies of one class of crossbars need extra PEs', () => {
  const copies = Array.from({ length: 21 }, (_, i) => (i === 0 ? 4 : 1));
  expect(() => mapNetwork(network, paper, { extraPes: 2, duplication: copies })).toThrow(
    'takes 3 PEs beyond the minimum and 2 are left, 1 too few; give at least 3 extra PEs or fewer copies',
  );
});

test('a policy is not asked for a class of crossbars that has no layer', () => {
  const crossbars = [
    { name: 'used', crossbarRows: 256, crossbarColumns: 256, pes: 400 },
    { name: 'useless', crossbarRows: 4096, crossbarColumns: 4096, pes: 1 },
  ];
  const calls: number[] = [];
  const policy: DuplicationPolicy = (layers) => {
    calls.push(layers.length);
    return layers.map(() => 1);
  };
  mapNetwork(network, { ...bits, name: 'two', crossbars }, { duplication: policy });
  expect(calls).toEqual([21]);
});
