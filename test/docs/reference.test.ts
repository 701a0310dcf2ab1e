import { beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../../scripts/api-reference.ts';
import { reference } from '../../scripts/reference.ts';
import { architectureFields } from '../../src/architecture/architecture-fields.ts';
import { chipFields } from '../../src/architecture/chip.ts';
import { createProgram } from '../../src/cli/program.ts';
import { loadModel, readArchitecture, schedule, simulate } from '../../src/index.ts';
import { describeParameters } from '../../src/sweep/parameters.ts';
import { root } from './documents.ts';

let pages: Page[];
const text = (path: string) => pages.find((page) => page.path === path)!.text;
/** The first cells of the tables under a heading, up to the next one. */
const namesIn = (path: string, heading: string) => {
  const section = `\n${text(path)}`.split(`\n${heading}\n`)[1]!.split(/\n##/)[0]!;
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!);
};

beforeAll(async () => {
  pages = await reference(root);
}, 60_000);

describe('the reference (npm run docs)', () => {
  test('has a list of its pages', () => {
    expect(pages.length).toBeGreaterThan(6);
    for (const { path } of pages.slice(1)) expect(text('README.md')).toContain(`](${path})`);
  });

  test('has every option of every command, and says what it does', async () => {
    const { commands } = await createProgram([]);
    for (const command of commands) {
      const flags = namesIn('commands.md', `## ${command.name()}`).filter((name) => name.startsWith('-'));
      expect(flags.map((name) => name.replaceAll('\\|', '|'))).toEqual(
        command.options.map((option) => option.flags),
      );
    }
    expect(text('commands.md')).toContain('| `--arch <name\\|file>` | `paper` | a preset from');
    expect(text('commands.md')).not.toMatch(/\| +\|$/m);
  });

  test('has every field of an architecture, and every parameter of sweeps', () => {
    expect(namesIn('files.md', '## Architectures')).toEqual(Object.keys(architectureFields));
    expect(namesIn('files.md', '### Chip')).toEqual(Object.keys(chipFields));
    for (const { name, doc } of describeParameters()) {
      expect(text('files.md')).toContain(`\`${name}\``);
      expect(doc, name).not.toBe('');
    }
    expect(text('files.md')).toContain('| `granularity` | `pixel` | Sets: pixel, row or HxW. |');
  });

  test.each([
    ['schedule', () => schedule(loadModel('tinyyolov4'), readArchitecture('paper'))],
    ['simulate', () => simulate(loadModel('tinyyolov4'), readArchitecture('paper'), { granularity: 'row' })],
  ])('has every key of %s --json, with what it is', (command, run) => {
    const names = namesIn('results.md', `## ${command} --json`).map((name) => name.replace('?', ''));
    expect(names).toEqual(expect.arrayContaining(Object.keys(run())));
    expect(text('results.md')).not.toMatch(/\| {2}\|$/m);
  });

  test('has what is inside of results', () => {
    expect(namesIn('results.md', '### LayerSchedule')).toEqual(
      expect.arrayContaining(['copies', 'startCycle']),
    );
    expect(namesIn('results.md', '### Limit')).not.toEqual([]);
  });
});
