import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** True where Debian's `redis-server` (or another one) is installed. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis)
  console.warn('test/queue is skipped: there is no redis-server; install it (apt-get install redis-server)');

/** A Redis of our own on a free port of this machine. */
export class TestRedis {
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  readonly #appendOnly: boolean;
  #process: ChildProcess | undefined;

  private constructor(port: number, appendOnly: boolean) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'clsa-cim-redis-'));
    this.#appendOnly = appendOnly;
  }

  static async start(appendOnly = true, ...args: string[]): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), appendOnly);
    await redis.start(...args);
    return redis;
  }

  async start(...args: string[]): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const options = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.folder,
      save: '',
      appendonly: this.#appendOnly ? 'yes' : 'no',
    };
    const settings = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#process = spawn('redis-server', [...settings, ...args], { stdio: 'ignore' });
    for (let i = 0; i < 100; i++) {
      if ((await this.keys().catch(() => undefined)) !== undefined) return;
      if (args.includes('--requirepass')) return void (await delay(500));
      await delay(50);
    }
    throw new Error('redis-server does not start');
  }

  /** As a power failure would. */
  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server === undefined) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  keys(): Promise<string[]> {
    return this.ask((redis) => redis.keys('*'));
  }

  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
