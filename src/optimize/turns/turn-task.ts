import { ClsaCimError } from '../../errors.ts';
import { show } from '../../input/show.ts';
import { fitNetwork } from '../../map/fit.ts';
import type { PeOptions } from '../../map/mapped-layer.ts';
import { hasToTakeTurns } from '../../schedule/choose-rounds.ts';
import type { Reload, Rounds } from '../../schedule/turn-options.ts';
import type { Workload } from '../../workload/workload.ts';
import type { ObjectiveName } from '../objective.ts';
import type { SearchPolicy } from '../search.ts';

/** What is asked for where weights take turns. */
export interface TurnOptions {
  /**
   * Where the search for rounds starts: those of `auto` (default) or `fewest`, or those that begin with the layers of these
   * names, all with the copies of `greedy`. Given, weights may take turns where the network fits, too.
   */
  readonly rounds?: Rounds | undefined;
  /** How weights are written where they take turns; `rolling` by default. */
  readonly reload?: Reload | undefined;
  /**
   * Inferences that go through all rounds together; 1 by default. `auto`: as many as give the best throughput, such that a
   * group on its own takes no longer than `maxLatencyNs`.
   */
  readonly group?: number | 'auto' | undefined;
  /** For the objective `throughput`: a group on its own takes no longer. */
  readonly maxLatencyNs?: number | undefined;
  /** The most inferences of a group with `group: 'auto'`; 64 by default. */
  readonly maxGroup?: number | undefined;
}

/** {@link TurnOptions} that were found right. */
export interface TurnTask {
  readonly pes: PeOptions;
  readonly rounds: Rounds;
  /** Whether these were asked for. */
  readonly areRoundsGiven: boolean;
  readonly reload: Reload;
  readonly group: number | 'auto';
  readonly maxLatencyNs: number;
  readonly maxGroup: number;
  readonly objective: 'latency' | 'throughput';
  /** Whether it is looked for with simulations. */
  readonly isSimulated: boolean;
}

/** What is looked for where weights take turns; nothing with objectives that are not here. */
const LOOKED_FOR: Readonly<Partial<Record<ObjectiveName, TurnTask['objective']>>> = {
  ...{ latency: 'latency', throughput: 'throughput' },
  ...{ 'simulated-latency': 'latency', 'simulated-throughput': 'throughput' },
};

const MAX_GROUP = 64;
const MOST_INFERENCES = 2 ** 20;

/** All that says whether, and how, weights take turns. */
export interface Asked extends TurnOptions, PeOptions {
  readonly objective: ObjectiveName;
  readonly policy?: SearchPolicy | undefined;
}

/**
 * What is searched where weights take turns: the network does not fit a chip that says how long writing takes, or rounds or
 * groups are asked for. Undefined where they do not.
 *
 * @throws ClsaCimError of kind `usage` where an option is out of range or of no use.
 */
export function turnTask(workload: Workload, asked: Asked): TurnTask | undefined {
  const { network, architecture } = workload;
  const { rounds, reload = 'rolling', group = 1, maxLatencyNs, maxGroup, objective, pes, extraPes } = asked;
  const isAuto = group === 'auto';
  if (!isAuto) inferences('group', group);
  if (maxGroup !== undefined) inferences('maxGroup', maxGroup);
  checkLimit(maxLatencyNs, isAuto, maxGroup);
  const isAsked = rounds !== undefined || asked.group !== undefined || maxLatencyNs !== undefined;
  if (!isAsked && !hasToTakeTurns(workload, fitNetwork(network, architecture, { pes, extraPes }))) {
    return undefined;
  }
  const looked = LOOKED_FOR[objective];
  if (looked === undefined) {
    throw new ClsaCimError(
      `objective ${objective}: is simulated, and weights that take turns are not searched for with it; choose ` +
        `${Object.keys(LOOKED_FOR).join(', ')}, or give PEs for all weights and leave rounds out`,
      'usage',
    );
  }
  if (asked.policy !== undefined) {
    throw new ClsaCimError(
      'policy: moves copies only, and rounds are searched for, too; leave it out where weights take turns',
      'usage',
    );
  }
  const isSimulated = looked !== objective;
  if (isSimulated && (isAuto || maxLatencyNs !== undefined)) {
    throw new ClsaCimError(
      `${isAuto ? 'group auto' : 'maxLatencyNs'}: is looked for with schedules only; give the number of a group, or choose the ` +
        'objective throughput',
      'usage',
    );
  }
  if (objective === 'latency' && (isAuto || maxLatencyNs !== undefined)) {
    throw new ClsaCimError(
      `${isAuto ? 'group auto' : 'maxLatencyNs'}: is for the best throughput under a limit of latency; choose the objective ` +
        'throughput',
      'usage',
    );
  }
  return {
    ...{
      pes: { pes, extraPes },
      rounds: rounds ?? 'auto',
      areRoundsGiven: rounds !== undefined,
      reload,
      group,
      objective: looked,
      isSimulated,
    },
    ...{ maxLatencyNs: maxLatencyNs ?? Infinity, maxGroup: maxGroup ?? MAX_GROUP },
  };
}

function inferences(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= MOST_INFERENCES) return;
  const auto = option === 'group' ? ', or auto' : '';
  throw new ClsaCimError(
    `${option}: must be a whole number from 1 to ${MOST_INFERENCES}${auto}, found ${show(value)}`,
    'usage',
  );
}

function checkLimit(maxLatencyNs: number | undefined, isAuto: boolean, maxGroup: number | undefined): void {
  if (maxLatencyNs !== undefined && !(typeof maxLatencyNs === 'number' && maxLatencyNs > 0)) {
    throw new ClsaCimError(`maxLatencyNs: must be a number above 0, found ${show(maxLatencyNs)}`, 'usage');
  }
  if (isAuto && maxLatencyNs === undefined) {
    throw new ClsaCimError(
      'group auto: needs a limit, since the larger a group the better; give maxLatencyNs',
      'usage',
    );
  }
  if (maxGroup !== undefined && !isAuto) {
    throw new ClsaCimError('maxGroup: is of no use without group auto; leave it out', 'usage');
  }
}
