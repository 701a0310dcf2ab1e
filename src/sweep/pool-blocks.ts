import type { EncodedRows } from '../files/table.ts';
import type { Manifest } from './manifest.ts';
import type { Pool } from './pool.ts';
import { type BlockRunner, type EncodeTask, type FindTask, type FoundRows, RowBlocks } from './row-blocks.ts';

/** The threads of a sweep whose points are finished; what one of them cannot do, for want of memory, is done by this one. */
export class PoolBlocks implements BlockRunner {
  readonly atOnce: number;
  readonly #pool: Pool;
  readonly #own: RowBlocks;

  constructor(pool: Pool, manifest: Manifest) {
    this.atOnce = pool.workers;
    this.#pool = pool;
    this.#own = new RowBlocks(manifest);
  }

  async find(task: FindTask): Promise<FoundRows> {
    return this.#pool.blocks.find(task).catch(() => this.#own.find(task));
  }

  async encode(task: EncodeTask): Promise<readonly EncodedRows[]> {
    return this.#pool.blocks.encode(task).catch(() => this.#own.encode(task));
  }
}
