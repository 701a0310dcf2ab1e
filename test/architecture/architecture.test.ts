import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { architectureToYaml, parseArchitecture } from '../../src/architecture/file.ts';
import { columnsPerWeight, mvmLatencyNs } from '../../src/architecture/normal-architecture.ts';
import { architecturePresets } from '../../src/architecture/presets.ts';
import { readArchitecture } from '../../src/node/architecture.ts';
import { messageOf } from '../thrown.ts';

const MINIMAL = {
  name: 'mine',
  crossbarRows: 128,
  crossbarColumns: 64,
  weightBits: 8,
  cellBits: 2,
  differentialPairs: true,
  activationBits: 8,
  dacBits: 3,
  readLatencyNs: 12.5,
};

const parse = (text: string) => messageOf(() => parseArchitecture(text, 'chip.yaml'));
const withField = (key: string, value: unknown) => parse(JSON.stringify({ ...MINIMAL, [key]: value }));

describe('an architecture', () => {
  test('is read from JSON and from YAML', () => {
    const yaml = Object.entries(MINIMAL).map(([key, value]) => `${key}: ${value}`);
    expect(parseArchitecture(JSON.stringify(MINIMAL), 'chip.json')).toEqual(MINIMAL);
    expect(parseArchitecture(`# my chip\n${yaml.join('\n')}\n`, 'chip.yaml')).toEqual(MINIMAL);
  });

  test('has columns per weight and an MVM latency', () => {
    const mine = parseArchitecture(JSON.stringify(MINIMAL), 'chip.json');
    expect(columnsPerWeight(mine)).toBe(8);
    expect(columnsPerWeight({ ...mine, differentialPairs: false, cellBits: 3 })).toBe(3);
    expect(columnsPerWeight({ ...mine, differentialPairs: false, cellBits: 16 })).toBe(1);
    expect(mvmLatencyNs(mine)).toBe(3 * 12.5);
  });
});

describe('presets', () => {
  test.each([
    ['paper', 1, 1400, undefined],
    ['isaac', 8, 1600, 16128],
    ['puma', 8, 2304, 2208],
    ['raella', 3, 1100, undefined],
  ])('%s: %d columns per weight, %d ns per MVM, %s PEs', (name, columns, latencyNs, pes) => {
    const preset = readArchitecture(name.toUpperCase());
    expect(columnsPerWeight(preset)).toBe(columns);
    expect(mvmLatencyNs(preset)).toBe(latencyNs);
    expect(preset.pes).toBe(pes);
    expect(preset.source).toBeTruthy();
  });

  test('are valid and come back from YAML', () => {
    for (const preset of architecturePresets) {
      expect(preset.name).toBe(preset.name.toLowerCase());
      expect(parseArchitecture(architectureToYaml(preset), preset.name)).toEqual(preset);
    }
  });
});

test('architectureToYaml prints the doc of every field, and what is left out as a comment', () => {
  const yaml = architectureToYaml(MINIMAL);
  expect(yaml).toContain('# Bits of one weight.\nweightBits: 8\n');
  expect(yaml).toContain('# pes:\n');
  expect(yaml).not.toContain('undefined');
});

test('any architecture comes back from YAML exactly', () => {
  const side = fc.integer({ min: 1, max: 2 ** 20 });
  const bits = fc.integer({ min: 1, max: 64 });
  const latency = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
  const text = fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' });
  const name = fc.stringMatching(/^[\w#:'"{[&*!|>%@`,?-]{1,50}$/);
  const common = { name, crossbarRows: side, crossbarColumns: side, weightBits: bits, cellBits: bits };
  const more = { differentialPairs: fc.boolean(), activationBits: bits, dacBits: bits };
  const optional = { description: text, source: text, pes: fc.integer({ min: 1, max: 2 ** 31 - 1 }) };
  const architecture: fc.Arbitrary<Architecture> = fc
    .tuple(
      fc.record({ ...common, ...more }),
      fc.record(optional, { requiredKeys: [] }),
      fc.oneof(fc.record({ mvmLatencyNs: latency }), fc.record({ readLatencyNs: latency })),
    )
    .map(([fields, others, time]) => ({ ...fields, ...others, ...time }));
  fc.assert(
    fc.property(architecture, (a) => {
      expect(parseArchitecture(architectureToYaml(a), 'a.yaml')).toEqual(a);
    }),
    { numRuns: 300 },
  );
});

describe('a wrong field is named with what is allowed', () => {
  test.each([
    ['crossbarRows', 0, 'chip.yaml: crossbarRows: must be a whole number from 1 to 1048576, found 0'],
    ['crossbarRows', 2 ** 20 + 1, 'found 1048577'],
    ['crossbarRows', 1.5, 'found 1.5'],
    ['crossbarRows', -4, 'found -4'],
    ['crossbarRows', '256', 'found "256"'],
    ['crossbarRows', [256], 'found a list'],
    ['crossbarRows', null, 'found nothing'],
    ['weightBits', 65, 'weightBits: must be a whole number from 1 to 64, found 65'],
    ['differentialPairs', 'yes', 'differentialPairs: must be true or false, found "yes"'],
    [
      'readLatencyNs',
      0,
      'readLatencyNs: must be a number of nanoseconds above 0, at most 1000000000, found 0',
    ],
    ['pes', 0.5, 'pes: must be a whole number from 1 to 2147483647, found 0.5'],
    ['name', 7, 'name: must be a name of 1 to 100 characters on one line, found 7'],
    ['name', 'two\nlines', 'found "two\\nlines"'],
    ['description', '', 'description: must be text of 1 to 2000 characters, found ""'],
    ['crossbarRow', 3, 'chip.yaml: crossbarRow: unknown field; did you mean "crossbarRows"?'],
    ['CELLBITS', 3, 'did you mean "cellBits"?'],
    ['mvmLatencyNs', 100, 'either as mvmLatencyNs or as readLatencyNs, not both'],
  ])('%s: %j', (key, value, message) => {
    expect(withField(key, value)).toContain(message);
  });

  test.each(['.nan', '.inf', '-.inf', '1e400'])('YAML number %s', (value) => {
    const yaml = architectureToYaml(MINIMAL);
    expect(parse(yaml.replace('crossbarRows: 128', `crossbarRows: ${value}`))).toContain(
      'crossbarRows: must be',
    );
    expect(parse(yaml.replace('readLatencyNs: 12.5', `readLatencyNs: ${value}`))).toContain('readLatencyNs');
  });

  test('missing ones are named and counted', () => {
    expect(parse('name: x')).toBe('chip.yaml: weightBits: is missing; add it (and 6 more mistakes)');
    const { crossbarRows: _, crossbarColumns: __, ...rest } = MINIMAL;
    expect(parse(JSON.stringify(rest))).toBe(
      'chip.yaml: crossbarRows: is missing; add it, or crossbars of several sizes',
    );
    expect(parse(JSON.stringify({ ...rest, crossbarRows: 4 }))).toBe(
      'chip.yaml: crossbarColumns: is missing; add it',
    );
  });

  test('no latency at all', () => {
    const { readLatencyNs: _, ...rest } = MINIMAL;
    expect(parse(JSON.stringify(rest))).toContain('give the time of one MVM');
  });
});

describe('text that is no architecture is refused in one line', () => {
  test.each([
    ['', 'the file is empty'],
    ['# nothing\n', 'the file is empty'],
    ['- 1\n- 2', 'must be a mapping of fields (key: value), found a list'],
    ['[]', 'found a list'],
    ['hello', 'found "hello"'],
    ['\u0000\u0001\u0002garbage\u007f', 'found'],
    ['{"name": "x",', 'chip.yaml: line 1, column 14: not valid YAML or JSON'],
    ['name: x\nbad: [1,\n', 'chip.yaml: line 3, column 1: not valid'],
    ['name: x\nname: y', 'chip.yaml: line 2, column 1: "name" is given twice'],
    ['name: *nobody', 'Unresolved alias'],
    ['a: 1\n---\nb: 2', 'holds more than one YAML document'],
    ['? [1]\n: 2', 'all keys must be strings'],
    ['['.repeat(1e5), 'nested more than 64 levels deep'],
    ['- '.repeat(1e5), 'nested more than 64 levels deep'],
    ['{"a":'.repeat(1e5), 'nested more than 64 levels deep'],
  ])('number %#', (text, message) => {
    expect(parse(text)).toContain(message);
  });

  test('an alias bomb', () => {
    const levels = [...'bcdefghij'].map((c, i) => `${c}: &${c} [${`*${'abcdefghi'[i]},`.repeat(9)}]`);
    expect(parse(`a: &a [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}`)).toContain('alias');
  });

  test('many keys take no quadratic time', () => {
    const millisecondsOf = (length: number) => {
      const keys = Array.from({ length }, (_, i) => `k${i}: 1`).join('\n');
      const start = performance.now();
      expect(parse(keys)).toContain('k0: unknown field');
      return performance.now() - start;
    };
    // Of eight times as many keys: 8 times as long, and not 64 times, on however busy a machine.
    const few = Math.min(...Array.from({ length: 3 }, () => millisecondsOf(2_500)));
    expect(millisecondsOf(20_000)).toBeLessThan(24 * few + 100);
  });

  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => parse(text).length > 0));
  });
});

describe('readArchitecture', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'clsa-cim-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const read = (content: string | Uint8Array) => {
    const path = join(directory, 'chip.yaml');
    writeFileSync(path, content);
    return readArchitecture(path);
  };

  test('reads a file, with or without a byte order mark', () => {
    expect(read(JSON.stringify(MINIMAL))).toEqual(MINIMAL);
    expect(read(`\ufeff${architectureToYaml(MINIMAL)}`)).toEqual(MINIMAL);
  });

  test.each([
    ['isac', 'no architecture preset and no file is called "isac"; did you mean "isaac"?'],
    ['warehouse.yaml', 'known are paper, isaac, puma, raella'],
    ['', 'known are paper'],
    ['a\u0000b', 'no file'],
    [`${'x/'.repeat(5000)}y`, 'no file'],
  ])('number %# is neither a preset nor a file', (name, message) => {
    expect(messageOf(() => readArchitecture(name))).toContain(message);
  });

  test('names the file at fault', () => {
    expect(messageOf(() => read('name: x'))).toMatch(/chip\.yaml: weightBits: is missing/);
    expect(messageOf(() => read(new Uint8Array([0x89, 0x50, 0xff, 0xfe])))).toContain(
      'not a text file in UTF-8',
    );
    expect(messageOf(() => read(' '.repeat(2 ** 18 + 1)))).toContain('at most 256 KiB');
    expect(messageOf(() => readArchitecture(directory))).toContain('not a file');
  });
});
