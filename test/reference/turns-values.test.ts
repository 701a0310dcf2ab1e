import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { pesPerCopy } from '../../src/map/tiling.ts';
import { baseLayers } from '../../src/network/network.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { referenceAnalysis } from './reference.ts';
import { fewestRounds, policyCopies } from './rounds.ts';
import { slicesOf } from './slices.ts';
import { cyclesOf } from './turns-metrics.ts';

/** What spec.md section 9 says of ResNet50: PEs and cycles. */
test.each([
  [195, 7733],
  [137, 4681],
])('ResNet50 in row sets on %i PEs, with 40 cycles a write and the rounds of fewest', (totalPes, cycles) => {
  const network = zooNetwork('resnet50');
  const analysis = referenceAnalysis(network, 'row');
  const pes = baseLayers(network).map(({ weights }) => pesPerCopy(weights, paper));
  const chip = {
    ...{ analysis, totalPes, slices: slicesOf(analysis, pes, totalPes), batch: 1, group: 1, resultCycles: 1 },
    ...{ reload: 'rolling' as const, writeCycles: 40, parallelWrites: totalPes },
  };
  const rounds = fewestRounds(chip);
  expect(cyclesOf({ ...chip, rounds, copies: policyCopies(chip, rounds, 'greedy') })).toBe(cycles);
});
