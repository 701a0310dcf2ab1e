import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { architectureToYaml, findPreset, type Simulation } from '../../src/index.ts';
import { failure, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));

/** Six tiles of two PEs, joined by links of a bit per cycle: copies cost more than they bring. */
const narrow = join(folder, 'narrow.yaml');
const chip = { meshRows: 2, meshColumns: 3, pesPerTile: 2, linkBitsPerCycle: 1, clockNs: 100 };
writeFileSync(narrow, architectureToYaml({ ...findPreset('paper')!, name: 'narrow', chip }));
const OPTIONS = [NET, '--arch', narrow, '--pes', '12'];

describe.concurrent('copies that are tried', () => {
  test('are the default on tiles, and are told with the reason', async () => {
    const { tried, cycles, usedPes } = await json<Simulation>('simulate', ...OPTIONS);
    const named = await json<Simulation>('simulate', ...OPTIONS, '--duplication', 'tried');
    expect(named).toMatchObject({ tried, cycles, usedPes });
    const [none, greedy] = await Promise.all(
      ['none', 'greedy'].map((policy) => json<Simulation>('simulate', ...OPTIONS, '--duplication', policy)),
    );
    expect(tried!.lists.slice(0, 2)).toMatchObject([
      { copies: 'none', usedPes: none!.usedPes, cycles: none!.cycles, end: 'finished' },
      { copies: 'greedy', usedPes: greedy!.usedPes },
    ]);
    expect(greedy!.cycles).toBeGreaterThan(none!.cycles);
    expect(cycles).toBeLessThanOrEqual(none!.cycles);
    const text = await output('simulate', ...OPTIONS);
    expect(text).toContain(`\nCopies by the policy tried: ${tried!.taken}, ${tried!.reason}.\n`);
    expect(tried!.reason).toMatch(/^the fastest of \d lists: greedy takes /);
    expect(none).not.toHaveProperty('tried');
  });

  test('are explained, and more PEs are tried anew', async () => {
    const { tried, explanation } = await json<
      Simulation & { explanation: { cycles: number; growths: object[] } }
    >(...['simulate', ...OPTIONS, '--pes', '10', '--explain']);
    expect(tried).toBeDefined();
    expect(explanation.growths).toContainEqual(
      expect.objectContaining({ resource: 'pes', change: '10 to 11 PEs' }),
    );
  });

  test('take a simulation', async () => {
    for (const command of ['schedule', 'inspect']) {
      const message = await failure(2, command, NET, '--duplication', 'tried');
      expect(message).toMatch(
        /^duplication: tried tries copies on a chip where values move, which takes a simulation/,
      );
    }
  });

  test('are those of simulated points of sweeps, and tables say which', async () => {
    const sweep = join(folder, 'sweep.yaml');
    const product = { simulated: [false, true], pes: 12, duplication: [null, 'none', 'greedy', 'tried'] };
    writeFileSync(sweep, JSON.stringify({ models: [NET], architectures: [narrow], product }));
    await output('sweep', sweep, '--out', join(folder, 'out'), '--workers', '1');
    const [heads = '', ...lines] = readFileSync(join(folder, 'out', 'results.csv'), 'utf8')
      .trim()
      .split('\n');
    const column = (name: string) => heads.split(',').indexOf(name);
    const rows = lines.map((line) => line.split(','));
    const cyclesOf = (simulated: string, policy: string) =>
      rows.find((row) => row[column('simulated')] === simulated && row[column('duplication')] === policy)![
        column('cycles')
      ];
    expect(cyclesOf('false', '')).toBe(cyclesOf('false', 'greedy'));
    expect(cyclesOf('true', '')).toBe(cyclesOf('true', 'tried'));
    expect(Number(cyclesOf('true', ''))).toBeLessThan(Number(cyclesOf('true', 'greedy')));
    const { tried } = await json<Simulation>('simulate', ...OPTIONS);
    expect(rows.map((row) => row[column('tried.taken')])).toEqual([
      ...['', '', '', ''],
      ...[tried!.taken, '', '', tried!.taken],
    ]);
    // A schedule has no policy that takes a simulation.
    expect(lines.filter((line) => line.includes('takes a simulation'))).toHaveLength(1);
  });
});
