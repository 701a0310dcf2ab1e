import { describe, expect, test } from 'vitest';
import { parseArchitecture } from '../../src/architecture/file.ts';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { architecturePresets, findPreset, paper } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';

const MINIMAL = {
  ...{ name: 'mine', crossbarRows: 128, crossbarColumns: 64, weightBits: 8, cellBits: 2 },
  ...{ differentialPairs: true, activationBits: 8, dacBits: 1, readLatencyNs: 12.5 },
};

function arithmetic(more: object) {
  return normalArchitecture(parseArchitecture(JSON.stringify({ ...MINIMAL, ...more }), 'chip.yaml'))
    .arithmetic;
}

describe('the arithmetic of an architecture', () => {
  test('has defaults for all that is left out', () => {
    expect(arithmetic({})).toEqual({
      ...{ weightBits: 8, cellBits: 2, activationBits: 8, dacBits: 1, adcBits: undefined },
      ...{ adcRange: 'clip', coding: 'pairs', isDifference: false },
    });
    expect(arithmetic({ differentialPairs: false }).coding).toBe('bias');
  });

  test('codes signs as pairs where there are pairs, whatever is said of others', () => {
    expect(arithmetic({ weightCoding: 'flipped' }).coding).toBe('pairs');
    expect(arithmetic({ differentialPairs: false, weightCoding: 'flipped' }).coding).toBe('flipped');
  });

  test.each([
    [{ pairReadout: 'analogue' }, true],
    [{ pairReadout: 'separate' }, false],
    [{ differentialPairs: false, weightCoding: 'signed' }, true],
    [{ differentialPairs: false, pairReadout: 'analogue' }, false],
  ])('%j: a difference has one conversion: %s', (more, isDifference) => {
    expect(arithmetic(more).isDifference).toBe(isDifference);
  });

  test.each([
    [{ adcBits: 0 }, 'adcBits: must be a whole number from 1 to 32, found 0'],
    [{ adcBits: 33 }, 'found 33'],
    [{ adcRange: 'best' }, 'adcRange: must be clip, full or calibrated, found "best"'],
    [{ weightCoding: 'pairs' }, 'weightCoding: must be bias, flipped or signed, found "pairs"'],
    [{ pairReadout: true }, 'pairReadout: must be separate or analogue, found true'],
  ])('%j is refused', (more, message) => {
    expect(() => arithmetic(more)).toThrow(ClsaCimError);
    expect(() => arithmetic(more)).toThrow(message);
  });

  test('of the presets', () => {
    const told = architecturePresets.map((preset) => {
      const { coding, adcBits } = normalArchitecture(preset).arithmetic;
      return `${preset.name}: ${coding}, ${adcBits ?? 'exact'}`;
    });
    expect(told).toEqual([
      'paper: bias, exact',
      'isaac: flipped, 8',
      'puma: flipped, 8',
      'raella: signed, exact',
      'cim-aq: pairs, exact',
      'sram-dcim: bias, exact',
      'neurram: signed, exact',
    ]);
  });

  test('takes no column and no time', () => {
    const isaac = findPreset('isaac') ?? paper;
    const { adcBits: _, weightCoding: __, ...without } = isaac;
    const normal = normalArchitecture(isaac);
    expect(normalArchitecture(without).columnsPerWeight).toBe(normal.columnsPerWeight);
    expect(normalArchitecture(without).mvmLatencyNs).toBe(normal.mvmLatencyNs);
  });
});
