import { type Feeds, Machine } from '../execute/machine.ts';
import type { NamedValue, Plan } from '../execute/plan.ts';
import type { OnProgress } from '../progress.ts';
import { type Deviation, deviationOf, worstOf } from './compare.ts';
import type { Expected } from './expected.ts';
import { inferencesInFlight, publishedLayers, type Timeline } from './timeline.ts';
import { type Verified, verifyTimeline } from './verify.ts';

/** How far a tensor is from what it should be. */
export interface DeviationOf extends Deviation {
  /** Its name in the file. */
  readonly name: string;
  /** Its dimensions, with a batch of 1. */
  readonly dims: readonly number[];
}

/** What a timeline has computed. */
export interface Executed extends Verified {
  /** Every output: the worst of all inferences. */
  readonly outputs: readonly DeviationOf[];
  /** What base layers compute, of the first inference: those that are known of what should be computed. */
  readonly tensors: readonly DeviationOf[];
  /** Inferences whose values lay in memory at a time. */
  readonly inFlight: number;
  /** Bytes of weights that were read from files, or made up; those that were written again for another group count again. */
  readonly weightBytes: number;
  /** Bytes of memory that values and weights lay in. */
  readonly memoryBytes: number;
}

/**
 * Computes what a schedule or a simulated run computes: every set in its order, on its copy, of what is there then; and
 * compares it with what it should be.
 *
 * @param feeds Per inference: its inputs.
 * @throws TimelineFault where the timeline does not compute the network; ClsaCimError where there is not enough memory.
 */
export function executeTimeline(
  timeline: Timeline,
  plan: Plan,
  feeds: readonly Feeds[],
  expected: Expected,
  onProgress?: OnProgress,
): Executed {
  const inFlight = inferencesInFlight(timeline);
  const machine = new Machine(plan, { feeds, slots: inFlight, joins: publishedLayers(timeline) });
  try {
    const outputs: DeviationOf[][] = [];
    let tensors: readonly DeviationOf[] = [];
    const verified = verifyTimeline(timeline, machine, {
      onProgress,
      onInference: (inference) => {
        const deviations = (values: readonly NamedValue[], wanted: ReadonlyMap<string, ArrayLike<number>>) =>
          values.flatMap((named) => deviationFrom(machine, named, inference, wanted.get(named.name)));
        outputs[inference] = deviations(plan.outputs, expected.outputs[inference]!);
        if (inference === 0) tensors = deviations(plan.tensors, expected.tensors);
      },
    });
    const { weightBytesRead: weightBytes, memoryBytes } = machine;
    return { ...verified, outputs: worst(outputs), tensors, inFlight, weightBytes, memoryBytes };
  } finally {
    machine.release();
  }
}

/** Several executions of the same timeline as one: what each has counted, and the worst of what they computed. */
export function worstOfRuns(runs: readonly Executed[]): Executed {
  const [first] = runs;
  if (first === undefined) throw new Error('nothing was executed');
  return {
    ...first,
    outputs: worst(runs.map(({ outputs }) => outputs)),
    tensors: worst(runs.map(({ tensors }) => tensors)),
    weightBytes: runs.reduce((sum, { weightBytes }) => sum + weightBytes, 0),
  };
}

function deviationFrom(
  machine: Machine,
  { name, value }: NamedValue,
  inference: number,
  wanted: ArrayLike<number> | undefined,
): DeviationOf[] {
  if (wanted === undefined) return [];
  return [{ name, dims: value.layout.dims, ...deviationOf(machine.tensor(value, inference), wanted) }];
}

/** Per tensor the worst of all inferences. */
function worst(ofInferences: readonly (readonly DeviationOf[])[]): DeviationOf[] {
  const [first = []] = ofInferences;
  return first.map(({ name, dims }, i) => ({
    name,
    dims,
    ...worstOf(ofInferences.map((outputs) => outputs[i]!)),
  }));
}
