import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { namingRounds } from '../../src/map/rounds-file.ts';
import { readRoundsFile } from '../../src/node/rounds.ts';

const directory = mkdtempSync(join(tmpdir(), 'clsa-cim-rounds-'));
afterAll(() => rmSync(directory, { recursive: true }));

function read(content: string, name = 'cuts.yaml'): string[] {
  const path = join(directory, name);
  writeFileSync(path, content);
  return readRoundsFile(path);
}

describe('readRoundsFile', () => {
  test('reads a list of names in YAML or JSON', () => {
    expect(read('- conv1\n- fc[2/5]\n')).toEqual(['conv1', 'fc[2/5]']);
    expect(read('["conv1", "fc[2/5]"]')).toEqual(['conv1', 'fc[2/5]']);
  });

  test('takes a number for the name of a layer that is called so', () => {
    expect(read('- 7\n- "007"\n')).toEqual(['7', '007']);
  });

  test.each([
    ['[]', 'cuts.yaml: is empty; name the layers that begin a round, or leave the file out'],
    ['[a, b, a]', 'cuts.yaml: 2: "a" is given twice; keep one'],
    ['[a, ""]', 'cuts.yaml: 1: must be the name of a layer, found ""'],
    ['[a, [b]]', 'cuts.yaml: 1: must be the name of a layer, found a list'],
    ['[a, true]', 'cuts.yaml: 1: must be the name of a layer, found true'],
    ['a: 1', 'cuts.yaml: must be a list of the names of the layers that begin a round, found a mapping'],
    ['auto', 'cuts.yaml: must be a list of the names of the layers that begin a round, found "auto"'],
    ['', 'the file is empty'],
    ['[', 'not valid YAML or JSON'],
  ])('refuses %j', (content, message) => {
    expect(() => read(content)).toThrow(message);
  });

  test('refuses a module, a folder, and a name that stands for nothing', () => {
    expect(() => read('export default []', 'cuts.mjs')).toThrow(
      'cuts.mjs: is a module and no list of layers',
    );
    expect(() => readRoundsFile(directory)).toThrow('not a file');
    expect(() => readRoundsFile('fewst')).toThrow(
      'no kind of rounds and no file is called "fewst"; did you mean "fewest"?',
    );
  });
});

test('an error about rounds names where they are from, and another one does not', () => {
  const thrown = (message: string) => () => {
    throw new ClsaCimError(message, 'usage');
  };
  expect(() => namingRounds('cuts.yaml', thrown('rounds: no layer'))).toThrow(/^cuts\.yaml: no layer$/);
  expect(() => namingRounds('cuts.yaml', thrown('pes: no number'))).toThrow(/^pes: no number$/);
});
