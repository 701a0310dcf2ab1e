import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { clsaCim, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const fewSets = ['--granularity', 'row'];

/** A file with this content. */
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const sweep = (arch: string, more = '') =>
  file(
    `${arch}${more === '' ? '' : '-simulated'}.yaml`,
    `models: [${NET}]\narchitectures: [${arch}]\nproduct: { granularity: [row] ${more} }\n`,
  );

const runs = (arch: string) =>
  file(
    `runs-${arch}.yaml`,
    `model: ${NET}\narch: ${arch}\ngranularity: row\nruns:\n  - { name: a }\n  - { name: b, duplication: none }\n`,
  );

/** Commands that leave out tiles, on an architecture, and what they say instead. */
const COMMANDS: readonly [name: string, args: (arch: string) => string[], RegExp][] = [
  [
    'schedule',
    (arch) => ['schedule', NET, '--arch', arch, ...fewSets],
    /a schedule leaves out .*; clsa-cim simulate counts them/,
  ],
  [
    'optimize',
    (arch) => ['optimize', NET, '--arch', arch, ...fewSets, '--max-evaluations', '3'],
    /the objective latency leaves out .*; --objective simulated-latency counts them/,
  ],
  [
    'optimize for throughput',
    (arch) => [
      'optimize',
      NET,
      '--arch',
      arch,
      ...fewSets,
      '--objective',
      'throughput',
      '--max-seconds',
      '1',
    ],
    /the objective throughput leaves out .*; --objective simulated-throughput counts them/,
  ],
  [
    'optimize for several budgets',
    (arch) => [
      ...['optimize', NET, '--arch', arch, ...fewSets, '--max-evaluations', '3'],
      ...['--budgets', '8,9', '--crossbar', '256,128'],
    ],
    /the objective latency leaves out .*; --objective simulated-latency counts them/,
  ],
  ['compare', (arch) => ['compare', runs(arch)], /a schedule leaves out .*; clsa-cim simulate counts them/],
  [
    'sweep',
    (arch) => ['sweep', sweep(arch), '--out', join(folder, `out-${arch}`)],
    /a point that is scheduled leaves out .*; simulated: \[true\] counts them/,
  ],
  [
    'sweep that is tried',
    (arch) => ['sweep', sweep(arch), '--dry-run'],
    /a point that is scheduled leaves out/,
  ],
];

describe('what leaves out the tiles of a chip says so, once', () => {
  test.each(COMMANDS)('%s', async (_, args, line) => {
    const { status, stdout, stderr } = await clsaCim(...args('isaac'));
    expect(status, stderr).toBe(0);
    const lines = stderr.split('\n').filter((text) => text.includes('leaves out'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
    expect(lines[0]).toContain(
      'tiles and links, buffers and the off-chip port of isaac: values move for free',
    );
    expect(stdout).not.toContain('leaves out');
  });

  test.each(COMMANDS)('%s: not of a chip without tiles', async (_, args) => {
    const { status, stderr } = await clsaCim(...args('paper'));
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain('leaves out');
  });

  test.each([
    ['simulate', ['simulate', NET, '--arch', 'isaac', '--duplication', 'none', ...fewSets]],
    [
      'optimize for what is simulated',
      [
        'optimize',
        NET,
        '--arch',
        'isaac',
        ...fewSets,
        '--objective',
        'simulated-latency',
        '--max-evaluations',
        '3',
      ],
    ],
    ['a sweep of what is simulated', ['sweep', sweep('isaac', ', simulated: [true]'), '--dry-run']],
  ])('%s leaves nothing out', async (_, args) => {
    expect((await clsaCim(...args)).stderr).not.toContain('leaves out');
  });
});
