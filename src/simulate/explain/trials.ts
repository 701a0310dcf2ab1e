import * as v from 'valibot';
import { type Chip, chipSchema } from '../../architecture/chip.ts';
import type { AnyArchitecture, NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { ClsaCimError, hasCode } from '../../errors.ts';
import type { Mapping } from '../../map/mapping.ts';
import { type OnProgress, part } from '../../progress.ts';
import type { MapOptions } from '../../schedule/choose-rounds.ts';
import { mapToSimulate } from '../map-to-simulate.ts';
import type { SharedRuns } from '../play/second-thread.ts';
import { type Played, type Replayed, Simulator } from '../play/simulator.ts';
import { spillTraffic } from '../spill/traffic.ts';
import { RESOURCES, type Resource } from './resources.ts';

/** What came of a trial: clock cycles, or why there are none. */
type Outcome = Replayed | { readonly why: string };

/** A change of an architecture, and what came of it. */
export interface Tried {
  /** The field of `chip`, or `pes`. */
  readonly resource: string;
  readonly name: string;
  readonly change: string;
  readonly outcome: Outcome;
}

/** So many times the PEs are tried. */
const PE_GROWTH = 1.1;

const WITHOUT_LIMIT = 'without limit';
const COMES_TO_NO_END = 'with that timing the buffers are too small to make progress';

/** Counts runs, for progress: two trials for each resource that is limited, one with more PEs, and `others`. Those where values spill have what is left. */
export class Runs {
  readonly #count: number;
  readonly #onProgress: OnProgress | undefined;
  #done = 0;

  constructor(architecture: NormalArchitecture, others: number, onProgress: OnProgress | undefined) {
    this.#count = others + 2 * limitedBy(architecture).length + 1;
    this.#onProgress = onProgress;
  }

  /** The part of the progress that the next run has. */
  next(): OnProgress | undefined {
    const from = this.#done++ / this.#count;
    return part(this.#onProgress, from, Math.min(1, this.#done / this.#count));
  }
}

/** A resource without its limit, or with more of it. */
interface Change {
  readonly resource: Resource;
  readonly chip: Chip;
  /** From what to what, for people. */
  readonly change: string;
}

/** Plays a run again on a chip that has more or less of one thing. */
export class Trials {
  readonly #simulator: Simulator;
  readonly #played: Played;
  readonly #options: MapOptions;
  readonly #runs: Runs;
  readonly #unlimited: readonly Change[];
  readonly #grown: readonly Change[];
  /** Those of both that are the same run on a chip with other figures, in the order in which they are asked for. */
  readonly #replayed: readonly Change[];
  /** Some of these another thread plays, if there is one. */
  readonly #ahead: SharedRuns | undefined;

  /**
   * @param played What is explained, on `simulator`.
   * @param options What made its mapping.
   */
  constructor(simulator: Simulator, played: Played, options: MapOptions, runs: Runs) {
    this.#simulator = simulator;
    this.#played = played;
    this.#options = options;
    this.#runs = runs;
    const { architecture } = simulator.workload;
    const spills = played.run.nodes.some(({ spilledBits }) => spilledBits > 0);
    const limited = limitedBy(architecture);
    this.#unlimited = limited.map((resource) => {
      const chip = resource.unlimited?.(this.#chip, spills) ?? without(this.#chip, resource);
      return { resource, chip, change: WITHOUT_LIMIT };
    });
    this.#grown = limited.map((resource) => ({ resource, ...resource.grow(this.#chip) }));
    this.#replayed = [...this.#unlimited, ...this.#grown].filter(isReplayed);
    this.#ahead = simulator.replayAhead(
      played,
      this.#replayed.map(({ chip }) => chip),
    );
  }

  /** Every resource that the chip limits, without that limit. */
  withoutLimits(): Tried[] {
    return this.#unlimited.map((change) => this.#tried(change));
  }

  /** Every resource that the chip limits, with twice as much of it. */
  grownResources(): Tried[] {
    return this.#grown.map((change) => this.#tried(change));
  }

  /** Where values spill, buffers that grow by less than twice. */
  grownBuffers(): Tried[] {
    return this.#grown.flatMap(({ resource }) =>
      (resource.steps?.(this.#chip) ?? []).map((grown) => this.#tried({ resource, ...grown })),
    );
  }

  /** Clock cycles where values spill though nothing has to; undefined where nothing may spill, or it is what was played. */
  spillingAlways(): Replayed | undefined {
    if (this.#simulator.spill !== true || !this.#simulator.maySpill(this.#played)) return undefined;
    return this.#simulator.replay(this.#played, this.#chip, this.#runs.next(), 'always');
  }

  #tried(change: Change): Tried {
    const { field, name } = change.resource;
    return { resource: field, name, change: change.change, outcome: this.#outcomeOf(change) };
  }

  /** Clock cycles with more or less of a resource, which is another `chip`. */
  #outcomeOf(change: Change): Outcome {
    const { resource, chip } = change;
    if (!v.is(chipSchema, chip)) return { why: 'that is beyond the range of the field' };
    const onProgress = this.#runs.next();
    const { given } = this.#simulator.workload.architecture;
    return outcomeOf(() => {
      if (resource.isWork) return this.#play({ ...given, chip }, this.#played.mapping, onProgress);
      const cycles = this.#ahead?.cyclesOf(this.#replayed.indexOf(change));
      if (cycles !== undefined) return { cycles, spill: spillTraffic([]) };
      return outcome(this.#simulator.replay(this.#played, chip, onProgress));
    });
  }

  /** More PEs are more copies, which only a policy can give. */
  grownPes(): Tried[] {
    const { duplication = 'greedy' } = this.#options;
    const { totalPes } = this.#simulator;
    const pes = Math.ceil(totalPes * PE_GROWTH);
    const at = { resource: 'pes', name: 'the PEs', change: `${totalPes} to ${pes} PEs` };
    if (duplication === 'none') return [{ ...at, outcome: { why: 'nothing is duplicated' } }];
    if (Array.isArray(duplication)) return [{ ...at, outcome: { why: 'the copies are given' } }];
    return [{ ...at, outcome: outcomeOf(() => this.#cyclesWithPes(pes)) }];
  }

  get #chip(): Chip {
    return this.#simulator.workload.architecture.given.chip ?? {};
  }

  #cyclesWithPes(pes: number): Outcome {
    const { workload } = this.#simulator;
    const architecture = workload.architecture.given;
    const { crossbars } = architecture;
    // Of several classes of crossbars the architecture gives the PEs.
    const grown =
      crossbars === undefined
        ? { architecture, options: { ...this.#options, pes, extraPes: undefined } }
        : {
            architecture: {
              ...architecture,
              crossbars: crossbars.map((own) => ({ ...own, pes: Math.ceil(own.pes * PE_GROWTH) })),
            },
            options: this.#options,
          };
    const { how, placement } = this.#simulator;
    const options = { ...grown.options, ...how, placement };
    const onProgress = this.#runs.next();
    const { simulator, mapping, played } = mapToSimulate(workload.on(grown.architecture), options, {
      onProgress,
    });
    return playedOn(simulator, () => played ?? simulator.play(mapping, { onProgress }));
  }

  #play(architecture: AnyArchitecture, mapping: Mapping, onProgress: OnProgress | undefined): Outcome {
    const { workload, how, placement } = this.#simulator;
    const simulator = new Simulator(workload.on(architecture), mapping.totalPes, { ...how, placement });
    return playedOn(simulator, () => simulator.play(mapping, { onProgress }));
  }
}

/** True of a change that leaves the work of sets as it is, and is one that a chip may have. */
function isReplayed({ resource, chip }: Change): boolean {
  return resource.isWork !== true && v.is(chipSchema, chip);
}

function playedOn(simulator: Simulator, play: () => Played): Outcome {
  try {
    const { cycles, deadlock, nodes } = play().run;
    return outcome(deadlock === undefined ? { cycles, spill: spillTraffic(nodes) } : undefined);
  } finally {
    simulator.release();
  }
}

function without(given: Chip, { field, details = [] }: Resource): Chip {
  const chip: { -readonly [Field in keyof Chip]: Chip[Field] } = { ...given };
  for (const left of [field, ...details]) delete chip[left];
  return chip;
}

function outcome(played: Replayed | undefined): Outcome {
  return played ?? { why: COMES_TO_NO_END };
}

function limitedBy({ given: { chip = {} } }: NormalArchitecture): Resource[] {
  return RESOURCES.filter((resource) => resource.isLimited(chip));
}

/** Why a trial fails is told as it is, so that no more has to be known of it. */
function outcomeOf(work: () => Outcome): Outcome {
  try {
    return work();
  } catch (error) {
    if (hasCode(error, 'DEADLOCK')) return outcome(undefined);
    if (error instanceof ClsaCimError) return { why: error.message };
    throw error;
  }
}
