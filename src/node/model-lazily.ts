import { formatOf, withName } from '../load/format.ts';
import { loaderOf } from '../load/lazily.ts';
import type { LoadOptions } from '../load/options.ts';
import type { Network } from '../network/network.ts';
import { zooNetwork } from '../zoo/index.ts';
import { isForZoo, withModelFile } from './model-file.ts';

/**
 * Loads a network as `loadModel` does, with no more code than its format needs: for the command line, which is to start
 * at once.
 *
 * @throws ClsaCimError as `loadModel` does.
 */
export async function loadModelLazily(model: string, options: LoadOptions): Promise<Network> {
  const { dims = {} } = options;
  if (isForZoo(model)) return zooNetwork(model, { dims });
  try {
    const load = await loaderOf(withModelFile(model, formatOf));
    return withModelFile(model, (source) => load(source, model, options));
  } catch (error) {
    throw withName(model, error);
  }
}
