import { ClsaCimError, hasCode } from '../../errors.ts';
import { pesUsed } from '../../map/mapping.ts';
import { isDeadlocked } from '../../simulate/deadlock/error.ts';
import type { SimulationOptions } from '../../simulate/index.ts';
import type { Played } from '../../simulate/play/simulator.ts';
import { Simulator } from '../../simulate/play/simulator.ts';
import { ended } from '../../simulate/simulate.ts';
import type { Task } from '../objective.ts';

/** Clock cycles of a batch with whatever copies, on everything that the chip has; those that were played are remembered. */
export class CyclesSimulator {
  readonly #task: Pick<Task, 'workload' | 'mapping'>;
  readonly #simulator: Simulator;
  readonly #known = new Map<string, number>();

  constructor(task: Pick<Task, 'workload' | 'mapping' | 'batch'>, placement: SimulationOptions['placement']) {
    const { workload, mapping, batch } = task;
    this.#task = task;
    this.#simulator = new Simulator(workload, mapping.totalPes, { placement, batch });
  }

  /** Gives back the memory of the engine. */
  release(): void {
    this.#simulator.release();
  }

  /** Cycles of copies that were played; undefined of others. */
  known(copies: readonly number[]): number | undefined {
    return this.#known.get(copies.join());
  }

  /** Clock cycles until everything is done; Infinity where it comes to no end, or copies do not fit the tiles. */
  cycles(copies: readonly number[]): number {
    const key = copies.join();
    const known = this.#known.get(key) ?? this.#cycles(copies);
    this.#known.set(key, known);
    return known;
  }

  /** Why copies come to no end. */
  failure(copies: readonly number[]): ClsaCimError {
    try {
      ended(this.#play(copies));
    } catch (error) {
      if (error instanceof ClsaCimError) return error;
      throw error;
    }
    throw new Error('copies that came to no end came to one');
  }

  /** The order in which these copies take tiles under the placement `optimised`. */
  optimisedOrder(copies: readonly number[]): readonly number[] {
    return this.#simulator.optimisedOrder(this.#mapping(copies));
  }

  /** The tiles that these copies take. */
  usedTiles(copies: readonly number[]): ReadonlySet<number> {
    const { nodes } = this.#simulator.graph(this.#mapping(copies));
    return new Set(nodes.flatMap((node) => node.copies.flatMap(({ tiles }) => tiles)));
  }

  #cycles(copies: readonly number[]): number {
    try {
      const { run } = this.#play(copies);
      return isDeadlocked(run) ? Infinity : run.cycles;
    } catch (error) {
      if (hasCode(error, 'DOES_NOT_FIT') || hasCode(error, 'DEADLOCK')) return Infinity;
      throw error;
    }
  }

  #play(copies: readonly number[]): Played {
    return this.#simulator.play(this.#mapping(copies));
  }

  #mapping(copies: readonly number[]) {
    const { mapping } = this.#task;
    const layers = mapping.layers.map((layer, i) => ({ ...layer, copies: copies[i]! }));
    return { ...mapping, layers, usedPes: pesUsed(layers) };
  }
}
