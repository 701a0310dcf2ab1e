import { ClsaCimError } from '../errors.ts';
import { setInWords, TimelineFault } from './fault.ts';
import { inOrder } from './in-order.ts';
import type { TimedNode, Timeline } from './timeline.ts';

/** No memory holds the times of more sets with all that is kept of them. */
const MAX_SETS = 2 ** 25;

/** The sets of all nodes, numbered through: by node, inference and set. */
export class SetTimes {
  /** Number of the first set of each node, and behind them the number of sets. */
  readonly firsts: Float64Array;
  /** Number of sets of all nodes. */
  readonly count: number;
  /** When each set starts, and when it is finished. */
  readonly starts: Float64Array;
  /** When each set is finished. */
  readonly finishes: Float64Array;
  /** Sets in the order of their starts. */
  readonly byStart: Uint32Array;
  /** Sets in the order of their finishes. */
  readonly byFinish: Uint32Array;
  /** Sets that read before they start, in the order in which they do. */
  readonly granted: Uint32Array;
  /** When each of these reads. */
  readonly grants: Float64Array;

  /**
   * @throws ClsaCimError where there are more sets than memory holds.
   * @throws TimelineFault where a set is finished before it starts.
   */
  constructor({ nodes, inferences }: Timeline) {
    this.firsts = new Float64Array(nodes.length + 1);
    nodes.forEach(({ sets }, i) => {
      this.firsts[i + 1] = this.firsts[i]! + sets * inferences;
    });
    this.count = this.firsts[nodes.length]!;
    checkCount(this.count);
    this.starts = new Float64Array(this.count);
    this.finishes = new Float64Array(this.count);
    const granted: number[] = [];
    for (const [i, node] of nodes.entries()) this.#read(node, this.firsts[i]!, inferences, granted);
    this.byStart = inOrder(this.starts);
    this.byFinish = inOrder(this.finishes);
    const times = Float64Array.from(granted, (set) => {
      const node = this.nodeOf(set);
      return nodes[node]!.granted(set - this.firsts[node]!);
    });
    const order = inOrder(times);
    this.granted = order.map((i) => granted[i]!);
    this.grants = Float64Array.from(order, (i) => times[i]!);
  }

  /** The node that a set is of. */
  nodeOf(set: number): number {
    let low = 0;
    let high = this.firsts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.firsts[middle]! <= set) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #read(node: TimedNode, first: number, inferences: number, granted: number[]): void {
    for (let k = 0; k < node.sets * inferences; k++) {
      const start = node.start(k);
      const finish = node.finish(k);
      const grant = node.granted(k);
      if (!(start >= 0 && finish >= start && grant <= start)) {
        throw new TimelineFault(
          'times',
          `${setInWords(node, k, start)}: is finished at cycle ${finish}${grant < 0 ? '' : `, fetched from cycle ${grant} on`}`,
        );
      }
      this.starts[first + k] = start;
      this.finishes[first + k] = finish;
      if (grant >= 0) granted.push(first + k);
    }
  }
}

function checkCount(sets: number): void {
  if (sets <= MAX_SETS) return;
  throw new ClsaCimError(
    `there are ${sets} sets to verify, and memory holds ${MAX_SETS}; use larger sets, such as row, or a smaller batch`,
    'input',
    { code: 'TOO_LARGE' },
  );
}
