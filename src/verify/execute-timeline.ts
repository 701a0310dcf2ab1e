import { type Feeds, Machine } from '../execute/machine.ts';
import type { Plan } from '../execute/plan.ts';
import type { Values } from '../execute/stored-value.ts';
import type { OnProgress } from '../progress.ts';
import { inferencesInFlight, publishedLayers, type Timeline } from './timeline.ts';
import { type Verified, verifyTimeline } from './verify.ts';

/** What a timeline has computed. */
export interface Executed extends Verified {
  /** Per inference: the values of the outputs of the plan, in row-major order. */
  readonly outputs: readonly (readonly Values[])[];
  /** Bytes of weights that were read from files, or made up; those that were written again count again. */
  readonly weightBytes: number;
  /** Bytes of memory that values and weights lay in. */
  readonly memoryBytes: number;
}

/**
 * Computes what a schedule or a simulated run computes: every set in its order, on its copy, of what is there then.
 *
 * @param feeds Per inference: its inputs.
 * @throws TimelineFault where the timeline does not compute the network; ClsaCimError where there is not enough memory.
 */
export function executeTimeline(
  timeline: Timeline,
  plan: Plan,
  feeds: readonly Feeds[],
  onProgress?: OnProgress,
): Executed {
  const slots = inferencesInFlight(timeline);
  const machine = new Machine(plan, { feeds, slots, joins: publishedLayers(timeline) });
  try {
    const outputs: (readonly Values[])[] = [];
    const verified = verifyTimeline(timeline, machine, {
      onProgress,
      onInference: (inference) => {
        outputs[inference] = machine.outputs(inference);
      },
    });
    const { weightBytesRead, memoryBytes } = machine;
    return { ...verified, outputs, weightBytes: weightBytesRead, memoryBytes };
  } finally {
    machine.release();
  }
}
