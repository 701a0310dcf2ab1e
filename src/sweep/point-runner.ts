import * as v from 'valibot';
import type { Architecture } from '../architecture/architecture.ts';
import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { oneLine, show } from '../input/show.ts';
import type { Duplication } from '../map/duplicate.ts';
import type { DuplicationName } from '../map/duplication/index.ts';
import { duplicationNames, type TRIED } from '../map/duplication/tried.ts';
import { parseDuplication } from '../map/duplication-file.ts';
import { Mapper } from '../map/mapper.ts';
import type { Mapping } from '../map/mapping.ts';
import { namingRounds, parseRounds } from '../map/rounds-file.ts';
import { isRoundsName } from '../map/rounds-name.ts';
import { copiedLayers } from '../map/slices.ts';
import type { Network } from '../network/network.ts';
import { hasToTakeTurns, type MapOptions } from '../schedule/choose-rounds.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import type { Rounds } from '../schedule/turn-options.ts';
import { isPlacementName, type PlacementName } from '../simulate/index.ts';
import { parsePlacement } from '../simulate/placement/file.ts';
import { simulateWorkload } from '../simulate/simulate.ts';
import { SPILLING } from '../simulate/spill/spilling.ts';
import { parseGranularity } from '../workload/granularity.ts';
import { prepareTrusted, type Workload } from '../workload/workload.ts';
import { architectureOf, overridden } from './architecture-overrides.ts';
import { resultsOf } from './columns.ts';
import { isArchitectureField, runSchema } from './parameters.ts';
import type { FinishedChunk, Means, Point, Row, Value, Values } from './point.ts';
import { loadPolicies, type Policies, type PolicyModule } from './policies.ts';

/** What points refer to; whoever runs them has it first. Plain data, but for memory that is shared between threads. */
export interface RunnerSetup {
  /** JSON of a network in UTF-8, or why it could not be loaded. */
  readonly networks: readonly (SharedArrayBuffer | string)[];
  /** Points refer to their indices. */
  readonly architectures: readonly Architecture[];
  /** Contents of the files that values of `duplication`, `placement` and `rounds` name. */
  readonly texts: Readonly<Record<string, string>>;
  /** The user's policies, which are loaded in every thread. */
  readonly policies?: PolicyModule;
}

/** Networks that are kept, each with its workloads. */
const KEPT_NETWORKS = 4;
/** Granularities that a network is kept prepared at. */
const KEPT_GRANULARITIES = 16;
const KEPT_ARCHITECTURES = 256;

/** Combinations of parameters that were checked. */
const KEPT_RUNS = 256;
/** Workloads whose engines are kept. */
const KEPT_ENGINES = 2;
/** Architectures of which it is kept what a network takes on them. */
const KEPT_MAPPERS = 16;

/** A network, its workloads by granularity, and what it takes on architectures. */
interface KeptNetwork {
  readonly network: Network;
  readonly workloads: Map<string, Workload>;
  readonly mappers: Map<NormalArchitecture, Mapper>;
}

/** A workload with the engine that holds it, by architecture. */
interface KeptScheduler {
  readonly first: Scheduler;
  readonly byArchitecture: Map<NormalArchitecture, Scheduler>;
}

/** What a point says besides its network: its architecture, and how it is run, PEs aside. */
interface Settings {
  /** Index of the architecture whose fields the parameters replace. */
  readonly index: number;
  readonly parameters: Values;
  readonly architecture: NormalArchitecture;
  readonly run: v.InferOutput<typeof runSchema>;
}

/** Runs points one after the other, in this thread. */
export class PointRunner {
  readonly #setup: RunnerSetup;
  readonly #policies: Policies;
  /** Why there are no policies of the user. */
  readonly #failure: string | undefined;
  readonly #networks = new Map<number, KeptNetwork>();
  /** An engine holds one workload: points of one come together. */
  readonly #schedulers = new Map<Workload, KeptScheduler>();
  readonly #architectures = new Map<string, NormalArchitecture>();
  readonly #runs = new Map<string, v.InferOutput<typeof runSchema>>();
  /** Of the point before. */
  #last: Settings | undefined;

  private constructor(setup: RunnerSetup, policies: Policies, failure?: string) {
    this.#setup = setup;
    this.#policies = policies;
    this.#failure = failure;
  }

  /** A runner; where the user's policies cannot be loaded, the points that ask for them fail. */
  static async create(setup: RunnerSetup): Promise<PointRunner> {
    try {
      return new PointRunner(setup, setup.policies === undefined ? {} : await loadPolicies(setup.policies));
    } catch (error) {
      return new PointRunner(setup, {}, messageOf(error));
    }
  }

  /**
   * Runs points; one that fails has its error in its row.
   *
   * @param onStart Told the position of each point before it runs.
   * @param onRow Told its row, then.
   */
  run(
    points: readonly Point[],
    onStart?: (position: number) => void,
    onRow?: (row: Row, position: number) => void,
  ): FinishedChunk {
    const start = performance.now();
    const lines = new Array<string>(points.length);
    for (const i of byProblem(points)) {
      onStart?.(i);
      const row = this.#row(points[i]!);
      onRow?.(row, i);
      lines[i] = JSON.stringify(row);
    }
    return { lines, milliseconds: performance.now() - start };
  }

  /** Gives back what is kept from point to point. */
  release(): void {
    for (const { first } of this.#schedulers.values()) first.release();
    this.#schedulers.clear();
    this.#networks.clear();
  }

  #row({ key, network, architecture, parameters }: Point): Row {
    try {
      return { key, parameters, results: this.#results(network, architecture, parameters) };
    } catch (error) {
      return { key, parameters, error: messageOf(error), ...retryOf(error) };
    }
  }

  #results(networkIndex: number, architectureIndex: number, parameters: Values): Values {
    const { architecture, run } = this.#settings(architectureIndex, parameters);
    // Layer by layer a simulation plays MVM after MVM, whatever the sets.
    const granularity = run.simulated && run.scheduling === 'lbl' ? 'pixel' : run.granularity;
    const kept = this.#network(networkIndex);
    const workload = workloadOf(kept, granularity, architecture);
    const { network } = kept;
    const pes = { pes: run.pes ?? undefined, extraPes: run.extraPes ?? undefined };
    const layers = () => copiedLayers(network, architecture, pes);
    const duplication = this.#duplication(run.duplication, layers);
    const { scheduling, batch } = run;
    const how = { ...pes, duplication, scheduling, ...batchOptions(run), rounds: this.#rounds(run.rounds) };
    const results = () => {
      if (run.simulated) {
        const placement = this.#placement(run.placement);
        const simulated = { ...how, batch, placement, spill: SPILLING[run.spill] };
        return resultsOf(simulateWorkload(workload.on(architecture), simulated));
      }
      const scheduler = this.#scheduler(workload, architecture);
      return resultsOf(scheduler.figures(this.#mapping(kept, scheduler, how), how));
    };
    return run.rounds === null ? results() : namingRounds(`rounds ${oneLine(run.rounds)}`, results);
  }

  /** As the scheduler maps it, which knows of rounds; where there are none, from what is kept of other numbers of PEs. */
  #mapping({ network, mappers }: KeptNetwork, scheduler: Scheduler, how: MapOptions): Mapping {
    const { workload } = scheduler;
    if (how.rounds !== undefined) return scheduler.map(how);
    const { architecture } = workload;
    const mapper = keptIn(mappers, architecture, KEPT_MAPPERS, () => new Mapper(network, architecture));
    const fit = mapper.fit(how);
    return hasToTakeTurns(workload, fit) ? scheduler.map(how) : mapper.map(fit, how.duplication);
  }

  #scheduler(workload: Workload, architecture: NormalArchitecture): Scheduler {
    const { first, byArchitecture } = keptIn(
      this.#schedulers,
      workload,
      KEPT_ENGINES,
      () => ({ first: new Scheduler(workload), byArchitecture: new Map() }),
      ({ first }) => first.release(),
    );
    return keptIn(byArchitecture, architecture, KEPT_MAPPERS, () => first.on(architecture));
  }

  #network(index: number): KeptNetwork {
    return keptIn(this.#networks, index, KEPT_NETWORKS, () => ({
      network: this.#parsedNetwork(index),
      workloads: new Map(),
      mappers: new Map(),
    }));
  }

  #parsedNetwork(index: number): Network {
    const content = this.#setup.networks[index]!;
    if (typeof content === 'string') throw new ClsaCimError(content);
    const network: Network = JSON.parse(Buffer.from(content).toString());
    return network;
  }

  /** What a point says besides its network. Most points say the same as the one before but for PEs. */
  #settings(index: number, parameters: Values): Pick<Settings, 'architecture' | 'run'> {
    const last = this.#last;
    if (last?.index !== index || !areAlike(last.parameters, parameters)) {
      const others = { ...parameters, pes: null, extraPes: null };
      this.#last = {
        ...{ index, parameters },
        architecture: this.#architecture(index, parameters),
        run: keptIn(this.#runs, JSON.stringify(others), KEPT_RUNS, () => v.parse(runSchema, others)),
      };
    }
    const { architecture, run } = this.#last!;
    const { pes = null, extraPes = null } = parameters;
    const isChecked = isCount(pes) && isCount(extraPes);
    return { architecture, run: isChecked ? { ...run, pes, extraPes } : v.parse(runSchema, parameters) };
  }

  #architecture(index: number, parameters: Values): NormalArchitecture {
    let key = String(index);
    for (const [name, value] of Object.entries(parameters)) {
      if (isArchitectureField(name)) key += ` ${JSON.stringify([name, value])}`;
    }
    return keptIn(this.#architectures, key, KEPT_ARCHITECTURES, () => {
      const architecture = this.#setup.architectures[index]!;
      const { content, overrides } = overridden(architecture, parameters);
      return architectureOf(content(), overrides, architecture.name);
    });
  }

  #duplication(
    name: string | null,
    layers: () => readonly { readonly name: string }[],
  ): Duplication | undefined {
    if (name === null) return undefined;
    if (isDuplicationName(name)) return name;
    if (Object.hasOwn(this.#policies, name)) return this.#policies[name]!;
    if (this.#failure !== undefined && !Object.hasOwn(this.#setup.texts, name))
      throw new Lacking(this.#failure, {});
    return parseDuplication(this.#text(name), oneLine(name), layers());
  }

  #placement(name: string): PlacementName | readonly number[] {
    return isPlacementName(name) ? name : parsePlacement(this.#text(name), oneLine(name));
  }

  #rounds(name: string | null): Rounds | undefined {
    if (name === null) return undefined;
    return isRoundsName(name) ? name : parseRounds(this.#text(name), oneLine(name));
  }

  #text(name: string): string {
    if (!Object.hasOwn(this.#setup.texts, name)) throw new Error(`nothing is known of ${show(name)}`);
    return this.#setup.texts[name]!;
  }
}

/** A failure that more means may mend. */
class Lacking extends ClsaCimError {
  readonly means: Means;

  constructor(message: string, means: Means) {
    super(message);
    this.means = means;
  }
}

/** What may mend a failure: of what is no mistake of the user, such as want of memory for the engine, trying it again. */
function retryOf(error: unknown): { readonly retry?: Means } {
  if (error instanceof Lacking) return { retry: error.means };
  return error instanceof ClsaCimError ? {} : { retry: {} };
}

/** What a user is told of an error. */
export function messageOf(error: unknown): string {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  // What V8 says where the system gives a WebAssembly instance no memory.
  if (error instanceof RangeError && message.startsWith('WebAssembly'))
    return `the system gives the engine no memory (${message}); allow more address space (ulimit -v), or fewer workers`;
  return error instanceof ClsaCimError ? message : `this is a bug of ours, please report it: ${message}`;
}

/** What a schedule is told of its batch: nothing where it is one inference, so that nothing is said of it. */
function batchOptions({ batch, group, reload }: v.InferOutput<typeof runSchema>) {
  return {
    batch: batch === 1 ? undefined : batch,
    group: group ?? undefined,
    reload: reload ?? undefined,
  };
}

/** Positions of points, those of one network, granularity and way to give out copies together: changing these costs most. */
function byProblem(points: readonly Point[]): readonly number[] {
  const groups = new Map<string, number[]>();
  points.forEach(({ network, parameters: { granularity, duplication } }, i) => {
    const name = `${network} ${granularity} ${duplication}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [i]);
    else group.push(i);
  });
  return [...groups.values()].flat();
}

/** A network at a granularity, prepared on the first architecture that asked for it. */
function workloadOf(
  { network, workloads }: KeptNetwork,
  granularity: string,
  architecture: NormalArchitecture,
): Workload {
  return keptIn(workloads, granularity, KEPT_GRANULARITIES, () =>
    prepareTrusted(network, architecture, parseGranularity(granularity)),
  );
}

/** What is kept under a key, made where it is not; those that were not asked for longest are dropped. */
function keptIn<Key, Kept>(
  map: Map<Key, Kept>,
  key: Key,
  most: number,
  make: () => Kept,
  drop: (kept: Kept) => void = () => {},
): Kept {
  const found = map.get(key);
  if (found !== undefined && map.size === 1) return found;
  const kept = found ?? make();
  map.delete(key);
  map.set(key, kept);
  for (const [oldest, dropped] of map) {
    if (map.size <= most) break;
    map.delete(oldest);
    drop(dropped);
  }
  return kept;
}

/** True where parameters are the same but for the number of PEs. */
function areAlike(some: Values, others: Values): boolean {
  for (const name in others) {
    if (name !== 'pes' && name !== 'extraPes' && some[name] !== others[name]) return false;
  }
  for (const name in some) if (!(name in others)) return false;
  return true;
}

/** True for PEs that are not given, or a number of them that is surely allowed. */
function isCount(pes: Value): pes is number | null {
  return pes === null || (typeof pes === 'number' && Number.isInteger(pes) && pes >= 1 && pes < 2 ** 32);
}

function isDuplicationName(name: string): name is DuplicationName | typeof TRIED {
  return duplicationNames.includes(name);
}
