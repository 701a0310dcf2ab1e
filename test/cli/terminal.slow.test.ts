import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clsaCim, output, temporaryFolder } from './command-line.ts';
import { hasScript, inTerminal, linesWithin, progressIn } from './terminal.ts';

const folder = temporaryFolder();

/** A chain of layers with these names. */
function modelOf(file: string, names: readonly string[]): string {
  const path = join(folder, file);
  const input = { class_name: 'InputLayer', name: 'i', config: { batch_input_shape: [null, 6, 6, 3] } };
  const layers = names.map((name) => ({
    class_name: 'Conv2D',
    name,
    config: { name, filters: 4, kernel_size: [1, 1] },
  }));
  writeFileSync(
    path,
    JSON.stringify({ class_name: 'Sequential', config: { name: 'm', layers: [input, ...layers] } }),
  );
  return path;
}

/** Names as long as a Keras file may have them: one word, many, wide characters, and some that are put together. */
const LONG = modelOf('long.json', [
  'a'.repeat(500),
  'with spaces '.repeat(41),
  '層'.repeat(500),
  'e\u0301👩‍👩‍👧'.repeat(49),
]);
const MESH = 'docs/examples/mesh.yaml';

const COMMANDS = [
  ['schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row', '--gantt'],
  ['schedule', 'resnet152', '--granularity', 'row', '--gantt'],
  [
    'schedule',
    'tinyyolov4',
    '--pes',
    '60',
    '--granularity',
    'row',
    '--arch',
    'docs/examples/turns.yaml',
    '--batch',
    '4',
    '--gantt',
  ],
  ['schedule', 'tinyyolov4', '--arch', 'docs/examples/two-crossbars.yaml'],
  ['schedule', 'nosuch', '--granularity', 'row'],
  ['simulate', 'tinyyolov4', '--granularity', 'row', '--arch', MESH],
  ['simulate', 'docs/examples/three-layers.cfg', '--arch', MESH, '--explain', '--gantt'],
  ['inspect', 'resnet152'],
  ['inspect', 'tinyyolov4', '--arch', 'docs/examples/two-crossbars.yaml'],
  ['optimize', 'tinyyolov4', '--extra-pes', '16', '--granularity', 'row', '--max-evaluations', '50'],
  ['optimize', 'tinyyolov4', '--granularity', 'row', '--max-evaluations', '20', '--budgets', '10,120,140'],
  ['architectures'],
  ['models'],
  ['reproduce', 'tinyyolov4', 'vgg16'],
  ['schedule', LONG, '--gantt'],
  ['inspect', LONG],
  ['simulate', LONG, '--arch', MESH, '--explain'],
] as const;

// Debian has it everywhere; elsewhere these tests say that they were skipped.
describe.skipIf(!hasScript)('in a terminal (by script of util-linux)', () => {
  test.each(COMMANDS.map((args) => [args.join(' ').slice(0, 90), args] as const))(
    '%s keeps to its width',
    (_, args) => {
      expect(linesWithin(80, inTerminalOrFailed(args, 80)).length).toBeGreaterThan(1);
    },
    120_000,
  );

  test.each([40, 60, 200])('%i columns are enough', (columns) => {
    const lines = linesWithin(columns, inTerminal(['schedule', LONG, '--gantt'], { columns }));
    expect(lines.filter((line) => / \d+ %$/.test(line))).toHaveLength(4);
  });

  test('columns that are left out are named, and shown with --wide', () => {
    const narrow = linesWithin(80, inTerminal(['schedule', 'resnet152', '--granularity', 'row'])).join('\n');
    expect(narrow).toMatch(/^layer +.*copies .*start +end +busy$/m);
    expect(narrow).toMatch(/^conv5_block3_3_conv .* <?\d+ %$/m);
    expect(narrow).toMatch(/^Not shown: .*MVMs.* \(--wide\)\.$/m);
    const wide = inTerminal(['schedule', 'resnet152', '--granularity', 'row', '--wide']);
    expect(wide).toMatch(/layer +op +OFM +PEs +copies +sets +MVMs +start +end +busy/);
    expect(wide).not.toContain('Not shown');
  });

  test('a simulation shows how busy layers and the chip are, and piped does not', async () => {
    const args = ['simulate', 'tinyyolov4', '--granularity', 'row', '--arch', MESH];
    const shown = linesWithin(80, inTerminal(args)).join('\n');
    expect(shown).toMatch(/^conv2d +.* 94 %$/m);
    expect(shown).toMatch(
      /^PEs busy from 0 to 6,417,554 cycles; the highest is [\d.]+ %:\n[ ▁▂▃▄▅▆▇█]{80}$/m,
    );
    expect(await output(...args)).not.toMatch(/busy from|[▁▂▃▄▅▆▇█]/);
  });

  test('colours are there, unless NO_COLOR or TERM=dumb asks for none', () => {
    const args = ['schedule', 'tinyyolov4', '--granularity', 'row'];
    expect(inTerminal(args)).toContain('\u001b[36mspeedup');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { NO_COLOR: '1', FORCE_COLOR: '1' }]) {
      expect(inTerminal(args, { env })).not.toContain('\u001b');
    }
    expect(inTerminal(args, { env: { TERM: 'dumb', FORCE_COLOR: '1' } })).toContain('\u001b[1m');
  });

  test('work that takes long says how far it is on a line that goes away', () => {
    const args = [
      'optimize',
      'resnet101',
      '--granularity',
      'row',
      '--extra-pes',
      '512',
      '--max-evaluations',
      '60000',
    ];
    const written = inTerminal(args, { columns: 50 });
    const shown = progressIn(written);
    expect(shown.length).toBeGreaterThan(0);
    for (const line of shown) {
      expect(line.length).toBeLessThan(50);
      expect(line).toMatch(/^(clsa-cim: )?optimizing: \d+ %(, .* left)?( [█░]+)?$/);
    }
    expect(linesWithin(50, written).join('\n')).not.toContain('optimizing');
  });
});

/** What a command writes to a terminal, whether or not it succeeds. */
function inTerminalOrFailed(args: readonly string[], columns: number): string {
  try {
    return inTerminal(args, { columns });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout).replaceAll('\r\n', '\n');
    throw error;
  }
}

describe('piped', () => {
  test('tables are Markdown with all columns, whatever the environment says', async () => {
    const text = await output('schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row');
    expect(text).toContain(
      '| layer     | op     |            OFM | PEs | copies | sets |   MVMs | start |   end |',
    );
    expect(text).not.toMatch(/busy|\p{Cc}\[/u);
    expect(
      await output('schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row', '--wide'),
    ).toBe(text);
  });

  test('wide characters are aligned', async () => {
    const { stdout } = await clsaCim('schedule', modelOf('wide.json', ['層', 'conv', '畳み込み層']));
    const rows = stdout.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toContain('| 層         | Conv2D | 6 x 6 x 4 |   1 |      1 |   36 |   36 |     0 |  36 |');
  });

  test('--gantt is a block of text of 80 columns', async () => {
    const text = await output('schedule', 'resnet152', '--granularity', 'row', '--gantt');
    const [, chart = ''] = /```text\n([\s\S]*)\n```/.exec(text) ?? [];
    const lines = chart.split('\n');
    expect(lines).toHaveLength(155 + 3);
    expect(lines.filter((line) => /^conv\S+ +[░▒▓█ ]+$/.test(line))).toHaveLength(155);
    expect(Math.max(...lines.map((line) => line.length))).toBe(80);
  });
});
