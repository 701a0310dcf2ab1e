import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csvField } from '../../src/files/csv-field.ts';
import { jsonDocument } from '../../src/files/json-document.ts';
import type { Schedule } from '../../src/index.ts';
import { oneLine } from '../../src/input/show.ts';
import { tableCell } from '../../src/report/table.ts';
import { clsaCim, json, temporaryFolder } from './command-line.ts';

/** Names that act on a terminal, a table or a spreadsheet where they are shown as they are. */
const EVIL = [
  '\u001b[31mred\u001b[2J',
  'bell\u0007',
  'two\nlines\r\nof text',
  'right\u202eto left',
  'isolate\u2066d',
  'csi\u009b31m',
  'separated\u2028here\u2029',
  'half a pair \ud83d',
  '| a | table |',
  '--- | ---',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1+1',
  ' =2',
  '＝3',
  '"quoted", with commas',
];

/** What may stand in text for a terminal: lines of what is seen. */
const SEEN = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u;

const folder = temporaryFolder();
const MODEL = join(folder, 'm \u001b[31m| =x \u202e.json');
const CHIP = join(folder, 'chip.json');

const input = { class_name: 'InputLayer', name: 'i', config: { batch_input_shape: [null, 6, 6, 3] } };
/** A Keras file may not have control characters in its names. */
const NAMES = EVIL.map((name) => name.replaceAll(/\p{Cc}/gu, '.'));
const convolutions = NAMES.map((name) => ({
  class_name: 'Conv2D',
  name,
  config: { name, filters: 4, kernel_size: [1, 1] },
}));
writeFileSync(
  MODEL,
  JSON.stringify({ class_name: 'Sequential', config: { name: 'm', layers: [input, ...convolutions] } }),
);
writeFileSync(
  CHIP,
  JSON.stringify({
    name: 'evil | \u202e chip',
    crossbarRows: 64,
    crossbarColumns: 64,
    weightBits: 8,
    cellBits: 8,
    differentialPairs: false,
    activationBits: 8,
    dacBits: 8,
    mvmLatencyNs: 100,
    pes: 32,
    chip: { pesPerTile: 32, clockNs: 1 },
  }),
);

describe.each(EVIL)('%j', (name) => {
  test('is one line of what is seen in a terminal', () => {
    expect(oneLine(name)).toMatch(SEEN);
  });

  test('is one cell of a table', () => {
    expect(tableCell(name)).toMatch(SEEN);
    expect(tableCell(name).replaceAll('\\|', '')).not.toContain('|');
  });

  test('is text in a spreadsheet', () => {
    expect(csvField(name)).not.toMatch(/^[\s\p{Cc}]*[=+\-@＝]/u);
    expect(csvField(name).replace(/^'/, '')).toBe(name.replace(/^'/, ''));
  });

  test('is the same in JSON, and harmless where that is shown', () => {
    const document = jsonDocument({ name });
    expect(JSON.parse(document)).toEqual({ name });
    for (const line of document.split('\n')) expect(line).toMatch(SEEN);
  });
});

test.each([
  ['schedule', MODEL, '--extra-pes', '4'],
  ['schedule', MODEL, '--arch', CHIP],
  ['inspect', MODEL, '--arch', CHIP],
  ['simulate', MODEL, '--arch', CHIP, '--explain'],
  ['optimize', MODEL, '--extra-pes', '4', '--max-evaluations', '50'],
])('%s shows nothing that acts on a terminal, and whole tables', async (...args) => {
  const { status, stdout, stderr } = await clsaCim(...args);
  for (const line of stderr.split('\n')) expect(line).toMatch(SEEN);
  expect(status).toBe(0);
  let cells = 0;
  for (const line of stdout.split('\n')) {
    expect(line).toMatch(SEEN);
    const bars = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0;
    if (cells > 0 && bars > 0) expect(bars).toBe(cells);
    cells = bars;
  }
  const document = await clsaCim(...args, '--json');
  for (const line of document.stdout.split('\n')) expect(line).toMatch(SEEN);
});

test('names in --json are those of the file', async () => {
  const { layers } = await json<Schedule>('schedule', MODEL);
  expect(layers.map(({ name }) => name)).toEqual(NAMES);
});

test('a file of sets has names, and a sweep models, that no spreadsheet computes', async () => {
  const sets = join(folder, 'sets.csv');
  await json('schedule', MODEL, '--schedule-out', sets);
  const spec = join(folder, 'sweep.json');
  writeFileSync(join(folder, '=1+1.json'), readFileSync(MODEL));
  writeFileSync(spec, JSON.stringify({ models: ['=1+1.json'], product: { extraPes: [0, 1] } }));
  const out = join(folder, 'out');
  const { status, stdout } = await clsaCim('sweep', spec, '--out', out, '--workers', '1');
  expect(status).toBe(0);
  for (const line of stdout.split('\n')) expect(line).toMatch(SEEN);
  for (const path of [sets, join(out, 'results.csv')]) {
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/(^|\n|")'=/);
    expect(text).not.toMatch(/(^|[,"\n])[\s]*[=@＝]/);
  }
});
