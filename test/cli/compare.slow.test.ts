import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/index.ts';
import { clsaCim, failure, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const file = (name: string) => join(folder, name);

/** Writes a file of the folder and gives its path. */
function written(name: string, content: string | object): string {
  writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content));
  return file(name);
}

/** A result as the command line prints it. */
interface Result {
  readonly latencyNs: number;
  readonly layers: readonly { readonly name: string; readonly copies: number; readonly endCycle: number }[];
}

const COMMON = ['tinyyolov4', '--granularity', 'row'];
const MESH = ['--arch', 'docs/examples/mesh.yaml'];
const results = new Map<string, Result>();

beforeAll(async () => {
  const commands: Readonly<Record<string, readonly string[]>> = {
    'plain.json': ['schedule', ...COMMON],
    'more.json': ['schedule', ...COMMON, '--extra-pes', '8'],
    'chip.json': ['simulate', ...COMMON, '--extra-pes', '8', ...MESH],
    'other.json': ['schedule', 'vgg16', '--granularity', 'row'],
  };
  for (const [name, command] of Object.entries(commands)) {
    const result = await json<Result>(...command);
    results.set(name, result);
    written(name, result);
  }
}, 120_000);

const HEADS = [
  '| run   | of       | model      | architecture | sets | order                |',
  '| plain | schedule | tinyyolov4 | paper        | row  | across layers (xinf) |',
  '| more  | schedule | tinyyolov4 | paper        | row  | across layers (xinf) |',
];

describe('results of --json', () => {
  test('stand side by side, with ratios and the layers that changed', async () => {
    const printed = await output('compare', file('plain.json'), file('more.json'));
    const lines = printed.split('\n');
    for (const head of HEADS) expect(lines).toContain(head);
    const latency = lines.find((line) => line.startsWith('| latency '))!;
    const quotient = results.get('more.json')!.latencyNs / results.get('plain.json')!.latencyNs;
    expect(latency.split('|').at(-2)?.trim()).toBe(`${Number(quotient.toPrecision(4))}x`);
    expect(printed).toMatch(/^\| conv2d +\| +1 → 5 \|/m);
    expect(printed.endsWith('.\n')).toBe(true);
  });

  test('--json has all of it, with ratios that are quotients', async () => {
    const [plain, more] = [results.get('plain.json')!, results.get('more.json')!];
    const document = await json<Comparison & { version: string }>(
      'compare',
      file('plain.json'),
      file('more.json'),
    );
    expect(document.version).toMatch(/^\d/);
    expect(document.runs.map(({ name, kind }) => [name, kind])).toEqual([
      ['plain', 'schedule'],
      ['more', 'schedule'],
    ]);
    expect(document.figures.length).toBeGreaterThan(8);
    for (const { values, ratios } of document.figures) {
      expect(ratios).toEqual(values.map((value) => (values[0] === 0 ? null : value! / values[0]!)));
    }
    const changed = plain.layers.filter((layer, i) => {
      const other = more.layers[i]!;
      return layer.copies !== other.copies || layer.endCycle !== other.endCycle;
    });
    expect(document.layers.changes).toHaveLength(changed.length);
    expect(document.layers.alike).toBe(plain.layers.length - changed.length);
  });

  test('of the same run twice have names of their own and layers that are alike', async () => {
    const printed = await output('compare', file('plain.json'), file('plain.json'));
    expect(printed).toMatch(/plain.*\.json\) 2 /);
    expect(printed).toContain('All 21 layers are alike.');
    expect(printed).not.toContain('→');
  });

  test('of different models say so', async () => {
    const printed = await output('compare', file('plain.json'), file('other.json'));
    expect(printed).toContain('The models differ');
    expect(printed).toContain('No layer is in two runs.');
    expect(printed).toContain('21 layers only in plain: conv2d,');
    expect(printed).toContain('13 layers only in other: block1_conv1,');
  });

  test('of a schedule and a simulation are compared in time', async () => {
    const printed = await output('compare', file('more.json'), file('chip.json'));
    expect(printed).toContain('Cycles differ in length');
    expect(printed).not.toContain('| cycles');
    expect(printed).toMatch(/^\| latency +\| +17\.49 ms \| +19 ms \|/m);
  });
});

describe('files of runs', () => {
  test('give what the command gives, with paths from their folder', async () => {
    mkdirSync(file('chips'));
    copyFileSync('docs/examples/mesh.yaml', file('chips/tiles.yaml'));
    const runs = written('chips/runs.yaml', {
      ...{ model: 'tinyyolov4', granularity: 'row', extraPes: 8 },
      runs: [{ name: 'here' }, { run: 'simulate', arch: 'tiles.yaml' }],
    });
    const document = await json<Comparison>('compare', runs, file('chip.json'), file('more.json'));
    expect(document.runs.map(({ name }) => name)).toEqual(['here', 'runs 2', 'chip', 'more']);
    const latency = document.figures.find(({ name }) => name === 'latencyNs')!;
    expect(latency.values.slice(0, 2)).toEqual(latency.values.slice(2).toReversed());
  });

  test('of one name are told apart by their paths, in every head', async () => {
    for (const folder of ['runs/before', 'runs/after']) mkdirSync(file(folder), { recursive: true });
    const paths = ['runs/before/r.json', 'runs/after/r.json'].map((name) =>
      written(name, results.get('plain.json')!),
    );
    const printed = await output('compare', ...paths);
    expect(printed).toMatch(/^\| +\| +before\/r\.json \| +after\/r\.json \| ratio \|$/m);
    const { runs } = await json<Comparison>('compare', ...paths, paths[0]!);
    expect(runs.map(({ name }) => name)).toEqual(['before/r.json', 'after/r.json', 'before/r.json 2']);
    const long = written('long.yaml', {
      ...{ model: 'tinyyolov4', granularity: 'row' },
      runs: ['a', 'b'].map((letter) => ({ name: `a long name in which ${letter} is in the middle of all` })),
    });
    expect(await output('compare', long)).toMatch(/^\| +\| +1: a long.* \| +2: a long.* \| ratio \|$/m);
  });

  test.each<[string, object, readonly string[]]>([
    ['a budget', { pes: 130 }, ['--pes', '130']],
    ['layer by layer', { scheduling: 'lbl' }, ['--scheduling', 'lbl']],
    ['no copies', { extraPes: 20, duplication: 'none' }, ['--extra-pes', '20', '--duplication', 'none']],
    ['a batch in groups', { batch: 6, group: 2 }, ['--batch', '6', '--group', '2']],
    ['blocks', { granularity: '4x4' }, ['--granularity', '4x4']],
    ['a flag', { allowUnknown: true, batchAxis: false }, ['--allow-unknown']],
    ['another chip', { arch: 'isaac' }, ['--arch', 'isaac']],
    [
      'turns',
      { arch: join(process.cwd(), 'docs/examples/turns.yaml'), pes: 59, reload: 'barrier', rounds: 'fewest' },
      ['--arch', 'docs/examples/turns.yaml', '--pes', '59', '--reload', 'barrier', '--rounds', 'fewest'],
    ],
  ])('%s, as on the command line', async (_, options, flags) => {
    const described = written('described.yaml', { model: 'tinyyolov4', granularity: 'row', ...options });
    const asked = written('asked.json', await output('schedule', ...COMMON, ...flags, '--json'));
    const document = await json<Comparison>('compare', described, asked);
    expect(document.figures.length).toBeGreaterThan(6);
    for (const { values } of document.figures) expect(values[0]).toBe(values[1]);
    expect(document.layers).toMatchObject({ changes: [], ofSome: [] });
  });

  test('may be searches', async () => {
    const runs = written('search.yaml', {
      ...{ model: 'tinyyolov4', granularity: 'row', extraPes: 16 },
      runs: [{}, { run: 'optimize', seed: 2, maxEvaluations: 10 }],
    });
    const { status, stdout, stderr } = await clsaCim('compare', runs, '--json');
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/ evaluations in /),
    });
    const document: Comparison = JSON.parse(stdout);
    expect(document.runs.map(({ kind }) => kind)).toEqual(['schedule', 'optimize']);
  });
});

describe('what cannot be compared', () => {
  const cases: readonly [string, string | object, string | RegExp][] = [
    ['neither', { cycles: 3 }, 'neither a result of --json'],
    ['a list', '- 1\n- 2\n', 'neither a result of --json'],
    ['nothing', '', 'the file is empty'],
    ['several results of a search', { runs: 3 }, 'runs: must be a list of mappings'],
    ['results of several chips', { version: '0.1.0', runs: [{ best: {} }] }, 'nor of optimize for one chip'],
    ['a result that is cut off', '{ "version": "0.1.0", "cycles": 3, "lay', 'not valid JSON: '],
    ['a figure that is none', '{ "baselineCycles": NaN }', 'not valid JSON: '],
    [
      'an option that is misspelt',
      { model: 'vgg16', extraPess: 3 },
      'extraPess: unknown option; did you mean "extraPes"?',
    ],
    ['an option of another command', { model: 'vgg16', seed: 3 }, 'seed: unknown option'],
    ['an option of output', { model: 'vgg16', json: true }, 'json: unknown option'],
    [
      'a value out of range',
      { model: 'vgg16', extraPes: -1 },
      'extraPes: must be a whole number from 0 on, found -1',
    ],
    [
      'a word that is none',
      { model: 'vgg16', scheduling: 'x' },
      'scheduling: must be xinf or lbl, found "x"',
    ],
    [
      'a command that is none',
      { model: 'vgg16', run: 'sweep' },
      'run: must be schedule, simulate or optimize',
    ],
    ['no model', { run: 'schedule' }, 'model: is missing'],
    ['a model that is not there', { model: 'vgg17' }, 'did you mean vgg16?'],
    ['a run that does not fit', { model: 'vgg16', pes: 3 }, 'needs 233 PEs'],
    [
      'options that contradict',
      { model: 'vgg16', pes: 300, extraPes: 3 },
      '--pes and --extra-pes are both given',
    ],
    ['runs in runs', { runs: [{ runs: [] }] }, 'runs.0: must be a list of mappings'],
    ['a wrong run of several', { model: 'vgg16', runs: [{}, { pes: 3 }] }, 'runs.1: network vgg16: needs'],
  ];
  test.each(cases)('%s', async (_, content, message) => {
    const path = written('bad.yaml', content);
    const told = await failure(1, 'compare', path, file('plain.json'));
    expect(told).toContain(message);
    expect(told.startsWith(`${path}: `)).toBe(true);
  });

  test('a file that is not there', async () => {
    expect(await failure(1, 'compare', file('no.json'), file('plain.json'))).toContain(
      'there is no such file',
    );
  });

  test('one run', async () => {
    expect(await failure(2, 'compare', file('plain.json'))).toContain('1 run is given');
    expect(await failure(2, 'compare')).toContain("missing required argument 'runs'");
  });

  test('figures that are negative or endless', async () => {
    for (const [value, shown] of [
      ['-3', '-3'],
      ['1e999', 'Infinity'],
    ] as const) {
      const text = JSON.stringify(results.get('plain.json')).replace(/"cycles":\d+/, `"cycles":${value}`);
      const told = await failure(1, 'compare', written('bad.json', text), file('plain.json'));
      expect(told).toContain(`cycles: must be a finite number that is not negative, found ${shown}`);
    }
  });
});

test('names of any kind and length are harmless', async () => {
  const evil = `<script>|\u001b[31m\u202e${'x'.repeat(1e5)}`;
  const layer = { name: evil, copies: 1, pes: 1, startCycle: 0, endCycle: 1 };
  const result = {
    ...{ model: evil, architecture: evil, granularity: evil, scheduling: evil },
    ...{ cycles: 1, latencyNs: 1, baselineCycles: 1, layers: [layer, { ...layer, name: 'constructor' }] },
  };
  const before = written('evil.json', result);
  const after = written('evil2.json', { ...result, layers: [{ ...layer, copies: 2 }] });
  const named = written('evil.yaml', { name: evil, model: 'tinyyolov4', granularity: 'row' });
  const printed = await output('compare', before, after, named);
  expect(printed).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  for (const line of printed.split('\n')) expect(line.length).toBeLessThan(400);
  const document = await json<Comparison>('compare', before, after, named);
  expect(document.runs.map(({ name }) => name)).toEqual(['evil', 'evil2', evil]);
  expect(document.layers.changes[0]?.name).toBe(evil);
});
