import type { Feeds } from '../../../src/execute/machine.ts';
import { type Plan, planProgram } from '../../../src/execute/plan.ts';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../../src/load/onnx/index.ts';
import type { WeightSource } from '../../../src/load/weight-source.ts';
import type { Network } from '../../../src/network/network.ts';
import { expectedOfRuntime } from '../../../src/node/onnx-runtime.ts';
import { type Executed, executeTimeline } from '../../../src/verify/execute-timeline.ts';
import type { Expected } from '../../../src/verify/expected.ts';
import type { Timeline } from '../../../src/verify/index.ts';
import { randomFeeds } from '../../../src/verify/random-feeds.ts';

/** A model with what ONNX Runtime computes of random inputs. */
export class HeldNetwork {
  readonly network: Network;
  readonly plan: Plan;
  readonly #feeds: readonly Feeds[];
  readonly #expected: Expected;

  private constructor(network: Network, plan: Plan, feeds: readonly Feeds[], expected: Expected) {
    this.network = network;
    this.plan = plan;
    this.#feeds = feeds;
    this.#expected = expected;
  }

  /** @param inferences Inferences that ONNX Runtime computes, each of other inputs. */
  static async of(model: Uint8Array | WeightSource, inferences: number): Promise<HeldNetwork> {
    const files = model instanceof Uint8Array ? alone(model) : model;
    const { network, program } = loadOnnxProgram(files.model, 'network.onnx');
    const plan = planProgram(program, { files, seed: 1, isRandom: false });
    const feeds = Array.from({ length: inferences }, (_, inference) => randomFeeds(program, 1, inference));
    const names = plan.tensors.map(({ name }) => name);
    return new HeldNetwork(network, plan, feeds, await expectedOfRuntime(files, program, names, feeds));
  }

  /** Executes a timeline, and compares every inference with what ONNX Runtime computed. */
  execute(timeline: Timeline): Executed {
    const count = timeline.inferences;
    const expected = { ...this.#expected, outputs: this.#expected.outputs.slice(0, count) };
    return executeTimeline(timeline, this.plan, this.#feeds.slice(0, count), expected);
  }
}

/** A model whose weights are all in its file. */
function alone(bytes: Uint8Array): WeightSource {
  return {
    model: bytesInMemory(bytes),
    external: (location) => {
      throw new Error(`the model names ${location}`);
    },
  };
}

/** The largest deviation of all outputs and of what base layers compute, by the largest value of each tensor. */
export function largestDeviation({ outputs, tensors }: Executed): number {
  return [...outputs, ...tensors].reduce(
    (worst, { relativeDeviation, strange }) => (strange > 0 ? Infinity : Math.max(worst, relativeDeviation)),
    0,
  );
}
