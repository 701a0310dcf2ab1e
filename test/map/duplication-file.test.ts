import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDuplication } from '../../src/map/duplication-file.ts';
import { readDuplicationFile } from '../../src/node/duplication.ts';
import { messageOf } from '../thrown.ts';

const layers = [{ name: 'conv1' }, { name: 'conv2/weights' }, { name: '7' }, { name: 'constructor' }];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'clsa-cim-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function read(content: string): number[] {
  const path = join(directory, 'copies.yaml');
  writeFileSync(path, content);
  return readDuplicationFile(path, layers);
}

describe('readDuplicationFile', () => {
  test('reads a list in the order of the layers', () => {
    expect(read('[3, 1, 2, 9]')).toEqual([3, 1, 2, 9]);
    expect(read('- 3\n- 1\n- 2\n- 9\n')).toEqual([3, 1, 2, 9]);
  });

  test('reads a mapping, with 1 for layers that it leaves out', () => {
    expect(read('{"conv2/weights": 5}')).toEqual([1, 5, 1, 1]);
    expect(read('7: 4\nconv1: 2\nconstructor: 3\n')).toEqual([2, 1, 4, 3]);
    expect(read('{}')).toEqual([1, 1, 1, 1]);
  });

  test.each([
    ['[1, 2]', 'has the copies of 2 layers and the network has 4 base layers'],
    ['[1, 2, 0, 1]', 'copies.yaml: 2: must be a whole number from 1 to 2147483647, found 0'],
    ['[1, 2, x, 1]', 'found "x"'],
    ['conv1: 1.5', 'copies.yaml: conv1: must be a whole number from 1 to 2147483647, found 1.5'],
    ['conv1:', 'found nothing'],
    ['conv1: [2]', 'found a list'],
    ['conv3: 2', 'no base layer is called "conv3"; did you mean "conv1"?'],
    ['__proto__: 2', 'no base layer is called "__proto__"'],
    ['conv1: 2\nconv1: 3', 'line 2, column 1: "conv1" is given twice'],
    ['3', 'must be a list of copies, one for every base layer, or a mapping from layers to copies, found 3'],
    ['null', 'found nothing'],
    ['', 'the file is empty'],
    ['{', 'line 1, column 2: not valid YAML or JSON'],
  ])('refuses %j', (content, message) => {
    expect(messageOf(() => read(content))).toContain(message);
  });

  test('refuses a module, which is read elsewhere', () => {
    expect(messageOf(() => parseDuplication('[3, 1, 2, 9]', 'copies.mjs', layers))).toBe(
      'copies.mjs: is a module and no list of copies; give a function that it exports (a sweep: its name, and the ' +
        'module as policies)',
    );
  });

  test('names a file that is not there, and the nearest policy', () => {
    const message = (path: string) => messageOf(() => readDuplicationFile(path, layers));
    expect(message('gredy')).toBe(
      'no duplication policy and no file is called "gredy"; did you mean "greedy"?',
    );
    expect(message(join(directory, 'none.yaml'))).toMatch(/no file is called ".*none\.yaml"/);
    expect(message('a\u0000b')).toContain('no file is called');
    expect(message(directory)).toContain('not a file');
  });
});
