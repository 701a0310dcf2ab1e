import { causesOf, type Step } from '../../picture/schedule-critical-path.ts';
import { type LaneSet, SetReads } from '../../picture/set-reads.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { duration, extent, integer, shortName } from '../../report/table.ts';
import { copyOf } from './lane-layout.ts';
import type { Chosen } from './paint.ts';

/** So many sets that are read, or read, are outlined. */
const MOST_OUTLINED = 400;

/** Says of sets of a timeline what they are, what they waited for and what waits for them. */
export class SetWords {
  readonly #timeline: Timeline;
  readonly #reads: SetReads;
  readonly #causeOf: ((set: LaneSet) => Step | undefined) | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#reads = new SetReads(timeline);
    // What sets of a simulation waited for, their times alone do not tell.
    const isSimulated = timeline.lanes.some(({ home }) => home !== undefined);
    this.#causeOf = isSimulated ? undefined : causesOf(timeline);
  }

  /** The sets that a set reads, and those that read it. */
  around(set: LaneSet): Chosen {
    return {
      set,
      reads: this.#reads.readBy(set, MOST_OUTLINED),
      readers: this.#reads.readersOf(set, MOST_OUTLINED),
    };
  }

  /** The set that a set waited for last. */
  before(set: LaneSet): LaneSet | undefined {
    const step = this.#causeOf?.(set);
    return step === undefined || step.set === -1 ? undefined : step;
  }

  /** A set, in lines of a name and what it is. */
  lines({ set, reads, readers }: Chosen): readonly (readonly [name: string, text: string])[] {
    const lane = this.#timeline.lanes[set.lane]!;
    const { starts, finishes } = lane.times!;
    const [start, finish] = [starts[set.set]!, finishes[set.set]!];
    const { cycleNs } = this.#timeline;
    return [
      ['layer', `${shortName(lane.name)} (${lane.op}, ${extent(lane.outputShape)})`],
      ['set', this.#place(set)],
      ...(lane.isOnCopies
        ? [['copy', `${integer(copyOf(lane, set.set))}, of ${integer(lane.copies)}`] as const]
        : []),
      ['start', `cycle ${integer(start)} (${duration(start * cycleNs)})`],
      ['finish', `cycle ${integer(finish)}, ${integer(finish - start)} later`],
      ['waited for', this.#waitedFor(set)],
      ['reads', counted(reads)],
      ['is read by', counted(readers)],
    ];
  }

  /** Row and column of a set, and its inference. */
  #place({ lane: index, set }: LaneSet): string {
    const lane = this.#timeline.lanes[index]!;
    const { setRows, setColumns } = this.#timeline.nodes[lane.node]!;
    const own = set % (setRows * setColumns);
    const place = `row ${integer(Math.floor(own / setColumns))}, column ${integer(own % setColumns)}`;
    const inference = Math.floor(set / (setRows * setColumns));
    return lane.inferences === 1 ? place : `${place}, inference ${integer(inference)}`;
  }

  #waitedFor(set: LaneSet): string {
    const step = this.#causeOf?.(set);
    if (step === undefined) return this.#lastValue(set);
    if (step.cause === 'write') return 'its weights to be written';
    const { name } = this.#timeline.lanes[step.lane]!;
    if (step.cause === 'values') return `${shortName(name)}, ${this.#place(step)}`;
    return step.cause === 'copy' ? `its copy, which ran ${this.#place(step)}` : 'the set before it';
  }

  /** Where causes are not known: the value that it reads which was there last. */
  #lastValue({ lane, set }: LaneSet): string {
    const start = this.#timeline.lanes[lane]!.times!.starts[set]!;
    if (start === 0) return 'nothing';
    let last: LaneSet | undefined;
    let latest = 0;
    for (const read of this.#reads.readBy({ lane, set })) {
      const finish = this.#timeline.lanes[read.lane]!.times!.finishes[read.set]!;
      if (finish > latest) [last, latest] = [read, finish];
    }
    if (last === undefined) return 'its turn';
    const { name } = this.#timeline.lanes[last.lane]!;
    return `its turn; its last value, of ${shortName(name)}, was there at cycle ${integer(latest)}`;
  }
}

function counted({ length }: readonly LaneSet[]): string {
  if (length === 0) return 'no set';
  return `${length === MOST_OUTLINED ? 'at least ' : ''}${integer(length)} ${length === 1 ? 'set' : 'sets'}`;
}
