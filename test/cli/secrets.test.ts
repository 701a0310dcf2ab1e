import { afterEach, describe, expect, test, vi } from 'vitest';
import { withoutSecrets } from '../../src/cli/secrets.ts';
import { cpuMs } from '../cpu-ms.ts';
import { clsaCim } from './command-line.ts';

const PASSWORD = 'open/sesame:0123456789@0123456789';
const LONG = `open${'0123456789'.repeat(10)}sesame`;

describe('a password', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ['worker', `--quue=redis://:${PASSWORD}@host:6379`],
    ['worker', `--queue=redis//:${PASSWORD}@host:6379`],
    ['worker', '--queue', `me:${PASSWORD}@host:6379`],
    ['worker', '--quue', `redis://:${PASSWORD}@host:6379`],
    ['worker', '--threads', `redis://me:${PASSWORD}@host:6379`],
    ['worker', `--password=${PASSWORD}`],
    ['sweep', `redis//me:${PASSWORD}@host`, '--dry-run'],
    ['sweep', `redis//:${PASSWORD}@host`, '--dry-run'],
    ['worker', `redis://:${PASSWORD}@host`],
    ['sweep', `rediss://:${PASSWORD}@host`, '--dry-run'],
    ['sweep', `rediss://:${LONG}@host`, '--dry-run'],
    ['sweep', `me:${LONG}@host`, '--dry-run'],
    ['schedule', `me:${LONG}@host`],
    [`redis://:${PASSWORD}@host`],
    ['help', `redis://:${PASSWORD}@host`],
    ['schedule', 'vgg16', '--arch', `redis://:${PASSWORD}@host`],
    ['schedule', 'vgg16', '--duplication', `redis://:${LONG}@host`],
    ['merge', `redis://:${LONG}@host`, '--out', `redis://:${PASSWORD}@host`],
  ])('is not echoed: %s %s', async (...args) => {
    const { status, stdout, stderr } = await clsaCim(...args);
    expect(status, stderr).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^clsa-cim: [^\n]+\n$/);
    expect(stderr).not.toMatch(/sesame|open|01234/);
  });

  test('of the environment is not echoed either', () => {
    vi.stubEnv('CLSA_CIM_QUEUE_PASSWORD', 'sesame');
    expect(withoutSecrets('the server says: sesame is wrong', [])).toBe('the server says: … is wrong');
  });

  test.each(['x', ':', '://', '@', ':@', '…', 'a://'])(
    'is looked for in long text in no time: %s',
    (part) => {
      const long = part.repeat(100_000 / part.length);
      const start = cpuMs();
      withoutSecrets(long, [long, `--queue=${long}`, `redis://${long}:${long}@host`]);
      expect(cpuMs() - start).toBeLessThan(2000);
    },
  );

  test('is the only thing that is taken out', () => {
    const message = '"a:b@c" and user@host, https://example.com/x, --dim batch=2; see docs/cluster.md';
    expect(withoutSecrets(message, ['schedule', 'net@2.onnx', '--dim', 'batch=2'])).toBe(message);
    expect(withoutSecrets('no Redis at redis://host:1 (redis://me:no@host)', [])).toBe(
      'no Redis at redis://host:1 (redis://…@host)',
    );
  });
});
