import { ClsaCimError, hasCode } from '../../errors.ts';
import type { Mapping } from '../../map/mapping.ts';
import { isDeadlocked } from '../../simulate/deadlock/error.ts';
import type { Topology } from '../../simulate/model/topology.ts';
import { type RunOptions, Simulator } from '../../simulate/play/simulator.ts';
import { ended } from '../../simulate/simulate.ts';
import type { Workload } from '../../workload/workload.ts';

/** What is played, and how candidates of it are mapped. */
export interface Candidates<Candidate> {
  readonly workload: Workload;
  /** PEs of the chip. */
  readonly totalPes: number;
  /** How it runs. */
  readonly run: RunOptions;
  readonly mappingOf: (candidate: Candidate) => Mapping;
  /** The same for the same mappings only. */
  readonly keyOf: (candidate: Candidate) => string;
}

/**
 * Clock cycles of candidates, such as vectors of copies, on everything that the chip has; those that were played are
 * remembered.
 */
export class CyclesSimulator<Candidate> {
  readonly #what: Candidates<Candidate>;
  readonly #simulator: Simulator;
  readonly #known = new Map<string, number>();

  constructor(what: Candidates<Candidate>) {
    this.#what = what;
    this.#simulator = new Simulator(what.workload, what.totalPes, what.run);
  }

  /** The same on another placement. */
  placed(placement: RunOptions['placement']): CyclesSimulator<Candidate> {
    return new CyclesSimulator({ ...this.#what, run: { ...this.#what.run, placement } });
  }

  /** The tiles of the chip. */
  get topology(): Topology {
    return this.#simulator.topology;
  }

  /** Gives back the memory of the engine. */
  release(): void {
    this.#simulator.release();
  }

  /** Cycles of what was played; undefined of others. */
  known(candidate: Candidate): number | undefined {
    return this.#known.get(this.#what.keyOf(candidate));
  }

  /** Clock cycles until everything is done; Infinity where it comes to no end, or copies do not fit the tiles. */
  cycles(candidate: Candidate): number {
    const key = this.#what.keyOf(candidate);
    const known = this.#known.get(key) ?? this.#cycles(candidate);
    this.#known.set(key, known);
    return known;
  }

  /** Why a candidate comes to no end. */
  failure(candidate: Candidate): ClsaCimError {
    try {
      ended(this.#play(candidate));
    } catch (error) {
      if (error instanceof ClsaCimError) return error;
      throw error;
    }
    throw new Error('what came to no end came to one');
  }

  /** The order in which its copies take tiles under the placement `optimised`. */
  optimisedOrder(candidate: Candidate): readonly number[] {
    return this.#simulator.optimisedOrder(this.#what.mappingOf(candidate));
  }

  /** The tiles that its copies take. */
  usedTiles(candidate: Candidate): ReadonlySet<number> {
    const { nodes } = this.#simulator.graph(this.#what.mappingOf(candidate));
    return new Set(nodes.flatMap((node) => node.copies.flatMap(({ tiles }) => tiles)));
  }

  #cycles(candidate: Candidate): number {
    try {
      const { run } = this.#play(candidate);
      return isDeadlocked(run) ? Infinity : run.cycles;
    } catch (error) {
      if (hasCode(error, 'DOES_NOT_FIT') || hasCode(error, 'DEADLOCK')) return Infinity;
      throw error;
    }
  }

  #play(candidate: Candidate) {
    return this.#simulator.play(this.#what.mappingOf(candidate));
  }
}
