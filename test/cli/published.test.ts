import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const setting = ['--extra-pes', '32', '--granularity', 'row'];

describe('numbers of the paper', () => {
  test('do not stand beside a file that only has the name of one of its networks', async () => {
    const path = join(folder, 'tinyyolov4.cfg');
    writeFileSync(path, readFileSync('docs/examples/three-layers.cfg'));
    expect(await output('schedule', path, ...setting)).not.toMatch(/published/);
  });

  test('do not stand beside a chip that only has the name of its chip', async () => {
    const path = join(folder, 'chip.yaml');
    const chip = await output('architectures', 'paper');
    writeFileSync(path, chip);
    expect(await output('schedule', 'tinyyolov4', ...setting, '--arch', path)).toMatch(/21\.90x/);
    writeFileSync(path, chip.replace('crossbarRows: 256', 'crossbarRows: 128'));
    expect(await output('schedule', 'tinyyolov4', ...setting, '--arch', path)).not.toMatch(/published/);
  });
});
