import { describe, expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { architectureOf, overridden } from '../../src/sweep/architecture-overrides.ts';
import type { Values } from '../../src/sweep/point.ts';

/** The chip of a point with these parameters. */
function chipOf(preset: string, parameters: Values) {
  const { overrides, content } = overridden(findPreset(preset)!, parameters);
  return architectureOf(content(), overrides, preset);
}

describe('fields of an architecture of which it has one or the other', () => {
  test('replace each other', () => {
    expect(chipOf('isaac', { mvmLatencyNs: 700 })).toMatchObject({ mvmLatencyNs: 700 });
    expect(chipOf('paper', { readLatencyNs: 700 })).toMatchObject({ mvmLatencyNs: 700 });
    expect(chipOf('sram-dcim', { peWriteNs: 100 }).writing).toMatchObject({
      peWriteNs: 100,
      parallelWrites: 1,
    });
    expect(chipOf('cim-aq', { rowWriteNs: 100 }).writing).toMatchObject({ peWriteNs: 25_600 });
  });

  test('are a contradiction where a point gives both', () => {
    expect(() => chipOf('cim-aq', { rowWriteNs: 100, peWriteNs: 100 })).toThrow(
      'cim-aq with rowWriteNs 100, peWriteNs 100: peWriteNs: is given as well as rowWriteNs; give only one of them',
    );
    expect(() => chipOf('paper', { readLatencyNs: 100, mvmLatencyNs: 100 })).toThrow('not both');
    expect(chipOf('cim-aq', { rowWriteNs: 100, peWriteNs: null }).writing).toMatchObject({
      peWriteNs: 25_600,
    });
  });
});

describe('times of a point that do not go together are said with its values', () => {
  test('an MVM that is over before the next one may start', () => {
    expect(() => chipOf('puma', { mvmLatencyNs: 1000 })).toThrow(
      'puma with mvmLatencyNs 1000: mvmIntervalNs: an MVM takes 1000 ns, and another one cannot have to wait for ' +
        'longer; give at most that',
    );
    expect(() => chipOf('puma', { readLatencyNs: 10 })).toThrow('puma with readLatencyNs 10: mvmIntervalNs:');
    expect(chipOf('puma', { mvmLatencyNs: 1000, mvmIntervalNs: null })).toMatchObject({ resultCycles: 1 });
    expect(chipOf('puma', { mvmIntervalNs: 576 })).toMatchObject({ resultCycles: 4 });
  });

  test('writes at a time without the time of a write, unless only the chip says so', () => {
    expect(chipOf('sram-dcim', { rowWriteNs: null }).writing).toBeUndefined();
    expect(chipOf('puma', { peWriteNs: null, parallelWrites: null }).given).not.toHaveProperty(
      'peWriteEnergyPj',
    );
    expect(() => chipOf('paper', { parallelWrites: 2 })).toThrow(
      'paper with parallelWrites 2: parallelWrites: does nothing without the time to write',
    );
    expect(chipOf('paper', { parallelWrites: 2, peWriteNs: 1400 }).writing).toMatchObject({ writeCycles: 1 });
  });
});
