import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clsaCim, failure, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();

/** A chip file with these lines besides those that it needs. */
function chipFile(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  const fields = ['name: mine', 'crossbarRows: 256', 'crossbarColumns: 256', 'weightBits: 8', 'cellBits: 8'];
  const more = ['differentialPairs: false', 'activationBits: 8', 'dacBits: 8', 'mvmLatencyNs: 1400'];
  writeFileSync(path, [...fields, ...more, ...lines].join('\n'));
  return path;
}

describe.concurrent('a chip file', () => {
  test.each(['schedule', 'simulate', 'inspect', 'optimize'])(
    'with several mistakes gets a line for each: %s',
    async (command) => {
      const path = chipFile(`${command}.yaml`, 'pse: 4', 'pes: many', 'chip: { meshRows: 2, clockNs: [1] }');
      const { status, stdout, stderr } = await clsaCim(command, 'tinyyolov4', '--arch', path);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr.split('\n')).toEqual([
        `clsa-cim: ${path}: pse: unknown field; did you mean "pes"?`,
        `clsa-cim: ${path}: pes: must be a whole number from 1 to 2147483647, found "many"`,
        `clsa-cim: ${path}: chip.clockNs: must be a number above 0, at most 1000000000, found a list`,
        `clsa-cim: ${path}: chip.meshColumns: is missing; add it`,
        '',
      ]);
    },
  );

  test('with one mistake gets one line', async () => {
    const path = chipFile('binary.yaml', 'chip: { gpeuOperationsPerCycle: !!binary aGVsbG8= }');
    expect(await failure(1, 'simulate', 'tinyyolov4', '--arch', path)).toBe(
      `${path}: line 10, column 42: the tag "!!binary" is of no use here; leave it out`,
    );
  });
});
