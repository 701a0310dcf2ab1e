import { executeInOrder } from '../../src/execute/in-order.ts';
import { type Feeds, Machine } from '../../src/execute/machine.ts';
import { type Plan, planProgram } from '../../src/execute/plan.ts';
import type { Values } from '../../src/execute/stored-value.ts';
import { bytesInMemory } from '../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../src/load/onnx/index.ts';

/** A model with what executes it. */
export function planOf(bytes: Uint8Array): Plan {
  const model = bytesInMemory(bytes);
  const { program } = loadOnnxProgram(model, 'test.onnx');
  const files = {
    model,
    external: (location: string): never => {
      throw new Error(`the model names ${location}`);
    },
  };
  return planProgram(program, { files, seed: 1, isRandom: false });
}

/** What a model computes, layer by layer: outputs by name. */
export function execute(bytes: Uint8Array, feeds: Feeds): ReadonlyMap<string, Values> {
  return run(planOf(bytes), feeds);
}

/** What a plan computes, layer by layer: outputs by name. */
export function run(plan: Plan, feeds: Feeds): ReadonlyMap<string, Values> {
  const machine = new Machine(plan, { feeds: [feeds], slots: 1, joins: new Set() });
  try {
    const outputs = executeInOrder(plan, machine);
    return new Map(plan.outputs.map(({ name }, i) => [name, outputs[i]!]));
  } finally {
    machine.release();
  }
}
