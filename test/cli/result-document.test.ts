import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findPreset } from '../../src/index.ts';
import { version } from '../../src/version.ts';
import { clsaCim, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const chip = { ...findPreset('paper')!, name: 'edited', mvmLatencyNs: 100, chip: { clockNs: 10 } };
const file = join(folder, 'chip.json');
writeFileSync(file, JSON.stringify(chip));

/** The document of a command; optimize also says on standard error how fast it was. */
async function json<Result>(...args: string[]): Promise<Result> {
  const { status, stdout, stderr } = await clsaCim(...args, '--json');
  expect(status, stderr).toBe(0);
  const result: Result = JSON.parse(stdout);
  return result;
}

describe.concurrent('--json', () => {
  test.each(['schedule', 'simulate', 'inspect', 'optimize'])(
    'of %s has the version and the chip',
    async (command) => {
      const result = await json<Record<string, unknown>>(command, NET, '--arch', file);
      expect(Object.keys(result)[0]).toBe('version');
      expect(result).toMatchObject({ version, architecture: 'edited', chip });
      expect(result.chip).toEqual(chip);
    },
  );

  test('of several optimisations has the chip of each, and its cells', async () => {
    const { runs, ...rest } = await json<{ runs: unknown[] }>('optimize', NET, '--crossbar', '32,256');
    expect(rest).toEqual({ version });
    expect(runs).toMatchObject([
      { crossbar: '32x32', chip: { name: 'paper', crossbarRows: 32 }, cells: expect.any(Number) },
      { crossbar: '256x256', chip: findPreset('paper'), cells: 6 * 256 * 256 },
    ]);
  });

  test('of reproduce has them, too', async () => {
    expect(await json('reproduce', 'vgg16')).toMatchObject({ version, chip: findPreset('paper') });
  });
});
