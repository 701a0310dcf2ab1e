import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Inspection, Schedule } from '../../src/index.ts';
import { clsaCim, failure, json, output, temporaryFolder } from './command-line.ts';
import { readRows } from './table-rows.ts';

const NET = 'docs/examples/three-layers.cfg';
const folder = temporaryFolder();

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Three layers of 1, 2 and 3 PEs go on it; writing a PE takes 10 cycles. */
const CHIP = file(
  'chip.yaml',
  `name: writes
crossbarRows: 256
crossbarColumns: 256
weightBits: 8
cellBits: 8
differentialPairs: false
activationBits: 8
dacBits: 8
mvmLatencyNs: 100
peWriteNs: 1000
peWriteEnergyPj: 50
enduranceWrites: 1000000
`,
);
const on = (pes: number, ...options: string[]) => [NET, '--arch', CHIP, '--pes', String(pes), ...options];

describe.concurrent('schedule of a network that is larger than the chip', () => {
  test('takes turns, and the table says what that costs', async () => {
    const text = await output('schedule', ...on(2, '--granularity', 'row'));
    expect(text).toMatch(/^three-layers on writes, row sets, across layers \(xinf\), weights in turns\n/);
    expect(text).toContain('| conv2d_2[1/2] |');
    expect(text).toContain(
      [
        '| round | first layer   | last layer    | layers | PEs | start | end |',
        '| ----: | :------------ | :------------ | -----: | --: | ----: | --: |',
        '|     0 | conv2d        | conv2d        |      1 |   2 |     0 | 128 |',
        '|     1 | conv2d_1      | conv2d_1      |      1 |   2 |   138 | 202 |',
        '|     2 | conv2d_2[1/2] | conv2d_2[1/2] |      1 |   2 |   212 | 228 |',
        '|     3 | conv2d_2[2/2] | conv2d_2[2/2] |      1 |   2 |   238 | 246 |',
      ].join('\n'),
    );
    expect(text).toContain(
      [
        '| PEs                   |                         2 of 6 |',
        '| cycles                |                            246 |',
        '| latency               |                        24.6 µs |',
        '| baseline cycles       |                            382 |',
        '| speedup               |                          1.55x |',
        '| utilization           |                         87.8 % |',
        '| rounds                |                    4 (rolling) |',
        '| a PE write            |                      10 cycles |',
        '| writing               |        30 cycles, 0.0 % hidden |',
        '| writes                | 8 PEs per inference, 4 of a PE |',
        '| write energy          |           400 pJ per inference |',
        '| lifetime at full load |                         6.15 s |',
      ].join('\n'),
    );
    expect(text).not.toContain('--rounds auto');
  });

  test('has the same in --json', async () => {
    const result = await json<Schedule>('schedule', ...on(2));
    expect(result).toMatchObject({
      ...{ minimumPes: 6, totalPes: 2, cycles: 246, baselineCycles: 382, reload: 'rolling', roundCount: 4 },
      ...{ batch: 1, group: 1, groupEndCycles: [246], intervalCycles: 246 },
      ...{ writeCycles: 10, writes: 8, peWritesPerInference: 4, writingCycles: 30, exposedWritingCycles: 30 },
      ...{ writeEnergyPjPerInference: 400 },
    });
    expect(result.rounds).toEqual([
      { layers: ['conv2d'], pes: 2, startCycle: 0, endCycle: 128 },
      { layers: ['conv2d_1'], pes: 2, startCycle: 138, endCycle: 202 },
      { layers: ['conv2d_2[1/2]'], pes: 2, startCycle: 212, endCycle: 228 },
      { layers: ['conv2d_2[2/2]'], pes: 2, startCycle: 238, endCycle: 246 },
    ]);
    // 1e6 writes, 4 an inference of 24.6 µs.
    expect(result.lifetimeYears! * 365.25 * 86_400).toBeCloseTo(6.15, 9);
  });

  test('takes rounds of a file, groups and a way to write', async () => {
    const cuts = file('cuts.yaml', '- conv2d_2\n');
    const options = ['--rounds', cuts, '--batch', '5', '--group', '2', '--granularity', 'row'];
    const [barrier, rolling] = await Promise.all(
      ['barrier', 'rolling'].map((mode) =>
        json<Schedule>('schedule', ...on(4, ...options, '--reload', mode)),
      ),
    );
    expect(barrier).toMatchObject({ batch: 5, group: 2, reload: 'barrier', roundCount: 2, cycles: 818 });
    expect(barrier!.rounds!.map(({ layers }) => layers)).toEqual([['conv2d', 'conv2d_1'], ['conv2d_2']]);
    expect(barrier!.groupEndCycles).toHaveLength(3);
    expect(rolling).toMatchObject({ reload: 'rolling', roundCount: 2 });
    expect(barrier).toMatchObject({ writingCycles: 50, exposedWritingCycles: 50 });
    expect(rolling).toMatchObject({ writingCycles: 100, exposedWritingCycles: 50 });
    const text = await output('schedule', ...on(4, ...options, '--reload', 'barrier'));
    expect(text).toMatch(
      /\| inferences +\| +5 in 3 groups \|\n\| an inference every +\| +180 cycles \(18 µs\) \|/,
    );
    expect(text).toMatch(/\| rounds +\| +2 \(barrier\) \|/);
  });

  test('is checked by brute force', async () => {
    const options = ['--batch', '3', '--group', '2', '--granularity', 'row', '--validate'];
    const outcomes = await Promise.all([
      clsaCim('schedule', ...on(2, ...options)),
      clsaCim('schedule', ...on(3, ...options, '--reload', 'barrier')),
      clsaCim('schedule', ...on(2, ...options, '--scheduling', 'lbl')),
      clsaCim('schedule', ...on(7, ...options)),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 0, stderr: 'clsa-cim: the schedule is valid\n' });
    }
  });

  test('takes copies of slices from a file', async () => {
    const copies = file('copies.yaml', '{"conv2d_2[2/2]": 2}');
    const { layers } = await json<Schedule>('schedule', ...on(2, '--duplication', copies));
    expect(layers.map((layer) => layer.copies)).toEqual([1, 1, 1, 2]);
    expect(await failure(1, 'schedule', ...on(2, '--duplication', file('more.yaml', '[1, 1, 1]')))).toContain(
      'has the copies of 3 layers and the network has 4 base layers',
    );
  });

  test('shows rounds of single layers in the layers only', async () => {
    const text = await output('schedule', ...on(2, '--scheduling', 'lbl'));
    expect(text).not.toContain('first layer');
    expect(text).toMatch(/\| rounds +\| +4 \(barrier\) \|/);
  });
});

describe.concurrent('schedule of a network that fits', () => {
  test('says in a line what turns would gain, and is otherwise what it was', async () => {
    const [text, silent, named] = await Promise.all([
      output('schedule', ...on(6)),
      // Nothing is weighed with copies of the user.
      output('schedule', ...on(6), '--duplication', file('ones.json', '[1, 1, 1]')),
      json<Schedule>('schedule', ...on(6, '--rounds', 'auto')),
    ]);
    const { cycles, writes, roundCount } = named;
    expect(roundCount).toBe(3);
    expect(text).toBe(
      `${silent}\nWeights in turns (--rounds auto) would take ${cycles} cycles instead of 272 ` +
        `(${(272 / cycles).toFixed(1)}x): 3 rounds, ${writes} PE writes per inference.\n`,
    );
    expect(silent).not.toContain('rounds');
    const { rounds, batch } = await json<Schedule>('schedule', ...on(6));
    expect({ rounds, batch }).toEqual({});
  });

  test('says where they would gain nothing', async () => {
    const slow = file('slow.yaml', `${await output('architectures', 'paper')}peWriteNs: 1.0e+9\n`);
    expect(await output('schedule', NET, '--arch', slow)).toMatch(
      /\n\nWeights in turns \(--rounds auto\) would gain nothing\.\n$/,
    );
  });

  test('says nothing of turns on a chip that does not say how long writing takes', async () => {
    expect(await output('schedule', NET)).not.toContain('turns');
  });

  test('has one round where that is what auto finds', async () => {
    const text = await output('schedule', ...on(6, '--rounds', 'auto', '--duplication', 'none'));
    expect(text).toMatch(/\| rounds +\| +1, nothing is written \|\n$/);
  });

  test('runs a batch at once', async () => {
    const result = await json<Schedule>('schedule', ...on(6, '--batch', '4', '--group', '3'));
    expect(result).toMatchObject({ batch: 4, group: 3, cycles: 1040 });
    expect(result.groupEndCycles).toHaveLength(2);
    expect(result).not.toHaveProperty('rounds');
  });
});

describe.concurrent('schedule --schedule-out', () => {
  test('says of every set which slice, round, group and inference it is of', async () => {
    const paths = ['csv', 'jsonl', 'parquet'].map((ending) => join(folder, `sets.${ending}`));
    const options = on(2, '--granularity', 'row', '--batch', '3', '--group', '2');
    const results = await Promise.all(
      paths.map((path) => json<Schedule>('schedule', ...options, '--schedule-out', path)),
    );
    const [csv, ...others] = await Promise.all(paths.map(readRows));
    for (const rows of others) expect(rows).toEqual(csv);
    const rows = csv!;
    expect(Object.keys(rows[0]!)).toEqual([
      ...['layer', 'slice', 'round', 'group', 'inference', 'set'],
      ...['y', 'x', 'height', 'width', 'copy', 'startCycle', 'finishCycle'],
    ]);
    const { layers, groupEndCycles } = results[0]!;
    expect(rows).toHaveLength(3 * (16 + 8 + 4 + 4));
    const slices = rows.filter(({ layer }) => layer === 'conv2d_2[2/2]');
    expect(slices.map(({ inference, set }) => `${inference} ${set}`)).toEqual(
      [0, 1, 2].flatMap((inference) => [0, 1, 2, 3].map((set) => `${inference} ${set}`)),
    );
    expect(new Set(slices.map(({ slice, round }) => `${slice} ${round}`))).toEqual(new Set(['2 3']));
    expect(rows[0]).toMatchObject({ layer: 'conv2d', slice: null, round: 0, group: 0, inference: 0, set: 0 });
    for (const group of [0, 1]) {
      const own = rows.filter((row) => row.group === group);
      expect(new Set(own.map(({ inference }) => inference))).toEqual(new Set(group === 0 ? [0, 1] : [2]));
      expect(Math.max(...own.map(({ finishCycle }) => Number(finishCycle)))).toBe(groupEndCycles![group]);
    }
    expect(Math.min(...slices.map(({ startCycle }) => Number(startCycle)))).toBe(layers[3]!.startCycle);
  });

  test('has only the columns that differ', async () => {
    const path = join(folder, 'batch.csv');
    await json('schedule', ...on(6, '--batch', '2', '--schedule-out', path));
    const rows = await readRows(path);
    expect(Object.keys(rows[0]!).slice(0, 3)).toEqual(['layer', 'inference', 'set']);
    expect(rows).toHaveLength(2 * 336);
  });
});

describe.concurrent('inspect of a network that is larger than the chip', () => {
  test('shows slices and rounds', async () => {
    const text = await output('inspect', ...on(2));
    expect(text).toMatch(/\| MVMs \| PEs \| +copies \| round \| reads # \|/);
    expect(text).toMatch(/\| conv2d_2 +\|.*\| +16 \| +3 \| 2 slices \| 2–3 +\|/);
    expect(text).toMatch(/\| +2 \| conv2d_2\[1\/2\] \| conv2d_2\[1\/2\] \| +1 \| +2 \|\n/);
    expect(text).toMatch(/\n4 PEs are missing, so that weights take turns\n$/);
  });

  test('has the rounds of schedule in --json', async () => {
    const [inspected, scheduled] = await Promise.all([
      json<Inspection>('inspect', ...on(2)),
      json<Schedule>('schedule', ...on(2)),
    ]);
    expect(inspected).toMatchObject({ minimumPes: 6, totalPes: 2, usedPes: 2, missingPes: 4 });
    expect(inspected.rounds).toEqual(scheduled.rounds!.map(({ layers, pes }) => ({ layers, pes })));
    const base = inspected.layers.filter(({ pes }) => pes !== undefined);
    expect(base.map(({ name, pes, copies, round }) => ({ name, pes, copies, round }))).toEqual([
      { name: 'conv2d', pes: 1, copies: 2, round: 0 },
      { name: 'conv2d_1', pes: 2, copies: 1, round: 1 },
      { name: 'conv2d_2', pes: 3 },
    ]);
    expect(base[2]!.slices).toEqual([
      { name: 'conv2d_2[1/2]', pes: 2, copies: 1, round: 2 },
      { name: 'conv2d_2[2/2]', pes: 1, copies: 2, round: 3 },
    ]);
    expect(base.every((layer) => !('firstPe' in layer))).toBe(true);
  });

  test('takes rounds, also of a network that fits', async () => {
    const { rounds, missingPes } = await json<Inspection>(
      'inspect',
      ...on(6, '--rounds', 'auto', '--group', '2'),
    );
    expect(missingPes).toBe(0);
    expect(rounds).toHaveLength(3);
    expect(await json<Inspection>('inspect', ...on(6))).not.toHaveProperty('rounds');
  });

  test('shows one copy of each layer where the chip does not say how long writing takes', async () => {
    const text = await output('inspect', NET, '--pes', '2');
    expect(text).toMatch(/\n4 PEs are missing; with one copy each the layers do not fit\n$/);
  });
});

describe.concurrent('mistakes are told in a line', () => {
  const cuts = (name: string, ...layers: string[]) => file(name, JSON.stringify(layers));

  test.each<[string, 1 | 2, string[], RegExp]>([
    [
      'a group larger than the batch',
      2,
      on(2, '--group', '4'),
      /^--group 4 is more than --batch 1; give a batch/,
    ],
    [
      'a group larger than the batch that is given',
      2,
      on(2, '--batch', '3', '--group', '4'),
      /^--group 4 is more than --batch 3/,
    ],
    ['a batch of none', 2, on(2, '--batch', '0'), /--batch.* whole number from 1/],
    [
      'a batch that is too large',
      2,
      on(2, '--batch', '9999999'),
      /--batch.*must be a whole number from 1 to 1048576/,
    ],
    [
      'an unknown way to write',
      2,
      on(2, '--reload', 'slowly'),
      /--reload .*Allowed choices are rolling, barrier/,
    ],
    [
      'rounds that are nothing',
      1,
      on(2, '--rounds', 'atuo'),
      /^no kind of rounds and no file is called "atuo"; did you mean "auto"/,
    ],
    ['a folder', 1, on(2, '--rounds', folder), /not a file/],
    ['an empty list', 1, on(2, '--rounds', cuts('empty.yaml')), /empty\.yaml: is empty/],
    [
      'a layer given twice',
      1,
      on(2, '--rounds', cuts('twice.yaml', 'conv2d_1', 'conv2d_1')),
      /twice\.yaml: 1: "conv2d_1" is given twice/,
    ],
    [
      'an unknown layer',
      2,
      on(3, '--rounds', cuts('unknown.yaml', 'conv2d_9')),
      /^--rounds .*unknown\.yaml: no base layer or slice is called "conv2d_9"; did you mean "conv2d/,
    ],
    [
      'layers out of order',
      2,
      on(3, '--rounds', cuts('order.yaml', 'conv2d_2', 'conv2d_1')),
      /^--rounds .*order\.yaml: conv2d_1 does not stand behind conv2d_2/,
    ],
    [
      'rounds that do not fit',
      2,
      on(3, '--rounds', cuts('large.yaml', 'conv2d_1')),
      /^--rounds .*large\.yaml: the round that begins with conv2d_1 takes more than the 3 PEs from conv2d_2 on/,
    ],
    [
      'a chip that does not say how long writing takes',
      2,
      [NET, '--rounds', 'auto'],
      /^--rounds auto: architecture paper does not say how long writing takes; add peWriteNs or rowWriteNs to it$/,
    ],
    [
      'rounds layer by layer',
      2,
      on(2, '--scheduling', 'lbl', '--rounds', 'fewest'),
      /^--rounds is of no use with --scheduling lbl/,
    ],
    [
      'rolling layer by layer',
      2,
      on(2, '--scheduling', 'lbl', '--reload', 'rolling'),
      /^--reload rolling is of no use with --scheduling lbl/,
    ],
    [
      'a file of rounds that would be overwritten',
      2,
      on(3, '--rounds', cuts('read.jsonl', 'conv2d_2'), '--schedule-out', join(folder, 'read.jsonl')),
      /^--schedule-out .* would overwrite .*read\.jsonl/,
    ],
  ])('%s', async (_, status, options, message) => {
    expect(await failure(status, 'schedule', ...options)).toMatch(message);
  });

  test('a simulation of rounds that are none', async () => {
    const [simulate, explain] = await Promise.all([
      failure(2, 'simulate', ...on(2), '--rounds', cuts('unknown.yaml', 'conv2d_7')),
      failure(2, 'simulate', ...on(2), '--rounds', cuts('unknown.yaml', 'conv2d_7'), '--explain'),
    ]);
    expect(simulate).toMatch(/^--rounds .*unknown\.yaml: no base layer or slice is called "conv2d_7"/);
    expect(explain).toBe(simulate);
  });

  test('a chip that cannot write is told what to add', async () => {
    const outcome = await clsaCim('schedule', NET, '--pes', '2');
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/4 missing; .*give peWriteNs or rowWriteNs so that weights take turns\n$/);
  });
});
