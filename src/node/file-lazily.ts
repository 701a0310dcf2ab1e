import { withName } from '../input/naming.ts';
import { formatOf } from '../load/format.ts';
import { loaderOf } from '../load/lazily.ts';
import type { LoadOptions } from '../load/options.ts';
import type { Network } from '../network/network.ts';
import { withModelFile } from './model-file.ts';

/**
 * Loads a network from a file, with no more code than its format needs.
 *
 * @throws ClsaCimError with the path, and what is wrong with the file.
 */
export async function loadFileLazily(path: string, options: LoadOptions): Promise<Network> {
  try {
    const load = await loaderOf(withModelFile(path, formatOf));
    return withModelFile(path, (bytes) => load(bytes, path, options));
  } catch (error) {
    throw withName(path, error);
  }
}
