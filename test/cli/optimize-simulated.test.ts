import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  architectureToYaml,
  type OneSizeArchitecture,
  type Optimization,
  readArchitecture,
  type Simulation,
} from '../../src/index.ts';
import { clsaCim, json, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const MESH = fileURLToPath(new URL('../../docs/examples/mesh.yaml', import.meta.url));
const TWO_SIZES = fileURLToPath(new URL('../../docs/examples/two-crossbars.yaml', import.meta.url));
/** The mesh with too few PEs and small buffers. */
const SCARCE = join(folder, 'scarce.yaml');
const { chip, ...others } = readArchitecture(MESH) as OneSizeArchitecture;
const scarce = { ...chip, meshRows: 1, meshColumns: 2, pesPerTile: 2, inputBufferBytes: 64 };
writeFileSync(SCARCE, architectureToYaml({ ...others, pes: 4, peWriteNs: 1000, chip: scarce }));
const on = (arch: string, ...args: string[]) => [NET, '--arch', arch, ...args, '--max-evaluations', '25'];
const latency = ['--objective', 'simulated-latency'];

describe('optimize --objective simulated-latency', () => {
  test('prints what it started from, and how the best is played', async () => {
    const { status, stdout, stderr } = await clsaCim('optimize', ...on(MESH, '--pes', '12', ...latency));
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('12 PEs: best simulated-latency');
    expect(stdout).toContain('The bound counts little of movement, and the best all of it');
    for (const start of ['greedy', 'none', 'sum', 'the best schedule']) {
      expect(stdout).toMatch(new RegExp(`^\\| ${start} +\\| +[\\d,]+ \\|$`, 'm'));
    }
    expect(stdout).toMatch(/^To play it: --copies-out COPIES/m);
  });

  test.each([
    ['a mesh', MESH, ['--pes', '12']],
    ['crossbars of several sizes', TWO_SIZES, []],
  ])('on %s: simulate takes the files, and takes as long', async (_, arch, pes) => {
    const copies = join(folder, 'copies.json');
    const tiles = join(folder, 'tiles.json');
    const out = ['--copies-out', copies, '--placement-out', tiles, '--json'];
    const { stdout } = await clsaCim('optimize', ...on(arch, ...pes, ...latency, ...out));
    const { best, greedy, starts, bound }: Optimization<'simulated-latency'> = JSON.parse(stdout);
    const how = ['--arch', arch, ...pes, '--duplication', copies, '--placement', tiles, '--json'];
    const played = await json<Simulation>('simulate', NET, ...how);
    expect(best).toMatchObject({ cycles: played.cycles, latencyNs: played.latencyNs });
    expect(best.cycles).toBeLessThanOrEqual(Math.min(...Object.values(starts!)));
    expect(greedy.cycles).toBe(starts!.greedy);
    expect(bound).toBeLessThanOrEqual(best.cycles);
  });

  test('a placement that is given is kept, and there is none to write', async () => {
    const tiles = join(folder, 'none.json');
    const given = on(MESH, ...latency, '--placement', 'optimised');
    const { status, stderr } = await clsaCim('optimize', ...given, '--placement-out', tiles);
    expect(status).toBe(2);
    expect(stderr).toContain(
      'none.json": no placement was searched for; leave it out, or take the objective',
    );
  });
});

test('optimize --objective simulated-throughput: simulate --batch takes as long', async () => {
  const copies = join(folder, 'batch.json');
  const args = on(MESH, '--pes', '12', '--objective', 'simulated-throughput', '--batch', '3');
  const kept = ['--placement', 'snake', '--copies-out', copies, '--json'];
  const { stdout } = await clsaCim('optimize', ...args, ...kept);
  const { best, metric }: Optimization<'simulated-throughput'> = JSON.parse(stdout);
  const how = ['--arch', MESH, '--pes', '12', '--duplication', copies, '--batch', '3', '--json'];
  const { cycles, latencyNs } = await json<Simulation>('simulate', NET, ...how);
  expect(metric).toBe('cyclesPerInference');
  expect(best).toMatchObject({ batch: 3, cycles, latencyNs, cyclesPerInference: cycles / 3 });
  expect(best.inferencesPerSecond).toBeCloseTo(3e9 / latencyNs, 6);
});

test.each([
  ['latency of a group', ['--objective', 'simulated-latency', '--group', '2'], ['--batch', '2']],
  [
    'throughput, barrier',
    ['--objective', 'simulated-throughput', '--batch', '4', '--group', '2', '--reload', 'barrier'],
    ['--batch', '4', '--group', '2', '--reload', 'barrier'],
  ],
])(
  'in turns where values spill, %s: simulate takes the files, and takes as long',
  async (name, asked, run) => {
    const [copies, rounds, tiles, report] = ['copies', 'rounds', 'tiles', 'report'].map((file) =>
      join(folder, `${name} ${file}.${file === 'report' ? 'html' : 'json'}`),
    ) as [string, string, string, string];
    const outs = [
      '--copies-out',
      copies,
      '--rounds-out',
      rounds,
      '--placement-out',
      tiles,
      '--report',
      report,
    ];
    const { stdout, stderr, status } = await clsaCim('optimize', ...on(SCARCE, ...asked, ...outs, '--json'));
    expect(status, stderr).toBe(0);
    const { best }: Optimization<'simulated-latency'> = JSON.parse(stdout);
    const files = ['--duplication', copies, '--rounds', rounds, '--placement', tiles];
    const played = await json<Simulation>('simulate', NET, '--arch', SCARCE, ...run, ...files, '--json');
    expect(best).toMatchObject({ cycles: played.cycles, latencyNs: played.latencyNs });
    expect(played.roundCount).toBeGreaterThan(1);
    expect(played.spill).toBeDefined();
    expect(readFileSync(report, 'utf8')).toContain('<html');
  },
);

test('--crossbar is refused where the architecture lists crossbars', async () => {
  const { status, stderr } = await clsaCim('optimize', NET, '--arch', TWO_SIZES, '--crossbar', '64');
  expect(status).toBe(2);
  expect(stderr).toContain('--crossbar: the architecture two-crossbars lists crossbars of several sizes');
});
