import type { OnProgress } from '../../progress.ts';
import { isLate, type Limits } from '../search.ts';

/** What a search in several parts may still do, all of them together. */
export class Effort {
  readonly maxEvaluations: number;
  readonly deadline: number;
  readonly stop: AbortSignal | undefined;
  readonly #start: number;
  readonly #onProgress: OnProgress | undefined;
  #evaluations = 0;
  #most: number;
  #isLate = false;
  #share = 0;

  constructor({ maxEvaluations, deadline, start = performance.now(), onProgress, stop }: Limits) {
    this.maxEvaluations = maxEvaluations;
    this.#most = maxEvaluations;
    this.deadline = deadline;
    this.stop = stop;
    this.#start = start;
    this.#onProgress = onProgress;
  }

  /** Schedules so far. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** Schedules that are left; none when it is late. */
  get left(): number {
    return this.#isLate ? 0 : Math.max(0, this.#most - this.#evaluations);
  }

  /** Why it is time to end, if it is. */
  get stoppedBy(): 'evaluations' | 'time' | undefined {
    if (this.#isLate) return 'time';
    return this.#evaluations >= this.maxEvaluations ? 'evaluations' : undefined;
  }

  /** Leaves at most so many schedules for what comes next. */
  allow(evaluations: number): void {
    this.#most = Math.min(this.maxEvaluations, this.#evaluations + evaluations);
  }

  /** Notes that so many schedules were made, and looks at the clock. */
  spend(evaluations: number): void {
    this.#evaluations += evaluations;
    if (isLate(this)) this.#isLate = true;
    this.#report(0);
  }

  /** The limits of a part that takes at most so many schedules. */
  part(evaluations: number): Limits {
    const maxEvaluations = Math.max(1, Math.min(evaluations, this.left));
    const limits = { maxEvaluations, deadline: this.deadline, stop: this.stop };
    if (this.#onProgress === undefined) return limits;
    return { ...limits, onProgress: (share) => this.#report(share * maxEvaluations) };
  }

  #report(underWay: number): void {
    const time = (performance.now() - this.#start) / (this.deadline - this.#start);
    const evaluations = (this.#evaluations + underWay) / this.maxEvaluations;
    this.#share = Math.min(1, Math.max(this.#share, time, evaluations));
    this.#onProgress?.(this.#share);
  }
}
