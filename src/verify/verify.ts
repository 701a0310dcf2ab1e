import { type LayerMachine, MissingValue } from '../execute/layer-machine.ts';
import { oneLine } from '../input/show.ts';
import { isBase } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import { checkWriting } from './check-writing.ts';
import { missing, missingAtEnd, numbered, setInWords, TimelineFault } from './fault.ts';
import { ResidentCopies } from './resident-copies.ts';
import { SetTimes } from './set-times.ts';
import { inputsOf, readTime, type TimedNode, type Timeline } from './timeline.ts';

/** What was verified. */
export interface Verified {
  /** Sets of base layers and slices that were run. */
  readonly sets: number;
  /** Sets of joins and inputs that were run. */
  readonly otherSets: number;
  /** Positions of OFMs that were published. */
  readonly positions: number;
  /** PEs that were written after cycle 0. */
  readonly writtenPes: number;
}

/** What is told while a timeline is verified. */
export interface VerificationOptions {
  /** Is told now and then how far it is. */
  readonly onProgress?: OnProgress | undefined;
  /** Is told of each inference as soon as all its sets are finished; its values may be lost afterwards. */
  readonly onInference?: ((inference: number) => void) | undefined;
}

/** Sets between two reports of progress. */
const PROGRESS = 2 ** 12;

/**
 * Lets a machine compute every set in the order and on the copy that a timeline says. In one cycle sets are finished first,
 * then PEs are taken, then sets read and start, in the order of nodes. A set reads when it starts, or when it is granted what
 * is fetched for it; what it produces is there when it is finished, and of slices when all of them are. Positions that the
 * machine is given are to be used before it returns.
 *
 * @throws TimelineFault where a set reads what is not there, its copy is not written or busy, PEs are missing, or written
 * faster than they can be.
 */
export function verifyTimeline(
  timeline: Timeline,
  machine: LayerMachine,
  options: VerificationOptions = {},
): Verified {
  checkWeights(timeline);
  checkWriting(timeline);
  return new Verification(timeline, machine, options).run();
}

/** All weights of all layers are on PEs, and where weights stay there are PEs for all copies. */
function checkWeights({ network, nodes, residencies, totalPes }: Timeline): void {
  const held = new Float64Array(network.layers.length);
  let copies = 0;
  for (const { kind, layer, pes, copies: own } of nodes) {
    if (kind !== 'base') continue;
    held[layer]! += pes;
    copies += pes * own;
  }
  const needed = new Map(nodes.map(({ layer, layerPes }) => [layer, layerPes]));
  network.layers.forEach((layer, index) => {
    if (!isBase(layer) || held[index] === needed.get(index)) return;
    const words = `layer ${oneLine(layer.name)}: ${held[index]} PEs hold its weights`;
    throw new TimelineFault('weights', `${words}, which take ${needed.get(index) ?? 'some'}`);
  });
  if (residencies.length > 0 || copies <= totalPes) return;
  throw new TimelineFault(
    'capacity',
    `the copies of all layers take ${copies} PEs and there are ${totalPes}`,
  );
}

class Verification {
  readonly #timeline: Timeline;
  readonly #machine: LayerMachine;
  readonly #options: VerificationOptions;
  readonly #times: SetTimes;
  readonly #resident: ResidentCopies;
  /** Per node: the name of its layer, and whether the machine runs it. */
  readonly #layers: readonly string[];
  readonly #isRun: readonly boolean[];
  /** Per node: the last set that started on each of its copies; -1 for none. */
  readonly #onCopy: readonly Int32Array[];
  /** Per node that is a slice: how many slices have finished each set, shared by all slices of a layer. */
  readonly #slicesDone: readonly (Int32Array | undefined)[];
  /** Per inference: sets that are not finished. */
  readonly #setsLeft: Int32Array;
  readonly #isOpen: Uint8Array;
  #sets = 0;
  #otherSets = 0;
  #positions = 0;

  constructor(timeline: Timeline, machine: LayerMachine, options: VerificationOptions) {
    const { nodes, network, inferences } = timeline;
    this.#timeline = timeline;
    this.#machine = machine;
    this.#options = options;
    this.#times = new SetTimes(timeline);
    this.#resident = new ResidentCopies(timeline, machine);
    this.#layers = nodes.map(({ layer }) => network.layers[layer]!.name);
    this.#isRun = nodes.map(({ kind }, i) => kind !== 'join' || machine.has(this.#layers[i]!));
    this.#onCopy = nodes.map((node) => this.#copiesOf(node));
    const done = new Map<number, Int32Array>();
    this.#slicesDone = nodes.map(({ layer, slices, sets }) => {
      if (slices > 1 && !done.has(layer)) done.set(layer, new Int32Array(sets * inferences));
      return done.get(layer);
    });
    const perInference = nodes.reduce((sum, { sets }) => sum + sets, 0);
    this.#setsLeft = new Int32Array(inferences).fill(perInference);
    this.#isOpen = new Uint8Array(inferences);
  }

  run(): Verified {
    const { byStart, byFinish, starts, finishes, granted, grants, count } = this.#times;
    const resident = this.#resident;
    const { onProgress } = this.#options;
    let [started, finished, read] = [0, 0, 0];
    while (started < count || finished < count) {
      const start = started < count ? starts[byStart[started]!]! : Infinity;
      const finish = finished < count ? finishes[byFinish[finished]!]! : Infinity;
      const grant = read < granted.length ? grants[read]! : Infinity;
      const take = resident.nextCycle;
      if (finish <= Math.min(take, grant, start)) {
        const set = byFinish[finished++]!;
        // A set that takes no time is finished when it starts.
        if (starts[set]! < finish) this.#finish(set);
        if (finished % PROGRESS === 0) onProgress?.(finished / count);
      } else if (take <= Math.min(grant, start)) {
        resident.takeNext();
      } else if (grant < start || (grant === start && granted[read]! <= byStart[started]!)) {
        this.#read(granted[read++]!);
      } else {
        this.#start(byStart[started++]!);
      }
    }
    const { writtenPes } = resident;
    return { sets: this.#sets, otherSets: this.#otherSets, positions: this.#positions, writtenPes };
  }

  /** Looks through the sets of a node: which copies run them, and how many each of its residencies runs. */
  #copiesOf(node: TimedNode): Int32Array {
    let copies = 0;
    for (let k = 0; k < node.sets * this.#timeline.inferences; k++) {
      copies = Math.max(copies, node.copy(k) + 1);
      this.#resident.expect(node.residency(k));
    }
    return new Int32Array(copies).fill(-1);
  }

  #start(set: number): void {
    const { nodes } = this.#timeline;
    const index = this.#times.nodeOf(set);
    const node = nodes[index]!;
    const k = set - this.#times.firsts[index]!;
    this.#demandFreeCopy(index, k);
    if (node.granted(k) < 0) this.#read(set);
    if (this.#times.finishes[set] === this.#times.starts[set]) this.#finish(set);
  }

  #demandFreeCopy(index: number, k: number): void {
    const node = this.#timeline.nodes[index]!;
    const copy = node.copy(k);
    if (copy < 0) return;
    const before = this.#onCopy[index]![copy]!;
    this.#onCopy[index]![copy] = k;
    const start = node.start(k);
    if (before < 0 || node.free(before) <= start) return;
    throw new TimelineFault(
      'copy',
      `${setInWords(node, k, start)}: copy ${copy} is busy with ${numbered(node, before)} until cycle ${node.free(before)}`,
    );
  }

  /** A set has all that it reads. */
  #read(set: number): void {
    const index = this.#times.nodeOf(set);
    const node = this.#timeline.nodes[index]!;
    const k = set - this.#times.firsts[index]!;
    const inference = Math.floor(k / node.sets);
    if (!this.#timeline.hasInputs && this.#isOpen[inference] === 0) this.#open(inference);
    this.#resident.demand(node, k, readTime(node, k));
    if (node.kind === 'base') this.#sets++;
    else this.#otherSets++;
    if (!this.#isRun[index]) return;
    try {
      this.#machine.run(this.#layers[index]!, inference, node.positions(k), node.tiles);
    } catch (error) {
      throw error instanceof MissingValue ? missing(this.#timeline, node, k, error) : error;
    }
  }

  /** Inputs that are there from the start, when somebody begins with an inference. */
  #open(inference: number): void {
    this.#isOpen[inference] = 1;
    for (const { name, shape } of inputsOf(this.#timeline.network)) {
      const positions = Int32Array.from({ length: shape.height * shape.width }, (_, position) => position);
      this.#machine.run(name, inference, positions, []);
      this.#machine.publish(name, inference, positions);
    }
  }

  #finish(set: number): void {
    const index = this.#times.nodeOf(set);
    const node = this.#timeline.nodes[index]!;
    const k = set - this.#times.firsts[index]!;
    const inference = Math.floor(k / node.sets);
    if (this.#isComplete(index, k) && this.#isRun[index]) {
      const positions = node.positions(k);
      this.#positions += positions.length;
      this.#machine.publish(this.#layers[index]!, inference, positions);
    }
    this.#resident.finish(node.residency(k));
    this.#setsLeft[inference]! -= 1;
    if (this.#setsLeft[inference] === 0) this.#tell(node, k, inference);
  }

  /** All sets of an inference are finished, with this one. */
  #tell(node: TimedNode, k: number, inference: number): void {
    try {
      this.#options.onInference?.(inference);
    } catch (error) {
      throw error instanceof MissingValue ? missingAtEnd(this.#timeline, node, k, error) : error;
    }
  }

  /** True where all slices of the layer have finished this set. */
  #isComplete(index: number, k: number): boolean {
    const done = this.#slicesDone[index];
    if (done === undefined) return true;
    done[k]! += 1;
    return done[k] === this.#timeline.nodes[index]!.slices;
  }
}
