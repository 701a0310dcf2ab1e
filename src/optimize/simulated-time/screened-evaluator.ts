import type { Evaluator } from '../search.ts';
import type { ChipBound } from './chip-bound.ts';
import type { CyclesSimulator } from './cycles-simulator.ts';

/** What copies cost, and what tells quickly that they cost too much. */
export interface Screen {
  /** Plays them. */
  readonly simulator: CyclesSimulator<readonly number[]>;
  /** The schedule of one inference with free movement, in times between two MVMs. */
  readonly schedule: Evaluator;
  /** Clock cycles that no simulation of such a schedule goes below. */
  readonly clockCycles: (scheduled: number) => number;
  /** What else no simulation goes below. */
  readonly bound: ChipBound;
  /** Inferences that share the cost. */
  readonly batch: number;
}

/**
 * Costs are clock cycles of a simulation per inference. Copies whose schedule, or whose work on the chip, takes longer than they
 * may are not simulated.
 */
export function screenedEvaluator(start: readonly number[], screen: Screen): Evaluator {
  const { simulator, schedule, clockCycles, bound, batch } = screen;
  const copies = [...start];
  let before = [...start];
  const changed: [layer: number, copies: number][] = [];
  return {
    setCopies: (layer, value) => {
      changed.push([layer, value]);
      schedule.setCopies(layer, value);
    },
    knownCost: (limit) => {
      before = [...copies];
      for (const [layer, value] of changed.splice(0)) copies[layer] = value;
      // Always, so that it can be undone.
      const scheduled = schedule.cost(Infinity);
      const known = simulator.known(copies);
      if (known !== undefined) return known / batch;
      const least = Math.max(clockCycles(scheduled), bound.of(copies)) / batch;
      return least > limit ? Infinity : undefined;
    },
    cost: () => simulator.cycles(copies) / batch,
    undo: () => {
      copies.splice(0, copies.length, ...before);
      schedule.undo();
    },
  };
}
