import { describe, expect, test } from 'vitest';
import { findPreset } from '../../../src/architecture/presets.ts';
import { simulate } from '../../../src/simulate/index.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

describe('networks that are larger than a shipped chip come to their end there', { timeout: 120_000 }, () => {
  test.each(
    ['resnet101', 'resnet152', 'yolov3'].flatMap((name) => [
      [name, 'isaac'] as const,
      [name, 'puma'] as const,
    ]),
  )('%s on %s', (name, preset) => {
    const { cycles, idealCycles, roundCount, writtenPes, minimumPes, totalPes } = simulate(
      zooNetwork(name),
      findPreset(preset)!,
    );
    expect(minimumPes).toBeGreaterThan(totalPes);
    expect(roundCount).toBeGreaterThan(1);
    // All weights are somewhere once, and those that are not there from the start are written.
    expect(writtenPes).toBeGreaterThanOrEqual(minimumPes - totalPes);
    expect(cycles).toBeGreaterThan(idealCycles);
  });
});
