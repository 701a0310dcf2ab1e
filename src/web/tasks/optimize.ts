import { type ObjectiveName, objectives, optimize } from '../../optimize/index.ts';
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
  { report, stop }: Contact,
): Promise<OptimizeAnswer> {
  const network = await networkOf(configuration);
  const chip = chipOf(configuration);
  const { pes, extraPes, placement, rounds, reload, group } = configuration;
  let searched: Search | undefined;
  const onProgress = (share: number) =>
    report({ share, ...(searched === undefined ? {} : { best: searched.best.cost }) });
  const optimization = await optimize(network, chip, {
    // As on the command line, where the default is left out.
    placement: placement === 'snake' ? undefined : placement,
    ...{ pes, extraPes, rounds, reload, group, onProgress, stop },
    ...options,
    objective: options.objective as 'latency',
    granularity: parseGranularity(configuration.granularity),
    *policy(search) {
      searched = search;
      yield* (objectives[options.objective as ObjectiveName].policy ?? localSearch)(search);
    },
  });
  return { optimization, chip, isStopped: stop.aborted };
}
