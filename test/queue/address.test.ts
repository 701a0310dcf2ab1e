import { describe, expect, test } from 'vitest';
import { parseQueueUrl } from '../../src/sweep/queue/address.ts';
import { failure } from '../cli/command-line.ts';

describe('the URL of a queue', () => {
  test('is read, and shown without user and password', () => {
    expect(parseQueueUrl('redis://node7')).toEqual({
      shown: 'redis://node7:6379',
      options: { host: 'node7', port: 6379, db: 0 },
    });
    expect(parseQueueUrl('rediss://me:p%40ss@[::1]:7000/3')).toEqual({
      shown: 'rediss://[::1]:7000/3',
      options: { host: '::1', port: 7000, db: 3, username: 'me', password: 'p@ss', tls: {} },
    });
  });

  test.each([
    '',
    'redis',
    'http://:secret@host',
    'redis://',
    'redis://:secret@host/a',
    'redis://:secret@host:1?x=1',
    'redis://:secret@host:99999',
    'redis://:secret%zz@host',
    'me:secret@host:6379',
  ])('is refused in one line: %s', (url) => {
    expect(() => parseQueueUrl(url)).toThrow(/^--queue: (?!.*secret)[^\n]*(redis:\/\/host:6379|%25)/);
  });

  test('is asked for, and checked before anything is loaded', async () => {
    expect(await failure(2, 'worker')).toMatch(/--queue is missing/);
    expect(await failure(2, 'worker', '--queue', 'http://x')).toMatch(/found "http:"/);
    const queue = ['--queue', 'redis://127.0.0.1:1'];
    expect(await failure(2, 'sweep', 'none.yaml', '--out', 'x', ...queue, '--workers', '2')).toMatch(
      /--threads/,
    );
    expect(await failure(1, 'worker', '--queue', 'redis://:secret@127.0.0.1:1')).toMatch(
      /^--queue: no Redis answers at redis:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\); start one/,
    );
  });
});
