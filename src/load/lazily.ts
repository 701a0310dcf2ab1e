import type { Network } from '../network/network.ts';
import { type Format, formatOf, type Loader, textLoader, withPath } from './format.ts';
import type { LoadOptions } from './options.ts';

/** The loaders are a third of all code, and a command needs one of them at most. */
const loaders: Readonly<Record<Format, () => Promise<Loader>>> = {
  onnx: async () => (await import('./onnx/index.ts')).loadOnnx,
  keras: async () => textLoader((await import('./keras/index.ts')).loadKeras),
  darknet: async () => textLoader((await import('./darknet/index.ts')).loadDarknet),
};

/**
 * Loads a network from a model file as `loadModel` does, with no more code than its format needs.
 *
 * @throws ClsaCimError with the path, and what is wrong with the file
 */
export async function loadLazily(path: string, options: LoadOptions = {}): Promise<Network> {
  try {
    const load = await loaders[formatOf(path)]();
    return load(path, options);
  } catch (error) {
    throw withPath(path, error);
  }
}
