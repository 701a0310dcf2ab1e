import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Optimization, Schedule } from '../../src/index.ts';
import { clsaCim, failure, json, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const CHIP = join(folder, 'rewritten.yaml');
writeFileSync(
  CHIP,
  `name: rewritten
crossbarRows: 256
crossbarColumns: 256
weightBits: 8
cellBits: 8
differentialPairs: false
activationBits: 8
dacBits: 8
mvmLatencyNs: 1400
peWriteNs: 56000
`,
);
const TINY = ['tinyyolov4', '--arch', CHIP, '--granularity', 'row'];

/** How fast it was is on standard error. */
async function optimized(...args: string[]): Promise<Optimization<'latency'>> {
  const { status, stdout, stderr } = await clsaCim('optimize', ...args, '--json');
  expect(status, stderr).toBe(0);
  const result: Optimization<'latency'> = JSON.parse(stdout);
  return result;
}

describe.concurrent('optimize where weights take turns', () => {
  test.each(['rolling', 'barrier'])(
    '%s: what --copies-out and --rounds-out write, schedule takes',
    async (reload) => {
      const copies = join(folder, `copies-${reload}.json`);
      const rounds = join(folder, `rounds-${reload}.json`);
      const args = [...TINY, '--pes', '10', '--reload', reload];
      const files = ['--copies-out', copies, '--rounds-out', rounds];
      const found = await optimized(...args, '--max-evaluations', '1000', ...files);
      expect(found.reload).toBe(reload);
      const scheduled = await json<Schedule>(
        'schedule',
        ...args,
        '--duplication',
        copies,
        '--rounds',
        rounds,
      );
      expect(scheduled).toMatchObject({ cycles: found.best.cycles, writes: found.best.writes });
      expect(scheduled.rounds!.map(({ layers, pes }) => ({ layers, pes }))).toEqual(found.best.rounds);
      const again = await optimized(...args, '--max-evaluations', '10', '--rounds', rounds);
      expect(again.greedy.rounds!.map(({ layers }) => layers)).toEqual(
        scheduled.rounds!.map(({ layers }) => layers),
      );
    },
  );

  test('the table has rounds and groups beside those of greedy', async () => {
    const group = ['--group', 'auto', '--max-group', '3', '--max-latency-ns', '2e7'];
    const { stdout } = await clsaCim(
      ...[
        'optimize',
        ...TINY,
        '--pes',
        '60',
        '--objective',
        'throughput',
        ...group,
        '--max-evaluations',
        '1000',
      ],
    );
    expect(stdout).toMatch(/^tinyyolov4 on rewritten, row sets, 60 PEs, rolling: best throughput\n/);
    expect(stdout).toMatch(/^\| inferences of a group +\| +\d \| +\d \| +\|$/m);
    expect(stdout).toMatch(/^\| latency of a group +\| +[\d.]+ ms \| +[\d.]+ ms \| +\|$/m);
    expect(stdout).toMatch(/^\| round \| first layer +\| last layer +\| layers \| PEs \|$/m);
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each<[string[], RegExp]>([
    [['--pes', '60', '--objective', 'energy'], /^objective energy: is simulated/],
    [['--pes', '60', '--group', 'auto'], /^group auto: needs a limit/],
    [
      ['--budgets', '60', '--rounds-out', join(folder, 'none.json')],
      /^--rounds-out takes the rounds of one run/,
    ],
    [['--pes', '60', '--rounds-out', CHIP], /^--rounds-out .*would overwrite/],
    [['--pes', '60', '--group', 'many'], /--group.*whole number from 1 on, or auto/],
    [['--pes', '60', '--max-latency-ns', '0'], /--max-latency-ns.*number of ns above 0/],
  ])('%j is refused', async (args, message) => {
    expect(await failure(2, 'optimize', ...TINY, ...args)).toMatch(message);
  });

  test('what is not there is said', async () => {
    const message = await failure(1, 'optimize', ...TINY, '--pes', '60', '--rounds', 'auot');
    expect(message).toMatch(/"auot"; did you mean "auto"/);
    const none = join(folder, 'none.json');
    const { status, stderr } = await clsaCim('optimize', ...TINY, '--rounds-out', none);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^clsa-cim: --rounds-out .*there are no rounds, since all weights fit at once/m);
    expect(existsSync(none)).toBe(false);
  });
});
