import { withName } from '../../input/naming.ts';
import { formatOf } from '../../load/format.ts';
import { loaderOf } from '../../load/lazily.ts';
import type { LoadOptions } from '../../load/options.ts';
import type { Network } from '../../network/network.ts';
import { zooNetwork } from '../../zoo/index.ts';
import type { Configuration } from '../configuration.ts';
import { FileBytes } from './file-bytes.ts';
import { Kept } from './kept.ts';

const networks = new Kept<Promise<Network>>(4);

/** What tells one network from another. */
export function networkKey({ model, dims, batchAxis, allowUnknown }: Configuration): string {
  return JSON.stringify(['zoo' in model ? model.zoo : model.id, dims, batchAxis, allowUnknown]);
}

/**
 * The network of a configuration, which is kept.
 *
 * @throws ClsaCimError as the command line says it.
 */
export function networkOf(configuration: Configuration): Promise<Network> {
  return networks.get(networkKey(configuration), () => load(configuration));
}

async function load({ model, dims, batchAxis, allowUnknown }: Configuration): Promise<Network> {
  if ('zoo' in model) return zooNetwork(model.zoo, { dims });
  return loadFile(model.file, { dims, batchAxis, allowUnknown });
}

async function loadFile(file: File, options: LoadOptions): Promise<Network> {
  try {
    const bytes = new FileBytes(file);
    return (await loaderOf(formatOf(bytes)))(bytes, file.name, options);
  } catch (error) {
    throw withName(file.name, error);
  }
}
