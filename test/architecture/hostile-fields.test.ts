import { describe, expect, test } from 'vitest';
import { parseArchitecture } from '../../src/architecture/file.ts';
import { cyclesOf } from '../../src/architecture/mvm-time.ts';
import { mvmCycles } from '../../src/architecture/normal-architecture.ts';
import { ClsaCimError } from '../../src/errors.ts';

const FIELDS = [
  ...['name: mine', 'crossbarRows: 16', 'crossbarColumns: 16', 'weightBits: 8', 'cellBits: 8'],
  ...['differentialPairs: false', 'activationBits: 8', 'dacBits: 8'],
];

/** The chip of a file that has these lines besides the usual ones. */
function chip(...lines: string[]) {
  return parseArchitecture([...FIELDS, ...lines].join('\n'), 'chip.yaml');
}

/** Every line that is told about a file with these lines besides the usual ones. */
function mistakes(...lines: string[]): readonly string[] {
  try {
    chip(...lines);
  } catch (error) {
    expect(error).toBeInstanceOf(ClsaCimError);
    if (error instanceof ClsaCimError) return error.mistakes;
  }
  throw new Error('nothing was thrown');
}

describe('GPEUs are not free by mistake', () => {
  test.each([
    ...['[]', '[1]', '[[1]]', '"16"', 'true', '0', '-1', '1e-300', '.nan', '.inf', '1e13'],
    ...[
      '{ Add: [1] }',
      '{ Add: "1" }',
      '{ Add: .inf }',
      '{ Add: 0 }',
      '{ __proto__: 4 }',
      '{ constructor: 4 }',
    ],
  ])('gpeuOperationsPerCycle: %s', (value) => {
    const [first, ...others] = mistakes('mvmLatencyNs: 100', `chip: { gpeuOperationsPerCycle: ${value} }`);
    expect(first).toMatch(
      /^chip\.yaml: chip\.gpeuOperationsPerCycle.*: must be a number of operations above 0/,
    );
    expect(others).toEqual([]);
  });
});

describe('tags of YAML that make other values than JSON has', () => {
  test.each([
    ['chip: { gpeuOperationsPerCycle: !!binary aGVsbG8= }', '"!!binary"'],
    ['chip: !!binary aGVsbG8=', '"!!binary"'],
    ['chip: !!set { clockNs }', '"!!set"'],
    ['chip: !!omap [clockNs: 1]', '"!!omap"'],
    ['description: !!timestamp 2001-01-01', '"!!timestamp"'],
    ['pes: !own 4', '"!own"'],
  ])('%s', (line, tag) => {
    expect(mistakes('mvmLatencyNs: 100', line)).toEqual([
      expect.stringMatching(
        `^chip\\.yaml: line 10, column \\d+: the tag ${tag} is of no use here; leave it out$`,
      ),
    ]);
  });

  test('those that JSON has are as good as none', () => {
    const lines = ['mvmLatencyNs: !!float 100.5', 'pes: !!int 4', 'description: !!str 5', 'chip: !!map {}'];
    expect(chip(...lines)).toMatchObject({ mvmLatencyNs: 100.5, pes: 4, description: '5', chip: {} });
  });
});

describe('ratios of times', () => {
  test.each([
    ['100', '10', 10],
    ['1', '1000000000', 1],
    ['0.000001', '1000000000', 1],
    ['2147483647', '1', undefined],
    ['1000000000', '1', 1e9],
  ])('an MVM of %s ns at a clock of %s ns takes %s cycles', (mvm, clock, cycles) => {
    const lines = [`mvmLatencyNs: ${mvm}`, `chip: { clockNs: ${clock} }`];
    if (cycles === undefined) expect(mistakes(...lines)[0]).toContain('mvmLatencyNs: must be a number of');
    else expect(mvmCycles(chip(...lines))).toBe(cycles);
  });

  test.each(['1e-7', '1e-12', '1e-300', '5e-324'])('times of %s ns are none', (time) => {
    const short = /must be a number .*of at least 0\.000001, found/;
    expect(mistakes(`mvmLatencyNs: ${time}`)[0]).toMatch(short);
    expect(mistakes(`readLatencyNs: ${time}`)[0]).toMatch(short);
    expect(mistakes('mvmLatencyNs: 1', `chip: { clockNs: ${time} }`)[0]).toMatch(short);
  });

  test('no MVM takes no cycle, whatever was not read from a file', () => {
    expect(cyclesOf(5e-324, 1e12)).toBe(1);
  });

  test('an MVM of more cycles than 32 bits hold is refused with the clock', () => {
    expect(mistakes('readLatencyNs: 1000000000', 'chip: { clockNs: 0.000001 }')).toEqual([
      'chip.yaml: chip.clockNs: an MVM takes 1000000000000000 clock cycles, more than 2147483647; give a longer clock',
    ]);
  });
});

test('all mistakes are told at once, a misspelt field first, each once', () => {
  expect(
    mistakes('mvmLatencyNs: -1.5', 'pse: 4', 'chip: { meshRows: 2, hopCycles: [1], links: [[0]] }'),
  ).toEqual([
    'chip.yaml: pse: unknown field; did you mean "pes"?',
    'chip.yaml: mvmLatencyNs: must be a number of nanoseconds above 0, at most 1000000000, found -1.5',
    'chip.yaml: chip.links.0.1: must be a tile from 0 to 65535, found nothing',
    'chip.yaml: chip.hopCycles: must be a whole number of cycles from 0 to 1048576, found a list',
    'chip.yaml: chip.meshColumns: is missing; add it',
  ]);
});

test('rules over several fields are asked although others are wrong', () => {
  const found = mistakes(
    'mvmLatencyNs: 1',
    'readLatencyNs: 1',
    'pes: 0',
    'chip: { meshRows: 1, meshColumns: 2 }',
  );
  expect(found).toEqual([
    'chip.yaml: pes: must be a whole number from 1 to 2147483647, found 0',
    'chip.yaml: give the time of one MVM, either as mvmLatencyNs or as readLatencyNs, not both',
    'chip.yaml: chip.pesPerTile: is missing, and a mesh or links need it; add it',
  ]);
});

test('a file of nothing but mistakes is cut', () => {
  const found = mistakes('mvmLatencyNs: 1', ...Array.from({ length: 50 }, (_, i) => `x${i}: 1`));
  expect(found).toHaveLength(21);
  expect(found.at(-1)).toBe('chip.yaml: 30 more mistakes');
});
