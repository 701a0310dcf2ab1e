import type { LoadOptions } from '../load/options.ts';
import type { Network } from '../network/network.ts';
import { zooNetwork } from '../zoo/index.ts';
import { isForZoo } from './for-zoo.ts';

/**
 * Loads a network as `loadModel` does, with no more code than its format needs: for the command line, which is to start
 * at once.
 *
 * @throws ClsaCimError as `loadModel` does.
 */
export async function loadModelLazily(model: string, options: LoadOptions): Promise<Network> {
  const { dims = {} } = options;
  if (isForZoo(model)) return zooNetwork(model, { dims });
  const { loadFileLazily } = await import('./file-lazily.ts');
  return loadFileLazily(model, options);
}
