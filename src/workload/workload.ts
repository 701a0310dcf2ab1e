import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { demandObject } from '../input/arguments.ts';
import { optionsOf, STEP_OPTIONS } from '../input/options.ts';
import type { Network } from '../network/network.ts';
import { type Granularity, granularitySchema, setShape } from './granularity.ts';
import { lower, type Problem } from './problem.ts';

/** How a network is cut into sets. */
export interface PrepareOptions {
  /** How OFMs are cut into sets; `pixel` by default. */
  readonly granularity?: Granularity | undefined;
}

const checkedOptions = optionsOf<PrepareOptions>('prepare', { granularity: granularitySchema }, STEP_OPTIONS);

/** Something that is made of a workload once: see {@link Workload.part}. */
export interface Part<T> {
  /** Whether it is another one on another architecture. */
  readonly isOfArchitecture: boolean;
  /** Makes it; may ask for other parts. */
  make(workload: Workload): T;
}

/**
 * A network at one granularity on an architecture, before copies and placement: what schedules, simulations,
 * explanations and searches are views of. Its parts are made when they are first asked for, and once.
 */
export class Workload {
  /** What runs. */
  readonly network: Network;
  /** Where it runs. */
  readonly architecture: NormalArchitecture;
  /** How OFMs are cut into sets. */
  readonly granularity: Granularity;
  /** Parts that depend on network and granularity alone. */
  readonly #shared: Map<Part<unknown>, unknown>;
  readonly #own = new Map<Part<unknown>, unknown>();

  /** @internal {@link prepare} makes one. */
  constructor(
    network: Network,
    granularity: Granularity,
    architecture: NormalArchitecture,
    shared = new Map<Part<unknown>, unknown>(),
  ) {
    this.network = network;
    this.granularity = granularity;
    this.architecture = architecture;
    this.#shared = shared;
  }

  /** What the schedule engine takes: layers, and what their rows and columns read of each other. */
  get problem(): Problem {
    return this.part(problemPart);
  }

  /** @internal A part, from a file of its own, so that only those who need it load how it is made. */
  part<T>(part: Part<T>): T {
    const parts = part.isOfArchitecture ? this.#own : this.#shared;
    // What is kept under a part is what it made.
    if (parts.has(part)) return parts.get(part) as T;
    const made = part.make(this);
    parts.set(part, made);
    return made;
  }

  /** The same network at the same granularity on another architecture; what does not depend on that is shared. */
  on(architecture: AnyArchitecture): Workload {
    return new Workload(this.network, this.granularity, normalArchitecture(architecture), this.#shared);
  }
}

const problemPart: Part<Problem> = {
  isOfArchitecture: false,
  make: ({ network, granularity }) => lower(network, granularity),
};

/**
 * Prepares a network for an architecture: what depends on these and on the granularity alone is found once, and
 * schedules and simulations with whatever copies, placement and batch are views of it.
 *
 * @throws ClsaCimError of kind `usage` where the architecture or an option is at fault. What does not fit memory is
 * told by whoever first needs it.
 */
export function prepare(
  network: Network,
  architecture: AnyArchitecture,
  options: PrepareOptions = {},
): Workload {
  const { granularity = 'pixel' } = checkedOptions(options);
  demandObject(network, 'network', 'loadModel');
  return prepareTrusted(network, normalArchitecture(architecture), granularity);
}

/** {@link prepare} for what was checked where it came in. */
export function prepareTrusted(
  network: Network,
  architecture: NormalArchitecture,
  granularity: Granularity,
): Workload {
  // Words and numbers of a granularity are looked at here, not by the first who cuts with it.
  setShape(granularity, { height: 1, width: 1, channels: 1 });
  return new Workload(network, granularity, architecture);
}
