import type { Architecture } from '../../architecture/architecture.ts';
import { fitNetwork } from '../../map/fit.ts';
import type { Network } from '../../network/network.ts';
import { type ObjectiveName, objectives, optimize } from '../../optimize/index.ts';
import { localSearch } from '../../optimize/local-search.ts';
import type { Search } from '../../optimize/search.ts';
import { hasToTakeTurns } from '../../schedule/choose-rounds.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { prepare } from '../../workload/workload.ts';
import type { Configuration } from '../configuration.ts';
import type { OptimizeAnswer, OptimizeRequest } from '../protocol.ts';
import type { Contact } from '../worker.ts';
import { chipOf } from './chip.ts';
import { networkOf } from './network.ts';

/** Searches for copies until it is done or the user has enough: then the best so far is good enough. */
export async function optimizeTask(
  { configuration, options }: OptimizeRequest,
  { report, stop }: Contact,
): Promise<OptimizeAnswer> {
  const network = await networkOf(configuration);
  const chip = chipOf(configuration);
  const { pes, extraPes, placement, rounds, reload, group } = configuration;
  let searched: Search | undefined;
  const onProgress = (share: number) =>
    report({ share, ...(searched === undefined ? {} : { best: searched.best.cost }) });
  function* watched(search: Search): Generator<void, void> {
    searched = search;
    yield* (objectives[options.objective as ObjectiveName].policy ?? localSearch)(search);
  }
  const optimization = await optimize(network, chip, {
    // As on the command line, where the default is left out.
    placement: placement === 'snake' ? undefined : placement,
    ...{ pes, extraPes, rounds, reload, group, onProgress, stop },
    ...options,
    objective: options.objective as 'latency',
    granularity: parseGranularity(configuration.granularity),
    // Where weights take turns rounds are searched for, too, which is for no policy.
    policy: areInTurns(network, chip, configuration) ? undefined : watched,
  });
  return { optimization, chip, isStopped: stop.aborted };
}

/** True where weights take turns in a search: that is asked for, or they do not fit. */
function areInTurns(
  network: Network,
  chip: Architecture,
  { pes, extraPes, rounds, group }: Configuration,
): boolean {
  if (rounds !== undefined || group !== undefined) return true;
  const workload = prepare(network, chip);
  return hasToTakeTurns(workload, fitNetwork(network, workload.architecture, { pes, extraPes }));
}
