import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  mergeSweeps,
  type SweepOptions,
  type SweepResult,
  type SweepSpec,
  sweep,
} from '../../src/sweep/index.ts';

const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-failures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function resultsOf(spec: SweepSpec, options: SweepOptions = {}): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  for await (const result of sweep(spec, { workers: 2, ...options })) results.push(result);
  return results.toSorted((a, b) => a.index - b.index);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const errors = (results: readonly SweepResult[]) =>
  results.flatMap(({ parameters, error }) =>
    error === undefined ? [] : [`${parameters.duplication} ${parameters.extraPes}: ${error}`],
  );
const spec = (policies: string, ...names: string[]): SweepSpec => ({
  models: [NET],
  policies,
  product: { duplication: ['none', ...names], extraPes: { from: 0, to: 7, step: 1 } },
});

describe('failures of points that more means may mend', () => {
  test('are tried again with more time, and not without', async () => {
    const flag = join(folder, 'flag');
    const count = join(folder, 'count');
    const policies = file(
      'slow.mjs',
      `import { appendFileSync, existsSync } from 'node:fs';
       export const slow = (layers, extra) => {
         if (extra === 3) appendFileSync(${JSON.stringify(count)}, '.');
         while (extra === 3 && !existsSync(${JSON.stringify(flag)}));
         return layers.map(() => 1);
       };`,
    );
    const out = join(folder, 'slow');
    const slow = spec(policies, 'slow');
    const failed = ['slow 3: it takes more than 1 s; give it more with --point-timeout'];
    expect(errors(await resultsOf(slow, { out, pointTimeoutS: 1 }))).toEqual(failed);
    expect(errors(await resultsOf(slow, { out, pointTimeoutS: 1 }))).toEqual(failed);
    expect(readFileSync(count, 'utf8')).toBe('.');
    expect(errors(await resultsOf(slow, { out, pointTimeoutS: 2 }))).toEqual([
      'slow 3: it takes more than 2 s; give it more with --point-timeout',
    ]);
    writeFileSync(flag, '');
    const early = join(folder, 'early');
    await mergeSweeps([out], early);
    expect(errors(await resultsOf(slow, { out, pointTimeoutS: 3 }))).toEqual([]);
    expect(errors(await resultsOf(slow, { out, pointTimeoutS: 1 }))).toEqual([]);
    expect(readFileSync(count, 'utf8')).toBe('...');
    // A merge takes the better one, wherever it is.
    for (const [i, order] of [[early, out], [out, early], [early]].entries()) {
      const { summary, missing } = await mergeSweeps(order, join(folder, `merged-${i}`));
      expect([summary.points, summary.failed, missing]).toEqual([16, order.length === 1 ? 1 : 0, 0]);
    }
  });

  test('are tried again with more memory', async () => {
    const policies = file(
      'large.mjs',
      `export const large = (layers, extra) => {
         const all = [];
         while (extra === 3 && all.length < 500) all.push(new Array(5e4).fill(0).map((_, i) => i + 0.5));
         return layers.map(() => 1);
       };`,
    );
    const out = join(folder, 'large');
    expect(errors(await resultsOf(spec(policies, 'large'), { out, workerMemoryMib: 64 }))).toEqual([
      'large 3: its worker ran out of memory (64 MiB); give it more with --worker-memory',
    ]);
    expect(errors(await resultsOf(spec(policies, 'large'), { out, workerMemoryMib: 1024 }))).toEqual([]);
  });
});

describe('a module of policies that behaves only where it is checked', () => {
  test.each([
    ['throws', "throw new Error('not in a thread')", /cannot be loaded: not in a thread$/],
    ['throws no error', 'throw Object.create(null)', /cannot be loaded: it has thrown something/],
  ])('%s', async (name, statement, message) => {
    const policies = file(
      `${name}.mjs`,
      `import { isMainThread } from 'node:worker_threads';
       if (!isMainThread) ${statement};
       export const mine = (layers) => layers.map(() => 1);`,
    );
    const found = errors(await resultsOf(spec(policies, 'mine'))).filter((text) => text.startsWith('mine'));
    expect(found).toHaveLength(8);
    for (const text of found) expect(text).toMatch(message);
  });

  test('ends the process', async () => {
    const policies = file(
      'ends.mjs',
      `import { isMainThread } from 'node:worker_threads';
       if (!isMainThread) process.exit(3);
       export const mine = (layers) => layers.map(() => 1);`,
    );
    await expect(resultsOf(spec(policies, 'mine'))).rejects.toThrow(
      /^worker threads do not start: .*policies/,
    );
  });

  test('throws when nobody listens', async () => {
    const policies = file(
      'late.mjs',
      `export const mine = (layers) => {
         Promise.reject(new Error('late'));
         setTimeout(() => { throw new Error('later'); });
         return layers.map(() => 1);
       };
       export const odd = () => { throw { get message() { throw 1; }, toString: 7 }; };`,
    );
    const results = await resultsOf(spec(policies, 'mine', 'odd'));
    expect(results).toHaveLength(24);
    expect(errors(results.slice(0, 8))).toEqual([]);
    expect(results.at(-1)!.error).toMatch(/policy "odd" failed: it has thrown something that says nothing/);
  });

  test('changes while the sweep runs', async () => {
    const policies = join(folder, 'changing.mjs');
    const source = `import { appendFileSync } from 'node:fs';
      export const mine = (layers, extra) => {
        // The thread that comes next would load what is there now.
        if (extra === 3) { appendFileSync(${JSON.stringify(policies)}, '// new'); process.exit(1); }
        return layers.map(() => 1);
      };`;
    writeFileSync(policies, source);
    const found = errors(await resultsOf(spec(policies, 'mine'), { workers: 1 }));
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(text).toMatch(/worker ended|has changed since the sweep was started/);
    expect(found.join()).toMatch(/has changed since the sweep was started; run the same command again/);
  });

  test('has changed since an earlier sweep of this process', async () => {
    const results: unknown[] = [];
    for (const copies of [1, 2]) {
      const policies = file('again.mjs', `export const mine${copies} = (layers) => layers.map(() => 1);`);
      results.push(errors(await resultsOf(spec(policies, `mine${copies}`))));
    }
    expect(results).toEqual([[], []]);
  });
});

describe('names that every object has', () => {
  test.each([
    [{ product: JSON.parse('{"constructor": [1]}') }, /product: no parameter is called "constructor"/],
    [{ product: JSON.parse('{"__proto__": [1]}') }, /product: no parameter is called "__proto__"/],
    [{ zip: [JSON.parse('{"prototype": [1]}')] }, /zip: no parameter is called "prototype"/],
    [{ product: { 'dim.__proto__': 1 } }, /no parameter is called "dim.__proto__"/],
    [{ product: { 'dim.constructor': 1 } }, /no parameter is called "dim.constructor"/],
    [JSON.parse('{"constructor": 1}'), /constructor: unknown field/],
    [JSON.parse('{"__proto__": 1}'), /__proto__: unknown field/],
    [
      { product: { duplication: 'constructor' } },
      /no duplication policy and no file is called "constructor"/,
    ],
  ])('are no parameters: %j', async (part, message) => {
    const input = Object.assign(Object.create(null), { models: [NET] });
    for (const [name, value] of Object.entries(part))
      Object.defineProperty(input, name, { value, enumerable: true });
    await expect(resultsOf(input)).rejects.toThrow(message);
  });

  test('may be those of files', async () => {
    mkdirSync(join(folder, 'names'), { recursive: true });
    const before = process.cwd();
    process.chdir(join(folder, 'names'));
    try {
      for (const name of ['constructor', '__proto__']) writeFileSync(name, '{conv1: 1}');
      const results = await resultsOf({
        models: [NET],
        product: { extraPes: 8, duplication: ['none', 'constructor', '__proto__'] },
      });
      expect(existsSync('constructor')).toBe(true);
      expect(new Set(results.map(({ error }) => error?.replace(/^\S+: /, ''))).size).toBe(2);
    } finally {
      process.chdir(before);
    }
  });
});
