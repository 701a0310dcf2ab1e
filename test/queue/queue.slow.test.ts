import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { output, temporaryFolder } from '../cli/command-line.ts';
import { expectSameResults, journalLines, killAll, start, until } from './processes.ts';
import { hasRedis, TestRedis } from './redis.ts';

const folder = temporaryFolder();
const spec = join(folder, 'spec.yaml');
const local = join(folder, 'local');
/** Some of its points fail. */
const smallSpec = join(folder, 'small.yaml');
const smallLocal = join(folder, 'small');
let redis: TestRedis;
let number = 0;

const directory = () => join(folder, `out-${number++}`);
const sweepTo = (out: string, from = spec) => start(['sweep', from, '--out', out, '--queue', redis.url]);
const worker = (...args: string[]) =>
  start(['worker', '--queue', redis.url, '--threads', '1', '--takeover', '1', ...args]);
const isAt = (out: string, lines: number) => () => journalLines(out).length >= lines;

async function expectDone(sweep: ReturnType<typeof start>, out: string, reference = local): Promise<void> {
  const { status, stderr } = await sweep.ended;
  expect(status, stderr).toBe(0);
  expectSameResults(out, reference);
}

describe.skipIf(!hasRedis)('a sweep over a queue', () => {
  beforeAll(async () => {
    writeFileSync(
      spec,
      'models: [tinyyolov4, vgg16, resnet50]\n' +
        'product:\n  extraPes: {from: 0, to: 800, step: 1}\n  granularity: [pixel, 2x2, row]\n',
    );
    writeFileSync(
      smallSpec,
      'models: [tinyyolov3, vgg16]\nproduct:\n  pes: [10, 150, 400]\n  simulated: [false, true]\n',
    );
    await output('sweep', smallSpec, '--out', smallLocal, '--json');
    const whole = await start(['sweep', spec, '--out', local]).ended;
    expect(whole.status, whole.stderr).toBe(0);
  }, 60_000);

  beforeEach(async () => {
    redis = await TestRedis.start();
  });

  afterEach(async () => {
    killAll();
    await redis.stop();
  });

  test('has the tables of a local one, and leaves nothing in Redis', async () => {
    const out = directory();
    const working = worker('--idle', '2');
    await expectDone(sweepTo(out, smallSpec), out, smallLocal);
    expect(readFileSync(join(out, 'results.csv'), 'utf8')).toMatch(/PEs/);
    const { status, stderr } = await working.ended;
    expect(status).toBe(0);
    expect(stderr).toBe('clsa-cim: no work for 2 s; ended after 12 points\n');
    expect(await redis.keys()).toEqual([]);
  });

  test('says that nobody works for it, and goes on when somebody does', async () => {
    const out = directory();
    const sweep = sweepTo(out, smallSpec);
    await until(() => sweep.told().includes(`clsa-cim worker --queue ${redis.url}`), 'the hint', 30_000);
    worker();
    await expectDone(sweep, out, smallLocal);
  });

  test('serves two sweeps, one after the other', async () => {
    const [first, second] = [directory(), directory()];
    const sweeps = [sweepTo(first, smallSpec), sweepTo(second, smallSpec)];
    worker();
    await expectDone(sweeps[0]!, first, smallLocal);
    await expectDone(sweeps[1]!, second, smallLocal);
  });

  test('gives the chunk of a worker that is killed to another', async () => {
    const out = directory();
    const [killed, other] = [worker(), worker()];
    const sweep = sweepTo(out);
    await until(isAt(out, 1000), 'a part');
    killed.process.kill('SIGKILL');
    await expectDone(sweep, out);
    other.process.kill('SIGINT');
    expect((await other.ended).status).toBe(130);
  });

  test.each([true, false])('survives that Redis is killed, appendonly: %s', async (appendOnly) => {
    await redis.stop();
    redis = await TestRedis.start(appendOnly);
    const out = directory();
    const [sweep, working] = [sweepTo(out), worker()];
    await until(isAt(out, 1000), 'a part');
    await redis.kill();
    await delay(500);
    await redis.start();
    await expectDone(sweep, out);
    const told = sweep.told().replaceAll(/^clsa-cim: .* of .* points, .* left\n/gm, '');
    expect(told).toMatch(/^clsa-cim: the connection .* is lost; .*\nclsa-cim: connected .* again\n$/);
    working.process.kill('SIGTERM');
    expect((await working.ended).status).toBe(130);
  });

  test('finds the point that kills workers, and goes on', async () => {
    const deadly = join(folder, 'deadly.mjs');
    writeFileSync(
      deadly,
      'export function deadly(layers, extraPes) {\n' +
        "  if (extraPes === 40) process.kill(process.pid, 'SIGKILL');\n" +
        '  return layers.map(() => 1);\n}\n',
    );
    const own = join(folder, 'deadly.yaml');
    writeFileSync(
      own,
      `models: tinyyolov4\npolicies: ${deadly}\nproduct:\n  extraPes: [0, 40]\n  duplication: [greedy, deadly]\n`,
    );
    const out = directory();
    const sweep = sweepTo(out, own);
    let isDone = false;
    // As systemd would.
    const supervised = async () => {
      while (!isDone) await worker('--allow-policies').ended;
    };
    const supervisors = [supervised(), supervised()];
    const { status, stderr } = await sweep.ended;
    isDone = true;
    killAll();
    await Promise.all(supervisors);
    expect(status, stderr).toBe(0);
    const rows = journalLines(out).map((line) => JSON.parse(line));
    expect(rows).toHaveLength(4);
    expect(rows.filter(({ error }) => error !== undefined)).toEqual([
      expect.objectContaining({
        parameters: expect.objectContaining({ extraPes: 40, duplication: 'deadly' }),
        error: expect.stringMatching(/^its workers failed: /),
        retry: {},
      }),
    ]);
  });

  test('goes on when the gathering process was killed', async () => {
    const out = directory();
    worker();
    for (const lines of [500, 3000]) {
      const killed = sweepTo(out);
      await until(isAt(out, lines), 'a part', 40_000);
      killed.process.kill('SIGKILL');
      await killed.ended;
      // So that chunks are finished meanwhile: they count.
      await delay(1500);
    }
    const before = journalLines(out).length;
    const again = sweepTo(out);
    await until(() => journalLines(out).length > before, 'what was finished meanwhile');
    await expectDone(again, out);
  });

  test('ends in order on Ctrl-C, and goes on', async () => {
    const out = directory();
    const working = worker();
    const stopped = sweepTo(out);
    await until(isAt(out, 500), 'a part');
    stopped.process.kill('SIGINT');
    const { status, stderr } = await stopped.ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(
      /^clsa-cim: stopped after [\d,]+ of 7,209 points; .*, run the same command again to go on\n$/,
    );
    await until(async () => (await redis.keys()).length === 0, 'an empty Redis', 4000);
    await expectDone(sweepTo(out), out);
    working.process.kill('SIGINT');
    const ended = await working.ended;
    expect(ended.status).toBe(130);
    expect(ended.stderr).toMatch(/^clsa-cim: stopped after [\d,]+ points; what ran is finished\n$/);
  });

  test('ends a worker and a sweep in order while Redis is away', async () => {
    const out = directory();
    const [sweep, working] = [sweepTo(out), worker()];
    await until(isAt(out, 500), 'a part');
    await redis.kill();
    sweep.process.kill('SIGINT');
    working.process.kill('SIGINT');
    expect((await sweep.ended).status).toBe(130);
    expect((await working.ended).status).toBe(130);
  });

  test('refuses a worker of another version, and leaves alone what is of another version', async () => {
    const entry = JSON.stringify({
      engine: `9.9.9 ${'ab'.repeat(32)}`,
      setup: 'cd'.repeat(32),
      ...{ startedAt: Date.now(), seenAt: Date.now() },
    });
    await redis.ask((client) => client.hset('clsa-cim:sweeps', 'theirs', entry));
    const refused = await worker().ended;
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      /the queue has work for engine 9\.9\.9 \(abababababab\), and this is \S+ \(\w{12}\); install the same version/,
    );
    const out = directory();
    const sweep = sweepTo(out, smallSpec);
    await until(() => redis.ask(async (client) => (await client.hlen('clsa-cim:sweeps')) === 2), 'ours');
    const working = worker();
    await expectDone(sweep, out, smallLocal);
    expect(working.told()).toContain('a sweep of engine 9.9.9 (abababababab) is left alone');
    expect(await redis.ask((client) => client.hkeys('clsa-cim:sweeps'))).toEqual(['theirs']);
  });

  test('takes policies along, and refuses those that cannot travel', async () => {
    const home = join(folder, 'home');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'mine.mjs'), 'export const mine = (layers) => layers.map(() => 1);\n');
    const own = join(home, 'spec.yaml');
    writeFileSync(
      own,
      'models: tinyyolov4\npolicies: mine.mjs\nproduct:\n  extraPes: [0, 40]\n  duplication: [greedy, mine]\n',
    );
    const reference = directory();
    await start(['sweep', own, '--out', reference]).ended;
    worker('--allow-policies');
    const out = directory();
    await expectDone(sweepTo(out, own), out, reference);
    writeFileSync(join(home, 'other.mjs'), "export { mine } from './mine.mjs';\n");
    writeFileSync(own, readFileSync(own, 'utf8').replace('mine.mjs', 'other.mjs'));
    const refused = await sweepTo(directory(), own).ended;
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^clsa-cim: policies: .*put all into one JavaScript file\n$/);
  });
});

describe.skipIf(!hasRedis)('a Redis without that database', () => {
  test('is refused', async () => {
    const small = await TestRedis.start(false, '--databases', '2');
    try {
      const refused = await start(['worker', '--queue', `${small.url}/2`, '--idle', '1']).ended;
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(
        /^clsa-cim: --queue: redis:[^ ]* has no database of that number; [^\n]*\n$/,
      );
      expect((await start(['worker', '--queue', `${small.url}/1`, '--idle', '1']).ended).status).toBe(0);
    } finally {
      await small.stop();
    }
  });
});

describe.skipIf(!hasRedis)('a Redis with a password', () => {
  let closed: TestRedis;
  beforeAll(async () => {
    closed = await TestRedis.start(false, '--requirepass', 'sesame');
  });
  afterAll(() => closed.stop());

  test('is opened with it, and it is never printed', async () => {
    for (const credentials of ['', ':wrong-one@']) {
      const url = `redis://${credentials}127.0.0.1:${closed.port}`;
      const refused = await start(['worker', '--queue', url, '--idle', '1']).ended;
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(
        /^clsa-cim: --queue: redis:\/\/127\.0\.0\.1:\d+ does not accept the password; [^\n]*\n$/,
      );
      expect(refused.stderr).not.toContain('wrong-one');
    }
    const url = `redis://:sesame@127.0.0.1:${closed.port}`;
    expect((await start(['worker', '--queue', url, '--idle', '1']).ended).status).toBe(0);
  });
});
