import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { demandObject } from '../input/arguments.ts';
import { optionsOf, STEP_OPTIONS } from '../input/options.ts';
import type { Network } from '../network/network.ts';
import type { Flow } from './flow.ts';
import { buildFlow } from './flow-builder.ts';
import { FlowIndex } from './flow-index.ts';
import { type Granularity, granularitySchema, setShape } from './granularity.ts';
import { lower, type Problem } from './problem.ts';
import { type Work, workOf } from './work.ts';

/** How a network is cut into sets. */
export interface PrepareOptions {
  /** How OFMs are cut into sets; `pixel` by default. */
  readonly granularity?: Granularity | undefined;
}

const checkedOptions = optionsOf<PrepareOptions>('prepare', { granularity: granularitySchema }, STEP_OPTIONS);

/**
 * A network at one granularity on an architecture, before copies and placement: what schedules, simulations,
 * explanations and searches are views of. What it holds is made when it is first asked for, and once.
 */
export class Workload {
  /** What runs. */
  readonly network: Network;
  /** Where it runs. */
  readonly architecture: NormalArchitecture;
  /** How OFMs are cut into sets. */
  readonly granularity: Granularity;
  readonly #cut: CutNetwork;
  #work: Work | undefined;

  /** @internal {@link prepare} makes one. */
  constructor(cut: CutNetwork, architecture: NormalArchitecture) {
    this.network = cut.network;
    this.granularity = cut.granularity;
    this.architecture = architecture;
    this.#cut = cut;
  }

  /** What the schedule engine takes: layers, and what their rows and columns read of each other. */
  get problem(): Problem {
    return this.#cut.problem;
  }

  /** @internal Sets, and what they read of each other, as a simulation plays them. */
  get flow(): Flow {
    return this.#cut.flow;
  }

  /** @internal Who reads whom in {@link flow}. */
  get index(): FlowIndex {
    return this.#cut.index;
  }

  /** @internal What the sets of {@link flow} take on the architecture, in clock cycles and bits. */
  get work(): Work {
    this.#work ??= workOf(this.network, this.flow, this.index, this.architecture);
    return this.#work;
  }

  /** The same network at the same granularity on another architecture; what does not depend on that is shared. */
  on(architecture: AnyArchitecture): Workload {
    return new Workload(this.#cut, normalArchitecture(architecture));
  }
}

/** What depends on a network and its granularity alone. */
class CutNetwork {
  readonly network: Network;
  readonly granularity: Granularity;
  #problem: Problem | undefined;
  #flow: Flow | undefined;
  #index: FlowIndex | undefined;

  constructor(network: Network, granularity: Granularity) {
    this.network = network;
    this.granularity = granularity;
  }

  get problem(): Problem {
    this.#problem ??= lower(this.network, this.granularity);
    return this.#problem;
  }

  get flow(): Flow {
    this.#flow ??= buildFlow(this.network, this.granularity);
    return this.#flow;
  }

  get index(): FlowIndex {
    this.#index ??= new FlowIndex(this.flow);
    return this.#index;
  }
}

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
  return new Workload(new CutNetwork(network, granularity), architecture);
}
