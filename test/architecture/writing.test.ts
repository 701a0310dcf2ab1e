import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { architectureToYaml, parseArchitecture } from '../../src/architecture/file.ts';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { architecturePresets, findPreset, paper } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';

type Fields = Readonly<Record<string, unknown>>;

const withFields = (fields: Fields) =>
  parseArchitecture(JSON.stringify({ ...paper, ...fields }), 'chip.json');

const normal = (fields: Fields) => normalArchitecture(withFields(fields));

/** Every line that is told about the paper's chip with these fields. */
function mistakes(fields: Fields): readonly string[] {
  try {
    withFields(fields);
  } catch (error) {
    expect(error).toBeInstanceOf(ClsaCimError);
    if (error instanceof ClsaCimError) return error.mistakes;
  }
  throw new Error('nothing was thrown');
}

describe('the time between two MVMs', () => {
  test('is that of one, unless it is given; then results are there some cycles later', () => {
    expect(normal({})).toMatchObject({ mvmIntervalNs: 1400, resultCycles: 1, mvmIntervalCycles: 1 });
    expect(normal({ mvmIntervalNs: 1400 })).toMatchObject({ mvmIntervalNs: 1400, resultCycles: 1 });
    expect(normal({ mvmIntervalNs: 700 })).toMatchObject({ clockNs: 700, resultCycles: 2, mvmCycles: 2 });
    expect(normal({ mvmIntervalNs: 699 })).toMatchObject({ resultCycles: 3, mvmIntervalCycles: 1 });
    expect(normal({ mvmIntervalNs: 600, chip: { clockNs: 100 } })).toMatchObject({
      ...{ mvmLatencyNs: 1400, resultCycles: 3, clockNs: 100, mvmCycles: 14, mvmIntervalCycles: 6 },
    });
  });

  test('may be that of the reads of one, whatever the last bit of their sum is', () => {
    const { mvmLatencyNs: _, ...others } = paper;
    const reads = { ...others, activationBits: 3, dacBits: 1, readLatencyNs: 0.7, mvmIntervalNs: 2.1 };
    expect(3 * 0.7).toBeLessThan(2.1);
    expect(normalArchitecture(reads).resultCycles).toBe(1);
    expect(() => normalArchitecture({ ...reads, mvmIntervalNs: 2.2 })).toThrow('mvmIntervalNs: an MVM takes');
  });

  test.each([
    [1401, 'an MVM takes 1400 ns, and another one cannot have to wait for longer; give at most that'],
    [1e-6, undefined],
    [0, 'must be a number of nanoseconds above 0, at most 1000000000, found 0'],
    [-1, 'must be a number of nanoseconds above 0, at most 1000000000, found -1'],
    [1e-7, 'must be a number of nanoseconds of at least 0.000001, found 1e-7'],
    ['1400', 'must be a number of nanoseconds above 0, at most 1000000000, found "1400"'],
    [null, 'must be a number of nanoseconds above 0, at most 1000000000, found nothing'],
  ])('of %j', (mvmIntervalNs, message) => {
    if (message === undefined) expect(normal({ mvmIntervalNs }).resultCycles).toBe(1.4e9);
    else expect(mistakes({ mvmIntervalNs })).toEqual([`chip.json: mvmIntervalNs: ${message}`]);
  });

  test('is no longer than leaves so many MVMs under way that 32 bits hold them', () => {
    expect(mistakes({ mvmLatencyNs: 1e9, mvmIntervalNs: 0.1 })).toEqual([
      'chip.json: mvmIntervalNs: 10000000000 MVMs of a PE would be under way at a time, more than 2147483647; give a ' +
        'longer time',
    ]);
  });
});

describe('the time to write', () => {
  test('is not known unless it is given', () => {
    expect(normal({}).writing).toBeUndefined();
  });

  test('is that of a PE, or of all its rows, and counted in cycles of a schedule', () => {
    expect(normal({ peWriteNs: 56_000 }).writing).toEqual({ peWriteNs: 56_000, writeCycles: 40 });
    expect(normal({ rowWriteNs: 100 }).writing).toEqual({ peWriteNs: 25_600, writeCycles: 19 });
    expect(normal({ peWriteNs: 1 }).writing).toMatchObject({ writeCycles: 1 });
    expect(normal({ peWriteNs: 56_000, mvmIntervalNs: 700 }).writing).toMatchObject({ writeCycles: 80 });
    expect(normal({ peWriteNs: 1e9, chip: { clockNs: 1 } }).writing).toMatchObject({ writeCycles: 714_286 });
  });

  test('comes with what else is known of writing', () => {
    const others = { parallelWrites: 4, peWriteEnergyPj: 2.5, enduranceWrites: 1e6 };
    expect(normal({ peWriteNs: 1400, ...others }).writing).toEqual({
      ...{ peWriteNs: 1400, writeCycles: 1, ...others },
    });
  });

  test('may be an hour, and even a day', () => {
    const hour = 3600e9;
    expect(normal({ peWriteNs: hour, pes: 1e5, parallelWrites: 1 }).writing?.writeCycles).toBe(
      Math.ceil(hour / 1400),
    );
    expect(normal({ peWriteNs: 24 * hour, mvmIntervalNs: 10 }).writing?.writeCycles).toBe(24 * 3600e8);
  });

  test.each<[Fields, string]>([
    [{ peWriteNs: 0 }, 'peWriteNs: must be a number of nanoseconds above 0, at most 86400000000000, found 0'],
    [
      { rowWriteNs: -3 },
      'rowWriteNs: must be a number of nanoseconds above 0, at most 86400000000000, found -3',
    ],
    [
      { peWriteNs: 1e14 },
      'peWriteNs: must be a number of nanoseconds above 0, at most 86400000000000, found 1',
    ],
    [{ peWriteNs: 1e-300 }, 'peWriteNs: must be a number of nanoseconds of at least 0.000001, found 1e-300'],
    [{ peWriteNs: [56] }, 'peWriteNs: must be a number of nanoseconds above 0'],
    [{ peWriteNs: '56 µs' }, 'peWriteNs: must be a number of nanoseconds above 0'],
    [{ peWriteNs: 1, rowWriteNs: 1 }, 'peWriteNs: is given as well as rowWriteNs; give only one of them'],
    [
      { rowWriteNs: 1e12 },
      'rowWriteNs: 256 rows take 256000000000000 ns to write, more than 86400000000000; give a shorter time',
    ],
    [
      { peWriteNs: 86_400e9, mvmIntervalNs: 1 },
      'peWriteNs: writing a PE takes 86400000000000 cycles of 1 ns, more than 8796093022208; give a shorter time',
    ],
    [
      { peWriteNs: 1, parallelWrites: 0 },
      'parallelWrites: must be a whole number from 1 to 2147483647, found 0',
    ],
    [{ peWriteNs: 1, parallelWrites: 1.5 }, 'parallelWrites: must be a whole number'],
    [
      { peWriteNs: 1, peWriteEnergyPj: -1 },
      'peWriteEnergyPj: must be a number from 0 to 1000000000000, found -1',
    ],
    [{ peWriteNs: 1, enduranceWrites: 0 }, 'enduranceWrites: must be a number of writes from 1 to'],
    [{ peWriteNs: 1, enduranceWrites: 1e300 }, 'enduranceWrites: must be a number of writes from 1 to'],
    [{ peWriteMs: 1 }, 'peWriteMs: unknown field; did you mean "peWriteNs"?'],
  ])('%j is refused in one line', (fields, message) => {
    const [first, ...others] = mistakes(fields);
    expect(first).toContain(`chip.json: ${message}`);
    expect(others).toEqual([]);
  });

  test.each(['parallelWrites', 'peWriteEnergyPj', 'enduranceWrites'])(
    '%s does nothing without it',
    (field) => {
      expect(mistakes({ [field]: 1 })).toEqual([
        `chip.json: ${field}: does nothing without the time to write; add peWriteNs or rowWriteNs, or remove it`,
      ]);
    },
  );

  test.each(['peWriteNs', 'rowWriteNs', 'parallelWrites', 'peWriteEnergyPj', 'enduranceWrites'])(
    'is for crossbars of one size: %s',
    (field) => {
      const { crossbarRows, crossbarColumns, pes: _, ...others } = paper;
      const crossbars = [{ name: 'all', crossbarRows, crossbarColumns, pes: 4 }];
      const listed: Architecture = { ...others, crossbars, [field]: 1 };
      expect(() => normalArchitecture(listed)).toThrow(
        /^architecture: crossbars: \w+ is given as well; it is for crossbars of one size, so remove it$/,
      );
    },
  );

  test('is the same from YAML, whose docs say what each field is', () => {
    const given = withFields({
      rowWriteNs: 2.5,
      parallelWrites: 3,
      enduranceWrites: 1e12,
      mvmIntervalNs: 700,
    });
    const yaml = architectureToYaml(given);
    expect(parseArchitecture(yaml, 'chip.yaml')).toEqual(given);
    expect(yaml).toContain(
      '# PEs of the chip that are written at a time; left out, all.\nparallelWrites: 3\n',
    );
    expect(yaml).toContain('\n# peWriteNs:\n');
  });
});

describe('presets', () => {
  test.each([
    ['paper', 1, undefined],
    ['isaac', 1, 7],
    ['puma', 2, 8],
    ['raella', 1, 40],
    ['cim-aq', 1, 5],
    ['sram-dcim', 1, 64],
    ['neurram', 1, 1_747_627],
  ])('%s: a result after %d cycles, a write of %s', (name, resultCycles, writeCycles) => {
    const { writing, ...others } = normalArchitecture(findPreset(name)!);
    expect(others).toMatchObject({ resultCycles });
    expect(writing?.writeCycles).toBe(writeCycles);
  });

  test('a chip whose weights take turns says how many PEs it has and what is assumed of it', () => {
    for (const { name, peWriteNs, rowWriteNs, pes, description } of architecturePresets) {
      if (name === 'paper') continue;
      expect(peWriteNs ?? rowWriteNs, name).toBeGreaterThan(0);
      expect(description, name).toMatch(/assumed/i);
      if (name !== 'raella') expect(pes, name).toBeGreaterThan(0);
    }
  });

  test('PUMA peaks at the 52.31 TOPS that are published', () => {
    const { pes, mvmIntervalNs } = findPreset('puma')!;
    expect((2 * 128 * 128 * pes!) / mvmIntervalNs! / 1e3).toBeCloseTo(52.31, 1);
  });

  test('a digital SRAM macro makes the 3.3 TOPS and 89 TOPS/W that are published', () => {
    const preset = findPreset('sram-dcim')!;
    const operations = 2 * 256 * 64;
    expect(operations / normalArchitecture(preset).mvmIntervalNs / 1e3).toBeCloseTo(3.3, 1);
    expect(operations / preset.chip!.mvmEnergyPj!).toBeCloseTo(89, 6);
  });
});
