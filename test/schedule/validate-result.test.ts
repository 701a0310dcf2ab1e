import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { copyWrites } from '../../src/schedule/copy-writes.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { validateLayerByLayer } from '../../src/schedule/validate-layer-by-layer.ts';
import { validateResult } from '../../src/schedule/validate-result.ts';
import { chain } from './chain.ts';

const network = chain(2, 3, 3);

test.each(['xinf', 'lbl'] as const)('a schedule that has kept no sets is refused: %s', (scheduling) => {
  const result = schedule(network, paper, { scheduling });
  const refused = expect.objectContaining({ kind: 'usage', message: expect.stringContaining('keepSets') });
  expect(() => validateResult(network, paper, result)).toThrow(refused);
  expect(() => copyWrites(network, paper, result)).toThrow(refused);
});

test('layer by layer, a start and a finish that are off are told each by itself', () => {
  const options = { scheduling: 'lbl', granularity: 'row', extraPes: 1, keepSets: true } as const;
  const { sets, cycles } = schedule(network, paper, options);
  validateLayerByLayer(sets!, cycles);
  const [first, second] = sets!;
  for (const error of [-1, 1]) {
    const start = (k: number) => second!.start(k) + (k === 1 ? error : 0);
    const finish = (k: number) => second!.finish(k) + (k === 1 ? error : 0);
    for (const change of [{ start }, { finish }]) {
      expect(() => validateLayerByLayer([first!, { ...second!, ...change }], cycles)).toThrow(
        'layer conv1, set 1: runs from',
      );
    }
  }
});
