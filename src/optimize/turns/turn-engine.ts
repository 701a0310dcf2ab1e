import type { Engine } from '../../engine/engine.ts';
import type { EngineTurns } from '../../engine/turns.ts';
import { mostCopies, type TurnProblem } from './turn-problem.ts';
import { growth, type WriterTimes, writerTimes } from './writer-times.ts';

/** A stream of groups that does not repeat itself until then has only bounds of its interval. */
const MOST_GROUPS = 16;
/** Groups after which a stream may repeat itself. */
const MOST_PERIOD = 4;

/** What a stream of groups takes. */
export interface StreamCycles {
  /** Cycles of the first group, which is like one on its own. */
  readonly group: number;
  /** Cycles from one group to the next in the long run; Infinity where it was not asked for any more. */
  readonly interval: number;
}

/** Schedules rounds and copies of a {@link TurnProblem}, again and again, on an engine that has the problem loaded. */
export class TurnEngine {
  readonly #problem: TurnProblem;
  readonly #turns: EngineTurns;
  /** Slices that were scheduled since they were last forgotten. */
  readonly #isKnown: boolean[];

  constructor(engine: Engine, problem: TurnProblem) {
    this.#problem = problem;
    this.#isKnown = problem.slices.map(() => false);
    const { slices, layers, pes, parallel, writeCycles, group: inferences, reload: mode } = problem;
    const most = mostCopies(problem);
    const setup = {
      slices: slices.map(({ pesPerCopy }, i) => ({
        ...{ layer: layers[i]!, round: 0, pes: pesPerCopy, copies: 1, mostCopies: most[i]! },
      })),
      inferences,
      writing: { mode, pes, parallel, writeCycles },
    };
    this.#turns = engine.openTurns(setup, mostCycles(problem));
  }

  /** `barrier`: cycles of a group in a round by itself; Infinity where they are more than `limit`. */
  roundCycles(
    { start, end, isWritten }: { readonly start: number; readonly end: number; readonly isWritten: boolean },
    copies: readonly number[],
    limit = Infinity,
  ): number {
    for (let i = 0; i < start; i++) {
      if (!this.#isKnown[i]) continue;
      this.#turns.forgetSlice(i);
      this.#isKnown[i] = false;
    }
    for (let i = start; i < end; i++) {
      this.#turns.setCopies(i, copies[i - start]!);
      this.#isKnown[i] = true;
    }
    return this.#turns.roundCycles(start, end, isWritten, limit);
  }

  /** `rolling`: cycles of a group on its own; anything above `limit` where they are. */
  groupCycles(copies: readonly number[], limit = Infinity): number {
    copies.forEach((own, i) => {
      this.#turns.setCopies(i, own);
    });
    this.#turns.restart();
    return this.#turns.scheduleGroup(this.#problem.group, true, limit);
  }

  /**
   * `rolling`: the interval between groups, exactly where the writer comes back to a state but for the time that has passed,
   * as all that follows then repeats. Otherwise the least of the greatest steps that its times take in some groups: no
   * stream of groups takes longer steps in the mean (docs/optimize.md).
   *
   * @param most Cycles of the first group above which the others are left out.
   */
  stream(copies: readonly number[], most: number): StreamCycles {
    const group = this.groupCycles(copies);
    if (group > most) return { group, interval: Infinity };
    const before: WriterTimes[] = [this.#writerTimes()];
    let interval = Infinity;
    for (let groups = 1; groups < MOST_GROUPS; groups++) {
      this.#turns.scheduleGroup(this.#problem.group, false);
      const now = this.#writerTimes();
      for (const [at, then] of before.entries()) {
        const step = growth(then, now);
        interval = Math.min(interval, step.most / (at + 1));
        if (step.least === step.most) return { group, interval: step.most / (at + 1) };
      }
      before.unshift(now);
      if (before.length > MOST_PERIOD) before.pop();
    }
    return { group, interval };
  }

  #writerTimes(): WriterTimes {
    return writerTimes(this.#turns.writerState());
  }
}

/** No round by itself, nor a stream of as many groups as are looked at, takes longer: everything one after the other. */
function mostCycles({ workload, slices, pes, parallel, writeCycles, group, reload }: TurnProblem): number {
  const { resultCycles } = workload.architecture;
  const mvms = slices.reduce((sum, slice) => sum + slice.mvms, 0);
  const writing = Math.ceil(pes / parallel) * writeCycles;
  const groups = reload === 'barrier' ? 1 : MOST_GROUPS;
  return groups * (mvms * group + slices.length * (resultCycles - 1 + writing));
}
