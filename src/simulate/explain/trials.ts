import * as v from 'valibot';
import { type Chip, chipSchema } from '../../architecture/chip.ts';
import type { AnyArchitecture, NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { ClsaCimError, hasCode } from '../../errors.ts';
import type { Mapping } from '../../map/mapping.ts';
import { type OnProgress, part } from '../../progress.ts';
import type { MapOptions } from '../../schedule/choose-rounds.ts';
import { mapToSimulate } from '../map-to-simulate.ts';
import { type Played, type Replayed, Simulator } from '../play/simulator.ts';
import { spillTraffic } from '../spill/traffic.ts';
import { type Grown, RESOURCES, type Resource } from './resources.ts';

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

/** Plays a run again on a chip that has more or less of one thing. */
export class Trials {
  readonly #simulator: Simulator;
  readonly #played: Played;
  readonly #options: MapOptions;
  readonly #runs: Runs;

  /**
   * @param played What is explained, on `simulator`.
   * @param options What made its mapping.
   */
  constructor(simulator: Simulator, played: Played, options: MapOptions, runs: Runs) {
    this.#simulator = simulator;
    this.#played = played;
    this.#options = options;
    this.#runs = runs;
  }

  /** Every resource that the chip limits, without that limit. */
  withoutLimits(): Tried[] {
    const spills = this.#played.run.nodes.some(({ spilledBits }) => spilledBits > 0);
    return this.#limited().map((resource) => {
      const { field, name } = resource;
      const chip = resource.unlimited?.(this.#chip, spills) ?? without(this.#chip, resource);
      return { resource: field, name, change: WITHOUT_LIMIT, outcome: this.#outcomeOn(resource, chip) };
    });
  }

  /** Every resource that the chip limits, with twice as much of it. */
  grownResources(): Tried[] {
    return this.#limited().map((resource) => this.#grown(resource, resource.grow(this.#chip)));
  }

  /** Where values spill, buffers that grow by less than twice. */
  grownBuffers(): Tried[] {
    return this.#limited().flatMap((resource) =>
      (resource.steps?.(this.#chip) ?? []).map((grown) => this.#grown(resource, grown)),
    );
  }

  /** Clock cycles where values spill though nothing has to; undefined where nothing may spill, or it is what was played. */
  spillingAlways(): Replayed | undefined {
    if (this.#simulator.spill !== true || !this.#simulator.maySpill(this.#played)) return undefined;
    return this.#simulator.replay(this.#played, this.#chip, this.#runs.next(), 'always');
  }

  #grown(resource: Resource, { chip, change }: Grown): Tried {
    const { field, name } = resource;
    const outcome = v.is(chipSchema, chip)
      ? this.#outcomeOn(resource, chip)
      : { why: 'that is beyond the range of the field' };
    return { resource: field, name, change, outcome };
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

  #limited(): Resource[] {
    return limitedBy(this.#simulator.workload.architecture);
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

  /** Clock cycles with more or less of a resource, which is another `chip`. */
  #outcomeOn({ isWork }: Resource, chip: Chip): Outcome {
    const { workload } = this.#simulator;
    return outcomeOf(() => {
      if (isWork) return this.#play({ ...workload.architecture.given, chip }, this.#played.mapping);
      return outcome(this.#simulator.replay(this.#played, chip, this.#runs.next()));
    });
  }

  #play(architecture: AnyArchitecture, mapping: Mapping): Outcome {
    const { workload, how, placement } = this.#simulator;
    const simulator = new Simulator(workload.on(architecture), mapping.totalPes, { ...how, placement });
    return playedOn(simulator, () => simulator.play(mapping, { onProgress: this.#runs.next() }));
  }
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
