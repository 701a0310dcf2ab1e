import { describe, test } from 'vitest';
import { holdLargerNetworks, holdLayerByLayer, holdRandomNetworks } from './turns-cases.ts';

describe('schedule() agrees with the reference', () => {
  test('on random networks in random turns', () => holdRandomNetworks(1500), 240_000);

  test('on larger networks', () => holdLargerNetworks(200), 240_000);

  test('layer by layer', () => holdLayerByLayer(500), 240_000);
});
