import { executeInOrder } from '../execute/in-order.ts';
import { type Feeds, Machine } from '../execute/machine.ts';
import type { Plan } from '../execute/plan.ts';
import type { Values } from '../execute/stored-value.ts';

/** What an execution should compute. */
export interface Expected {
  /** Per inference: values of the outputs by name, in row-major order. */
  readonly outputs: readonly ReadonlyMap<string, ArrayLike<number>>[];
  /** Of the first inference: what base layers compute, by the names of their tensors. */
  readonly tensors: ReadonlyMap<string, ArrayLike<number>>;
}

/** What the plan computes layer by layer, in the order of the program, with the weights of each layer in one matrix. */
export function expectedInOrder(plan: Plan, feeds: readonly Feeds[]): Expected {
  const machine = new Machine(plan, { feeds, slots: 1, joins: new Set() });
  try {
    let tensors: ReadonlyMap<string, Values> = new Map();
    const outputs = feeds.map((_, inference) => {
      const values = executeInOrder(plan, machine, inference);
      if (inference === 0) {
        tensors = new Map(plan.tensors.map(({ name, value }) => [name, machine.tensor(value, 0)]));
      }
      return new Map(plan.outputs.map(({ name }, i) => [name, values[i]!]));
    });
    return { outputs, tensors };
  } finally {
    machine.release();
  }
}
