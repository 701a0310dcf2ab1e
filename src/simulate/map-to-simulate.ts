import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { hasCode } from '../errors.ts';
import { type Mapping, type MappingOptions, mapTrusted } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';

/**
 * The mapping of a simulation, which has all weights on the chip at once.
 *
 * @throws ClsaCimError as `mapNetwork` does; where weights could take turns it says that those are only scheduled.
 */
export function mapToSimulate(
  network: Network,
  architecture: NormalArchitecture,
  options: MappingOptions,
): Mapping {
  try {
    return mapTrusted(network, architecture, options);
  } catch (error) {
    if (architecture.writing === undefined || !hasCode(error, 'DOES_NOT_FIT')) throw error;
    throw error.withMessage(`${error.message}; weights in turns are scheduled (schedule), not simulated yet`);
  }
}
