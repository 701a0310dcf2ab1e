import { describe, expect, test } from 'vitest';
import { mutants } from './mutants/index.ts';
import type { AnyResult, Mutant } from './mutants/mutant.ts';
import { networks } from './mutants/networks.ts';
import {
  type Case,
  type ChipName,
  scheduleCase,
  simulationCase,
  validate,
  verify,
} from './mutants/run-case.ts';

const CHIPS: readonly ChipName[] = ['paper', 'isaac', 'puma', 'rounds'];

/** What plants, validates and verifies, of one kind of results. */
function notices<Result extends AnyResult>(
  kind: Mutant['of'],
  chip: ChipName,
  cases: readonly Case<Result>[],
): void {
  test('what is not planted in passes', () => {
    for (const own of cases) {
      expect(() => validate(own, { result: own.result })).not.toThrow();
      expect(() => verify(own, { result: own.result })).not.toThrow();
    }
  });

  const meant = mutants.filter(({ of = kind, on = CHIPS }) => of === kind && on.includes(chip));
  test.each(meant)('$name', ({ plant, validation, verification }) => {
    for (const own of cases) {
      const planted = plant(own);
      expect(planted, own.network.name).toBeDefined();
      if (validation === undefined) expect(() => validate(own, planted!)).not.toThrow();
      else expect(() => validate(own, planted!), own.network.name).toThrow(validation);
      expect(() => verify(own, planted!), own.network.name).toThrow(verification);
    }
  });
}

describe.each(CHIPS)('errors in schedules on %s are noticed', (chip) => {
  notices(
    'schedule',
    chip,
    networks.map((network) => scheduleCase(network, chip)),
  );
});

describe.each(CHIPS)('errors in simulated runs on %s are noticed', (chip) => {
  notices(
    'simulation',
    chip,
    networks.map((network) => simulationCase(network, chip)),
  );
});
