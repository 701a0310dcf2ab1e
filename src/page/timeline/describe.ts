import { copyOf } from '../../picture/lane-copies.ts';
import { causesOf, type Step } from '../../picture/schedule-critical-path.ts';
import { type LaneSet, SetReads } from '../../picture/set-reads.ts';
import { type SimulationWait, simulationWaitsOf } from '../../picture/simulation-causes.ts';
import type { LaneWrite, Timeline } from '../../picture/timeline.ts';
import { duration, extent, integer, shortName } from '../../report/table.ts';
import type { Chosen } from './paint.ts';

/** So many sets that are read, or read, are outlined. */
const MOST_OUTLINED = 400;

/** Says of sets of a timeline what they are, what they waited for and what waits for them. */
export class SetWords {
  readonly #timeline: Timeline;
  readonly #reads: SetReads;
  readonly #causeOf: (set: LaneSet) => Step | SimulationWait | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#reads = new SetReads(timeline);
    const isSimulated = timeline.lanes.some(({ home }) => home !== undefined);
    this.#causeOf = isSimulated ? simulationWaitsOf(timeline) : causesOf(timeline);
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
    const step = this.#causeOf(set);
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
      ...this.#scarce(set),
      ['waited for', this.#waitedFor(set)],
      ['reads', counted(reads)],
      ['is read by', counted(readers)],
    ];
  }

  /** Where nothing runs in a lane: what is written or fetched for it then, in lines as of sets; undefined where that is nothing. */
  idleLines(index: number, cycle: number): readonly (readonly [name: string, text: string])[] | undefined {
    const lane = this.#timeline.lanes[index]!;
    const { writes = [], fetches } = lane;
    const written = writes.filter(({ startCycle, endCycle }) => startCycle <= cycle && cycle < endCycle);
    const fetched = fetches?.starts.findLastIndex((start) => start <= cycle) ?? -1;
    const isFetched = fetched >= 0 && cycle < fetches!.ends[fetched]!;
    if (written.length === 0 && !isFetched) return undefined;
    const [first, ...others] = written;
    const more = others.length === 0 ? '' : `; ${integer(others.length)} more copies too`;
    return [
      ['layer', shortName(lane.name)],
      ...(first === undefined ? [] : [['is written', this.#writing(first) + more] as const]),
      ...(isFetched
        ? [
            [
              'is fetched',
              `what spilled, ${cycles(fetches!.starts[fetched]!, fetches!.ends[fetched]!)}`,
            ] as const,
          ]
        : []),
    ];
  }

  /** What was written and fetched before a set could start. */
  #scarce({ lane: index, set }: LaneSet): (readonly [name: string, text: string])[] {
    const lane = this.#timeline.lanes[index]!;
    const { fetchStarts, fetchEnds } = lane.times!;
    const copy = copyOf(lane, set);
    const group = Math.floor(set / lane.groupSets);
    const write = lane.writes?.find((each) => each.group === group && (each.copy ?? copy) === copy);
    const begin = fetchStarts?.[set] ?? -1;
    return [
      ...(write === undefined ? [] : [['written', this.#writing(write)] as const]),
      ...(begin < 0 ? [] : [['fetched', `what it reads, ${cycles(begin, fetchEnds![set]!)}`] as const]),
    ];
  }

  #writing({ group, copy, startCycle, writeCycle, endCycle }: LaneWrite): string {
    const which = copy === undefined ? 'all copies' : `copy ${integer(copy)}`;
    const of = group === 0 ? which : `${which} of group ${integer(group)}`;
    const way =
      writeCycle === undefined || writeCycle === startCycle
        ? ''
        : `, on its way until ${integer(writeCycle)}`;
    return `${of}, ${cycles(startCycle, endCycle)}${way}`;
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
    const step = this.#causeOf(set);
    if (step === undefined) return 'nothing';
    if (step.cause === 'write') return 'its weights to be written';
    const { name } = this.#timeline.lanes[step.lane]!;
    return WAITED[step.cause]({
      value: `${shortName(name)}, ${this.#place(step)}`,
      place: this.#place(step),
      cycle: integer(step.until),
    });
  }
}

/** What a set waited for, in words: a set as a value and as a place, and when it had done its part. */
const WAITED: Readonly<
  Record<
    Exclude<(Step | SimulationWait)['cause'], 'write'>,
    (step: Readonly<Record<'value' | 'place' | 'cycle', string>>) => string
  >
> = {
  nothing: () => 'nothing',
  copy: ({ place }) => `its copy, which ran ${place}`,
  values: ({ value }) => value,
  'set before': () => 'the set before it',
  'layer before': () => 'the end of the layer before it',
  link: ({ value }) => `${value}, which had to travel`,
  'link queue': ({ value }) => `${value}, which waited for links`,
  'input room': ({ value }) => `${value}, which waited for room in an input buffer`,
  'output room': () => 'room for its results in an output buffer',
  fetch: ({ value }) => `${value}, which had to be fetched`,
  way: ({ value, cycle }) => `${value}, there at cycle ${cycle}; then its way, or room in a buffer`,
};

function cycles(from: number, to: number): string {
  return `cycle ${integer(from)} to ${integer(to)}`;
}

function counted({ length }: readonly LaneSet[]): string {
  if (length === 0) return 'no set';
  return `${length === MOST_OUTLINED ? 'at least ' : ''}${integer(length)} ${length === 1 ? 'set' : 'sets'}`;
}
