import { describe, expect, test } from 'vitest';
import { architecturePresets } from '../../../src/architecture/presets.ts';
import { hasCode } from '../../../src/errors.ts';
import { type SimulationOptions, simulate } from '../../../src/simulate/simulate.ts';
import { zoo, zooNetwork } from '../../../src/zoo/index.ts';

/** These have more sets than a test has time for, and fit none of the presets with tiles. */
const TOO_LARGE = ['llama_7b'];

describe('the copies that simulations have where nothing is said of them', () => {
  const cases = architecturePresets.flatMap((preset) =>
    zoo
      .filter(({ name }) => !TOO_LARGE.includes(name))
      .flatMap(({ name }) => (['pixel', 'row'] as const).map((sets) => ({ preset, name, sets }))),
  );

  test.each(cases)(
    'are never slower than none: $name on $preset.name, $sets sets',
    ({ preset, name, sets }) => {
      const network = zooNetwork(name);
      const outcome = (options: SimulationOptions) => {
        try {
          return simulate(network, preset, { granularity: sets, ...options }).cycles;
        } catch (error) {
          if (hasCode(error, 'DOES_NOT_FIT') || hasCode(error, 'DEADLOCK')) return Infinity;
          throw error;
        }
      };
      expect(outcome({})).toBeLessThanOrEqual(outcome({ duplication: 'none' }));
    },
  );
});
