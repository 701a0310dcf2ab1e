import { valueWords } from '../execute/execution-size.ts';
import { publishInputs, runLayer } from '../execute/in-order.ts';
import { type Feeds, Machine } from '../execute/machine.ts';
import type { Plan } from '../execute/plan.ts';

/** Inputs whose values are in memory together: all that a network computes of them, in float or on crossbars. */
export class Pass {
  readonly plan: Plan;
  readonly machine: Machine;
  /** Inputs. */
  readonly count: number;

  /** @throws ClsaCimError where there is not enough memory. */
  constructor(plan: Plan, feeds: readonly Feeds[]) {
    this.plan = plan;
    this.count = feeds.length;
    this.machine = new Machine(plan, { slots: feeds.length, joins: new Set<string>(), feeds });
    for (let i = 0; i < feeds.length; i++) publishInputs(plan, this.machine, i);
  }

  /**
   * Computes everything in float, layer by layer.
   *
   * @param onInputs Is told of each layer and input what its MVMs read.
   * @param onLayer Is told when a layer has computed an input.
   */
  runInFloat(onInputs?: (layer: string, vectors: Float32Array) => void, onLayer?: () => void): void {
    for (const [layer, operation] of this.plan.bases) {
      for (let i = 0; i < this.count; i++) {
        if (onInputs !== undefined) onInputs(layer, this.machine.vectorsOf(layer, i));
        runLayer(this.machine, operation, i);
        onLayer?.();
      }
    }
  }

  /** Gives the memory back. */
  release(): void {
    this.machine.release();
  }
}

/** Bytes that the values of so many inputs may take at a time, in float and on crossbars each. */
const PASS_BYTES = 512 * 2 ** 20;

/** How many inputs go through together: as many as memory is good for, so that weights are coded once for all of them. */
export function inputsTogether(
  { stores, bases }: Pick<Plan, 'stores' | 'bases'>,
  count: number,
  bytes = PASS_BYTES,
): number {
  const ofStores = stores.reduce((sum, store) => sum + 4 * valueWords(store) + 8 * store.cells, 0);
  // What a layer reads lies there as vectors, too: what it should and what it does.
  let vectors = 0;
  for (const { weights, output } of bases.values()) {
    vectors = Math.max(vectors, 4 * output.layout.cells * weights.groups * weights.rows);
  }
  return Math.max(1, Math.min(count, Math.floor(bytes / (ofStores + 2 * vectors))));
}
