import { ClsaCimError } from '../../errors.ts';
import { optimize } from '../../optimize/index.ts';
import { localSearch } from '../../optimize/local-search.ts';
import type { Search } from '../../optimize/search.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import type { OptimizeAnswer, OptimizeRequest } from '../protocol.ts';
import type { Contact } from '../worker.ts';
import { chipOf } from './chip.ts';
import { networkOf } from './network.ts';

/** Searches for copies until it is done or the user has enough: then the best so far is good enough. */
export async function optimizeTask(
  { configuration, options }: OptimizeRequest,
  { report, isStopped }: Contact,
): Promise<OptimizeAnswer> {
  const network = await networkOf(configuration);
  const chip = chipOf(configuration);
  const { pes, extraPes, placement, rounds, reload, group } = configuration;
  const ending = new AbortController();
  let searched: Search | undefined;
  const onProgress = (share: number) => {
    report({ share, ...(searched === undefined ? {} : { best: searched.best.cost }) });
    if (!isStopped()) return;
    // What was found so far is there only once the policy searches.
    if (searched === undefined) ending.abort(new ClsaCimError(STOPPED_EARLY));
    else searched.target = Number.POSITIVE_INFINITY;
  };
  const optimization = await optimize(network, chip, {
    ...{ pes, extraPes, placement, rounds, reload, group, onProgress },
    ...options,
    objective: options.objective as 'latency',
    granularity: parseGranularity(configuration.granularity),
    signal: ending.signal,
    *policy(search) {
      searched = search;
      yield* localSearch(search);
    },
  });
  return { optimization, chip, isStopped: isStopped() };
}

const STOPPED_EARLY = 'stopped before anything was found; let it run longer';
