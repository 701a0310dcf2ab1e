import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { claimKey } from './protocol.ts';

/** A claim that is not renewed for so long is nobody's any more. */
const CLAIM_MS = 5000;
const RENEW_MS = 1000;
const LOOK_MS = 100;

/**
 * The right to gather the results of a directory: two processes with the same queue id, such as those of a directory and
 * a copy of it, would take each other's results away. It is a key in Redis that its owner renews.
 */
export class Claim {
  readonly id: string;
  readonly #redis: Redis;
  readonly #token = randomBytes(12).toString('hex');
  #timer: NodeJS.Timeout | undefined;
  #isRenewing = false;

  private constructor(redis: Redis, id: string) {
    this.#redis = redis;
    this.id = id;
  }

  /**
   * Takes the claim of an id. That of a process that was killed is waited for until it has run out, which takes up to 5 s.
   *
   * @returns undefined where another process holds it: one that lives.
   */
  static async take(redis: Redis, id: string): Promise<Claim | undefined> {
    const claim = new Claim(redis, id);
    for (let left = Number.POSITIVE_INFINITY; !(await claim.#isSet()); ) {
      const now = await redis.pttl(claimKey(id));
      if (now > left) return undefined;
      // Without an end it is nobody's either.
      if (now === -1) await redis.pexpire(claimKey(id), CLAIM_MS);
      else if (now >= 0) left = now;
      await delay(LOOK_MS);
    }
    return claim;
  }

  /** Renews the claim from now on. @param onLost Told where another process has taken it meanwhile. */
  hold(onLost: () => void): void {
    this.#timer = setInterval(() => {
      // Where Redis is away, one question waits for it, not one a second.
      if (this.#isRenewing) return;
      this.#isRenewing = true;
      this.#isRenewed()
        .then((isOurs) => {
          if (!isOurs) onLost();
        })
        // Connections that are lost tell of themselves.
        .catch(() => {})
        .finally(() => {
          this.#isRenewing = false;
        });
    }, RENEW_MS).unref();
  }

  /** Renews it no more. */
  letGo(): void {
    clearInterval(this.#timer);
  }

  /** Gives it back. */
  async release(): Promise<void> {
    this.letGo();
    const key = claimKey(this.id);
    if ((await this.#redis.get(key)) === this.#token) await this.#redis.del(key);
  }

  async #isSet(): Promise<boolean> {
    return (await this.#redis.set(claimKey(this.id), this.#token, 'PX', CLAIM_MS, 'NX')) === 'OK';
  }

  async #isRenewed(): Promise<boolean> {
    const owner = await this.#redis.get(claimKey(this.id));
    if (owner === null) return this.#isSet();
    if (owner !== this.#token) return false;
    await this.#redis.pexpire(claimKey(this.id), CLAIM_MS);
    return true;
  }
}
