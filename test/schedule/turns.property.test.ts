import { describe, test } from 'vitest';
import { holdLargerNetworks, holdLayerByLayer, holdRandomNetworks } from './turns-cases.ts';

// More of the same are in turns.slow.test.ts.
describe('schedule() agrees with the reference', () => {
  test('on random networks in random turns', () => holdRandomNetworks(300), 240_000);

  test('on larger networks', () => holdLargerNetworks(40), 240_000);

  test('layer by layer', () => holdLayerByLayer(150), 240_000);
});
