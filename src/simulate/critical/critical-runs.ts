import type { SimulationGraph } from '../model/graph.ts';
import type { CriticalSet, WaitCause } from './critical-set.ts';

/** As many kinds of sets in turn are told as one run. */
const MAX_IN_TURN = 4;

/**
 * Successive sets of the critical path that belong to one layer and waited for the same, or to a few in turn. Times
 * are clock cycles.
 */
export interface CriticalRun {
  /** Name of the layer. */
  readonly layer: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** What the sets got last before they started. */
  readonly waitedFor: WaitCause;
  /** The layer whose values it was. */
  readonly from?: string;
  /** Other sets that these came in turn with, again and again; the figures are those of all of them. */
  readonly inTurnWith?: readonly Pick<CriticalRun, 'layer' | 'op' | 'waitedFor' | 'from'>[];
  /** Sets of the layer that follow each other on the path. */
  readonly sets: number;
  /** Clock cycle in which its part of the run's time begins; that part is the sum of the three figures below. */
  readonly startCycle: number;
  /** Clock cycle in which its part of the run's time ends. */
  readonly endCycle: number;
  /** From the end of the set before on the path to the start of each set. */
  readonly waitCycles: number;
  /** MVMs of a base layer, GPEU of a join, off-chip port of an input. */
  readonly workCycles: number;
  /** Until the result was complete: partial sums, fused layers on the GPEU, and queues of GPEUs and the port. */
  readonly completionCycles: number;
}

/** The steps of a critical path as runs, in order of time and end to end. */
export function criticalRuns(graph: SimulationGraph, steps: readonly CriticalSet[]): CriticalRun[] {
  const alike: CriticalSet[][] = [];
  for (const step of steps) {
    const last = alike.at(-1);
    if (last !== undefined && isAlike(last[0]!, step)) last.push(step);
    else alike.push([step]);
  }
  const runs: CriticalRun[] = [];
  for (let at = 0; at < alike.length; ) {
    const { period, length } = turnsFrom(alike, at);
    const turns = alike.slice(at, at + length);
    runs.push(
      criticalRun(
        graph,
        turns.slice(0, period).map(([first]) => first!),
        turns.flat(),
      ),
    );
    at += length;
  }
  return runs;
}

function isAlike(a: CriticalSet, b: CriticalSet): boolean {
  return a.node === b.node && a.cause === b.cause && a.valuesOf === b.valuesOf;
}

/** How many kinds of sets alternate from here on, and for how many turns of one kind; one turn where they do not. */
function turnsFrom(alike: readonly CriticalSet[][], at: number): { period: number; length: number } {
  for (let period = 2; period <= MAX_IN_TURN; period++) {
    let length = period;
    while (at + length < alike.length && isAlike(alike[at + length]![0]!, alike[at + length - period]![0]!))
      length += 1;
    if (length >= 2 * period) return { period, length };
  }
  return { period: 1, length: 1 };
}

/** @param kinds A step of each kind that is in it, the first one first. */
function criticalRun(
  graph: SimulationGraph,
  kinds: readonly CriticalSet[],
  steps: readonly CriticalSet[],
): CriticalRun {
  const [kind, ...others] = kinds.map((step) => kindOf(graph, step));
  const sum = (cycles: (step: CriticalSet) => number) =>
    steps.reduce((total, step) => total + cycles(step), 0);
  return {
    ...kind!,
    ...(others.length === 0 ? {} : { inTurnWith: others }),
    sets: steps.length,
    startCycle: steps[0]!.from,
    endCycle: steps.at(-1)!.until,
    waitCycles: sum((step) => step.start - step.from),
    workCycles: sum(({ workCycles }) => workCycles),
    completionCycles: sum((step) => step.until - step.start - step.workCycles),
  };
}

function kindOf({ nodes }: SimulationGraph, { node, cause, valuesOf }: CriticalSet) {
  const { name, op } = nodes[node]!;
  const from = valuesOf === undefined ? {} : { from: nodes[valuesOf]!.name };
  return { layer: name, op, waitedFor: cause, ...from };
}
