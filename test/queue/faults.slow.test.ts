import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Worker } from 'bullmq';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { engineIdentity } from '../../src/sweep/engine-identity.ts';
import type { Point } from '../../src/sweep/point.ts';
import { parseChunk } from '../../src/sweep/queue/protocol.ts';
import { output, temporaryFolder } from '../cli/command-line.ts';
import { expectSameResults, journalLines, killAll, start, until } from './processes.ts';
import { hasRedis, TestRedis } from './redis.ts';

const folder = temporaryFolder();
/** A spec whose policy and copies are in files of its own; they can be exchanged. */
const home = join(folder, 'home');
const spec = join(home, 'spec.yaml');
/** Two states of these files, and the results of each. */
const states = { one: join(folder, 'one'), two: join(folder, 'two') };
const plain = join(folder, 'plain.yaml');
const plainLocal = join(folder, 'plain');
let redis: TestRedis;
let number = 0;

const directory = () => join(folder, `out-${number++}`);
const sweepTo = (out: string, from = spec) => start(['sweep', from, '--out', out, '--queue', redis.url]);
const worker = (...args: string[]) =>
  start(['worker', '--queue', redis.url, '--threads', '1', '--takeover', '1', ...args]);
const isAt = (out: string, lines: number) => () => journalLines(out).length >= lines;
const sweeps = () => redis.ask((client) => client.hgetall('clsa-cim:sweeps'));
const hasSweep = async () => Object.keys(await sweeps()).length === 1;

function use(state: keyof typeof states): void {
  const copies = state === 'one' ? 1 : 2;
  writeFileSync(
    join(home, 'policies.mjs'),
    // It takes a while, so that there is time to interrupt.
    `let dummy = 0;
     export const mine = (layers) => {
       for (const end = performance.now() + 5; performance.now() < end; ) dummy++;
       return layers.map((_, i) => (i === 0 ? ${copies} : 1));
     };`,
  );
  writeFileSync(join(home, 'copies.yaml'), `{conv2d: ${copies}}`);
}

async function expectDone(sweep: ReturnType<typeof start>): Promise<string> {
  const { status, stderr } = await sweep.ended;
  expect(status, stderr).toBe(0);
  return stderr;
}

/** The tables of another directory; the journal may hold more. */
function expectTables(out: string, reference: string): void {
  for (const file of ['results.csv', 'summary.json']) {
    expect(readFileSync(join(out, file), 'utf8')).toBe(readFileSync(join(reference, file), 'utf8'));
  }
}

describe.skipIf(!hasRedis)('a queue with faults', () => {
  beforeAll(async () => {
    mkdirSync(home);
    writeFileSync(
      spec,
      'models: tinyyolov4\npolicies: policies.mjs\nproduct:\n  duplication: [mine, copies.yaml]\n' +
        '  extraPes: {from: 100, to: 399, step: 1}\n',
    );
    writeFileSync(plain, 'models: [tinyyolov3, vgg16]\nproduct:\n  pes: [10, 150, 400]\n');
    await output('sweep', plain, '--out', plainLocal);
    for (const state of ['one', 'two'] as const) {
      use(state);
      await expectDone(start(['sweep', spec, '--out', states[state]]));
    }
    const csvOf = (out: string) => readFileSync(join(out, 'results.csv'), 'utf8');
    expect(csvOf(states.one)).not.toBe(csvOf(states.two));
  }, 60_000);

  beforeEach(async () => {
    redis = await TestRedis.start();
    use('one');
  });

  afterEach(async () => {
    killAll();
    await redis.stop();
  });

  test('mixes nothing where policy and files change between two gatherers while a worker lives on', async () => {
    const out = directory();
    worker('--allow-policies');
    const killed = sweepTo(out);
    await until(isAt(out, 100), 'a part');
    killed.process.kill('SIGKILL');
    await killed.ended;
    use('two');
    await expectDone(sweepTo(out));
    expectTables(out, states.two);
    await until(async () => (await redis.keys()).length === 0, 'an empty Redis', 4000);
  });

  test.each(['one', 'two'] as const)(
    'gives a copied directory a queue of its own, files: %s',
    async (state) => {
      const [out, copy] = [directory(), directory()];
      const first = sweepTo(out);
      await until(hasSweep, 'the first sweep');
      const stopped = worker('--allow-policies');
      await until(isAt(out, 50), 'a part');
      // So that the first one cannot end before the second one is there.
      stopped.process.kill('SIGKILL');
      await stopped.ended;
      cpSync(out, copy, { recursive: true });
      rmSync(join(copy, 'lock'));
      use(state);
      const second = sweepTo(copy);
      await until(() => second.told().includes('copy'), 'the second sweep');
      worker('--allow-policies');
      await expectDone(first);
      expectTables(out, states.one);
      expect(await expectDone(second)).toMatch(/is a copy of a directory whose sweep is gathered right now/);
      expectTables(copy, states[state]);
      expect(readFileSync(join(copy, 'queue-id'))).not.toEqual(readFileSync(join(out, 'queue-id')));
    },
  );

  test('takes no results of other contents, of other parameters, or that are none', async () => {
    const out = directory();
    const sweep = sweepTo(out, plain);
    await until(hasSweep, 'the sweep');
    const wrong = [
      { setup: 'ab'.repeat(32), row: {} },
      { row: { parameters: { pes: 11 } } },
      { row: { results: null } },
      { row: { error: 'both' } },
    ];
    let answers = 0;
    const strange = new Worker(
      Object.keys(await sweeps())[0]!,
      async (job) => {
        const { setup, points } = parseChunk(job.data);
        const { row, ...others } = wrong[answers++ % wrong.length]!;
        const lineOf = ({ key, parameters }: Point) =>
          JSON.stringify({ key, parameters, results: { cycles: 1 }, ...row });
        return { setup, lines: points.map(lineOf), milliseconds: 1, ...others };
      },
      { connection: { host: '127.0.0.1', port: redis.port }, prefix: 'clsa-cim', skipVersionCheck: true },
    );
    await until(() => answers >= 2 * wrong.length, 'some answers');
    await strange.close();
    worker();
    expect(await expectDone(sweep)).toMatch(
      /a worker has sent what is no result of this sweep; it is not taken, and computed again/,
    );
    expectSameResults(out, plainLocal);
  });

  test.each([
    ['no gzip', 'damaged'],
    ['other content', gzipSync('{}')],
  ])('sends contents again that are damaged: %s', async (_, bytes) => {
    const out = directory();
    const sweep = sweepTo(out, plain);
    await until(hasSweep, 'the sweep');
    await redis.ask(async (client) => {
      const [key = ''] = await client.keys('clsa-cim:content:*');
      for (const digest of await client.hkeys(key)) await client.hset(key, digest, bytes);
    });
    const working = worker();
    await expectDone(sweep);
    expectSameResults(out, plainLocal);
    expect(working.told()).toMatch(
      /the sweep "[0-9a-f-]+" is passed over: its content [0-9a-f]{12} is damaged and was removed; .* sends it again/,
    );
  });

  test('passes over entries that are none', async () => {
    const entry = { engine: engineIdentity(), setup: 'cd'.repeat(32), startedAt: 0, seenAt: 0 };
    await redis.ask((client) =>
      client.hset('clsa-cim:sweeps', { 'a:b': JSON.stringify(entry), c: '{"engine"', d: 'null' }),
    );
    await redis.ask((client) => client.lpush('clsa-cim:a:b:wait', 'x'));
    const out = directory();
    const sweep = sweepTo(out, plain);
    const working = worker();
    await expectDone(sweep);
    expectSameResults(out, plainLocal);
    expect(working.told()).toMatch(/the sweep "a:b" is passed over: no sweep of this version is called so\n/);
    expect(working.told()).toMatch(/the sweep "c" is passed over: its entry is of another kind/);
  });

  test('sends chunks again whose lists Redis has dropped, though it has kept the chunks', async () => {
    const out = directory();
    const sweep = sweepTo(out, plain);
    const lists = () => redis.ask((client) => client.keys('clsa-cim:*:wait'));
    await until(async () => (await lists()).length > 0, 'chunks that wait');
    await redis.ask(async (client) => client.del(...(await client.keys('clsa-cim:*:wait'))));
    worker();
    await expectDone(sweep);
    expectSameResults(out, plainLocal);
  });

  test('says what Redis refuses from the start', async () => {
    await redis.ask((client) => client.set('clsa-cim:sweeps', 'of somebody else'));
    const sweep = sweepTo(directory(), plain);
    const { status } = await sweep.ended;
    expect(status).toBe(1);
    expect(sweep.told()).toMatch(/^clsa-cim: --queue: redis:\S+ says: WRONGTYPE .*; look at what it is/);
  });

  test('runs policies only where that is allowed', async () => {
    const [closed, open] = [directory(), directory()];
    const sweep = sweepTo(closed);
    await until(hasSweep, 'the sweep');
    const careful = worker();
    await expectDone(sweepTo(open, plain));
    expectSameResults(open, plainLocal);
    expect(careful.told()).toMatch(
      /is passed over: it has policies, that is, code, .* without --allow-policies\n/,
    );
    await until(() => sweep.told().includes('no worker'), 'the hint', 12_000);
    expect(sweep.told()).toMatch(
      /no worker of this engine that allows policies takes this sweep yet; .* --queue \S+ --allow-policies\n/,
    );
    expect(journalLines(closed)).toEqual([]);
    worker('--allow-policies');
    await expectDone(sweep);
    expectTables(closed, states.one);
  });

  test('lets a worker end that has nothing but what it passes over', async () => {
    sweepTo(directory());
    await until(hasSweep, 'the sweep');
    const stderr = await expectDone(worker('--idle', '2'));
    expect(stderr).toMatch(/no work for 2 s; ended after 0 points/);
  });

  test('gives up a point that takes too long', async () => {
    writeFileSync(
      join(home, 'policies.mjs'),
      'export const mine = (layers, extra) => {\n  for (; extra === 101; );\n  return layers.map(() => 1);\n};\n',
    );
    const out = directory();
    const short = join(home, 'short.yaml');
    writeFileSync(short, readFileSync(spec, 'utf8').replace('399', '105'));
    worker('--allow-policies', '--point-timeout', '1');
    await expectDone(sweepTo(out, short));
    const rows = journalLines(out).map((line) => JSON.parse(line));
    expect(rows).toHaveLength(12);
    expect(rows.filter(({ error }) => error !== undefined)).toEqual([
      expect.objectContaining({
        parameters: expect.objectContaining({ extraPes: 101, duplication: 'mine' }),
        error: 'it takes more than 1 s; give it more with --point-timeout',
        retry: { seconds: 1 },
      }),
    ]);
  });
});
