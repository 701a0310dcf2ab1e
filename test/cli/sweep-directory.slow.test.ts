import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SweepSummary } from '../../src/sweep/index.ts';
import { clsaCim, failure, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
let made = 0;
const fresh = (name: string) => join(folder, `${made++}-${name}`);

function specFile(text: string): string {
  const path = fresh('spec.yaml');
  writeFileSync(path, text);
  return path;
}

const SMALL = specFile('models: tinyyolov4\nproduct: {extraPes: [0, 16], granularity: [row, 2x2]}');
const LARGER = specFile(
  'models: [tinyyolov4, vgg16]\nproduct: {extraPes: [0, 8, 16], granularity: [row, 2x2]}',
);
const csv = (directory: string) => readFileSync(join(directory, 'results.csv'), 'utf8');
const lines = (directory: string) => csv(directory).trimEnd().split('\n').length - 1;
const summary = (directory: string): SweepSummary =>
  JSON.parse(readFileSync(join(directory, 'summary.json'), 'utf8'));

describe('the directory of a sweep', () => {
  test.each([
    ['fewer values', 'models: tinyyolov4\nproduct: {extraPes: [0], granularity: [row, 2x2]}', /extraPes 16/],
    [
      'other models',
      'models: vgg16\nproduct: {extraPes: [0, 16], granularity: [row, 2x2]}',
      /model tinyyolov4/,
    ],
    [
      'other parameters',
      'models: tinyyolov4\nproduct: {extraPes: [0, 16]}',
      /varies .*granularity, this one/,
    ],
    [
      'a condition',
      'models: tinyyolov4\nproduct: {extraPes: [0, 16], granularity: [row, 2x2]}\nwhere: extraPes > 0',
      /no where/,
    ],
  ])('keeps its tables from a spec with %s', async (_, other, difference) => {
    const out = fresh('kept');
    await output('sweep', SMALL, '--out', out);
    const before = csv(out);
    const message = await failure(1, 'sweep', specFile(other), '--out', out);
    expect(message).toMatch(
      /sweep\.json" is of another sweep \(.*\); give another directory, or --overwrite/,
    );
    expect(message).toMatch(difference);
    expect(csv(out)).toBe(before);
    await output('sweep', specFile(other), '--out', out, '--overwrite');
    expect(csv(out)).not.toBe(before);
  });

  test('gets the tables of a spec that has more values', async () => {
    const out = fresh('more');
    await output('sweep', SMALL, '--out', out);
    await output('sweep', LARGER, '--out', out, '--pareto', 'cycles,usedPes');
    expect(lines(out)).toBe(12);
  });

  test('may hold several shards, one after the other', async () => {
    const [out, whole] = [fresh('shards'), fresh('whole')];
    await output('sweep', LARGER, '--out', out, '--shard', '1/2');
    expect([lines(out), summary(out).missing]).toEqual([6, 6]);
    await output('sweep', LARGER, '--out', out, '--shard', '2/2');
    await output('sweep', LARGER, '--out', whole);
    expect(csv(out)).toBe(csv(whole));
    expect(summary(out)).toEqual(summary(whole));
  });

  test.each(['results.csv', 'summary.json', 'journal.jsonl', 'sweep.json'])(
    'keeps a foreign %s',
    async (name) => {
      const out = fresh('foreign');
      mkdirSync(out);
      writeFileSync(join(out, name), '{"mine": 1}');
      for (const command of [
        ['sweep', SMALL],
        ['merge', await finished()],
      ]) {
        expect(await failure(1, ...command, '--out', out)).toMatch(
          new RegExp(`${name}" was not written by a sweep.*or --overwrite to replace`),
        );
      }
      expect(readFileSync(join(out, name), 'utf8')).toBe('{"mine": 1}');
      expect(readdirSync(out)).toEqual([name]);
    },
  );

  test('has no journal that is a link to what is none', async () => {
    const out = fresh('linked');
    await output('sweep', SMALL, '--out', out);
    const precious = fresh('precious.txt');
    writeFileSync(precious, 'one line\nand one without an end');
    rmSync(join(out, 'journal.jsonl'));
    symlinkSync(precious, join(out, 'journal.jsonl'));
    expect(await failure(1, 'sweep', SMALL, '--out', out)).toMatch(
      /journal\.jsonl" was not written by a sweep/,
    );
    expect(readFileSync(precious, 'utf8')).toBe('one line\nand one without an end');
  });

  test('can be merged to after what was to be merged could not be read', async () => {
    const [out, broken] = [fresh('again'), fresh('broken')];
    mkdirSync(broken);
    writeFileSync(join(broken, 'sweep.json'), readFileSync(join(await finished(), 'sweep.json')));
    await failure(1, 'merge', broken, '--out', out);
    await output('merge', await finished(), '--out', out);
    expect(csv(out)).toBe(csv(await finished()));
  });

  test('is never where the spec is read from, under a name of ours', async () => {
    const out = fresh('own');
    mkdirSync(out);
    const spec = join(out, 'sweep.json');
    writeFileSync(spec, '{"models": "tinyyolov4"}');
    expect(await failure(2, 'sweep', spec, '--out', out, '--overwrite')).toMatch(
      /would overwrite .*sweep.json/,
    );
    expect(readFileSync(spec, 'utf8')).toBe('{"models": "tinyyolov4"}');
  });

  test('is cleared of what killed processes have begun, and of nothing else', async () => {
    const out = fresh('drafts');
    await output('sweep', SMALL, '--out', out);
    const drafts = ['results.csv.1.partial', 'results.parquet.22.partial', 'sweep.json.3.partial'];
    const others = ['results.csv.partial', 'mine.csv.1.partial'];
    for (const name of [...drafts, ...others]) writeFileSync(join(out, name), '');
    await output('sweep', SMALL, '--out', out);
    expect(drafts.filter((name) => existsSync(join(out, name)))).toEqual([]);
    expect(others.filter((name) => existsSync(join(out, name)))).toEqual(others);
  });

  test.skipIf(process.platform !== 'linux')('is refused at once where the system makes none', async () => {
    expect(await failure(1, 'sweep', SMALL, '--out', '/proc/x')).toMatch(/"\/proc\/x" cannot be written/);
    expect(await failure(1, 'merge', await finished(), '--out', '/proc/self/x/y')).toMatch(
      /cannot be written/,
    );
  });
});

let done: string | undefined;
async function finished(): Promise<string> {
  if (done === undefined) {
    done = fresh('finished');
    await output('sweep', SMALL, '--out', done);
  }
  return done;
}

describe('a sweep with failures', () => {
  const FAILING = specFile('models: [tinyyolov4, vgg16]\nproduct: {pes: [1, 2, 3]}');
  const HALF = specFile('models: tinyyolov4\nproduct: {pes: [1, 2, 400]}');

  test('says why, and has exit status 1 where nothing succeeded', async () => {
    const out = fresh('failing');
    for (const command of [
      ['sweep', FAILING],
      ['merge', out],
    ]) {
      const { status, stdout, stderr } = await clsaCim(
        ...command,
        '--out',
        command[0] === 'merge' ? fresh('m') : out,
      );
      expect(status).toBe(1);
      expect(stderr).toBe('clsa-cim: all 6 points have failed; the summary has the reasons\n');
      expect(stdout).toMatch(/^6 points, 6 of them failed/);
      expect(stdout).toMatch(/\| +3 \| .*tinyyolov4: needs 117 PEs and there are 1.*\n\| +3 \| .*vgg16/);
    }
    expect(summary(out).failures).toEqual([
      { points: 3, reason: expect.stringMatching(/tinyyolov4: needs 117 PEs/) },
      { points: 3, reason: expect.stringMatching(/vgg16/) },
    ]);
    expect((await clsaCim('sweep', FAILING, '--out', out, '--json')).status).toBe(1);
  });

  test('says why and goes on where some succeeded', async () => {
    const out = fresh('half');
    const found = await json<SweepSummary>('sweep', HALF, '--out', out);
    expect(found).toMatchObject({ points: 3, failed: 2, missing: 0, failures: [{ points: 2 }] });
  });

  test('is known to fail from a dry run, which tries one point per model and architecture', async () => {
    const { status, stdout, stderr } = await clsaCim('sweep', FAILING, '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^6 points/);
    const told = stderr.trimEnd().split('\n');
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/^clsa-cim: warning: "tinyyolov4" on "paper" \(pes 1\) fails: .*PEs/);
    expect(told[2]).toMatch(/warning: 2 of 2 points that were tried, one per model and architecture, fail/);
    const document = await clsaCim('sweep', FAILING, '--dry-run', '--json');
    expect(JSON.parse(document.stdout)).toMatchObject({ tried: 2, failed: [{ parameters: { pes: 1 } }, {}] });
  });

  test('is given up by a dry run, too, where a policy never returns', async () => {
    writeFileSync(join(folder, 'endless.mjs'), 'export const endless = () => { for (;;); };');
    const endless = specFile('models: tinyyolov4\npolicies: endless.mjs\nproduct: {duplication: endless}');
    const { status, stderr } = await clsaCim('sweep', endless, '--dry-run', '--point-timeout', '1');
    expect(status).toBe(0);
    expect(stderr).toMatch(/it takes more than 1 s; give it more with --point-timeout/);
  });
});
