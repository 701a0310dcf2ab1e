/** Which set of a node starts next, what it waits for, and what it has waited for when it starts. */
import type { Computing } from './computing.ts';
import type { Granting } from './granting.ts';
import type { Deadlock } from './result.ts';
import type { SetOf } from './sets.ts';
import type { State } from './state.ts';
import type { Weights } from './weights.ts';

export class Starting {
  readonly #state: State;
  readonly #granting: Granting;
  readonly #weights: Weights;
  readonly #computing: Computing;
  /** Per node: its last start. */
  readonly #lastStart: number[];

  constructor(state: State, granting: Granting, weights: Weights, computing: Computing) {
    this.#state = state;
    this.#granting = granting;
    this.#weights = weights;
    this.#computing = computing;
    this.#lastStart = state.graph.nodes.map(() => 0);
  }

  /** Phase 3: starts all sets that may start. */
  start(): void {
    this.#state.graph.nodes.forEach((_, node) => {
      while (this.#startNext(node) || this.#granting.grantNext(node));
    });
  }

  /** Starts the next set of a node, if it may. */
  #startNext(node: number): boolean {
    const { busyCopies, sets, passedOver } = this.#state;
    const of = this.next(node);
    if (of === undefined || busyCopies[node]!.has(sets.copyNumber(of))) return false;
    if (!this.#isOpen(node)) return false;
    const isGranted = this.#granting.isGranted(of);
    if (isGranted ? !this.#state.hasValues(of) : this.#granting.isNeeded(of)) return false;
    const waitsFor = isGranted ? undefined : this.waitsFor(of);
    if (waitsFor === 'output room') passedOver[node] = true;
    if (waitsFor !== undefined) return false;
    this.#startSet(of);
    return true;
  }

  /** The set of a node that has to start next: in order, but for joins (decision 4). */
  next(node: number): SetOf | undefined {
    const start = this.#state.start[node]!;
    if (this.#state.sets.node(node).kind !== 'join') {
      const set = start.indexOf(-1);
      return set < 0 ? undefined : { node, set };
    }
    const waiting = start.flatMap((cycle, set) =>
      cycle < 0 && this.#state.hasValues({ node, set }) ? [{ node, set }] : [],
    );
    // What has its room already waits for nobody.
    return (
      waiting.find((of) => this.#granting.isGranted(of)) ?? waiting.find((of) => !this.#granting.isNeeded(of))
    );
  }

  /** What a set waits for, apart from its copy. */
  waitsFor(of: SetOf): Deadlock['sets'][number]['waitsFor'] | undefined {
    if (!this.#state.hasValues(of)) return 'values';
    if (!this.#state.layerBeforeIsFinished(of) || !this.#isOpen(of.node)) return 'layer before';
    if (this.#weights.isToBeWritten(of)) return 'weights';
    return this.#state.outputRoom(of) === undefined ? 'output room' : undefined;
  }

  /** False for an input of a group while that of the group before has sets to start. */
  #isOpen(node: number): boolean {
    const { kind, groupBefore } = this.#state.sets.node(node);
    if (kind !== 'input' || groupBefore === undefined) return true;
    return this.#state.start[groupBefore]!.every((cycle) => cycle >= 0);
  }

  #startSet(of: SetOf): void {
    const { start, busyCopies, sets, now } = this.#state;
    this.#countStart(of);
    start[of.node]![of.set] = now;
    busyCopies[of.node]!.add(sets.copyNumber(of));
    if (!this.#granting.isGranted(of)) this.#state.reserveOutput(of, this.#state.outputRoom(of)!);
    this.#computing.begin(of);
  }

  /** Charges the time since the last start of the node to what it waited for. */
  #countStart(of: SetOf): void {
    const { counts, sets, passedOver, now } = this.#state;
    const layer = this.#firstGroup(of.node);
    counts.add(this.#causeOf(of), of.node, sets.home(of), now - this.#lastStart[layer]!);
    this.#lastStart[layer] = now;
    passedOver[of.node] = false;
  }

  /** What a set that starts has waited for. */
  #causeOf(of: SetOf) {
    const { passedOver, copyFreed, sets, now } = this.#state;
    if (passedOver[of.node]) return 'waitSpaceCycles';
    if (this.#weights.isWrittenNow(of)) return 'waitWriteCycles';
    if (copyFreed[of.node]![sets.copyNumber(of)] === now) return 'waitCopyCycles';
    return this.#granting.hasFetched(of) ? 'waitFetchCycles' : 'waitDataCycles';
  }

  /** The node of the same layer in the first group. */
  #firstGroup(node: number): number {
    const { groupBefore } = this.#state.sets.node(node);
    return groupBefore === undefined ? node : this.#firstGroup(groupBefore);
  }
}
