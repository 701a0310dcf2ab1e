import type { Network } from '../network/network.ts';
import { loadDarknet } from './darknet/index.ts';
import { type Format, formatOf, type Loader, textLoader, withPath } from './format.ts';
import { loadKeras } from './keras/index.ts';
import { loadOnnx } from './onnx/index.ts';
import type { LoadOptions } from './options.ts';

const loaders: Readonly<Record<Format, Loader>> = {
  onnx: loadOnnx,
  keras: textLoader(loadKeras),
  darknet: textLoader(loadDarknet),
};

/**
 * Loads a network from a model file. The content tells the format, never the name of the file: ONNX, Darknet
 * .cfg, JSON of Keras (`model.to_json()`) or of a TF.js layers model. The network is called after the file.
 *
 * @throws ClsaCimError with the path, and what is wrong with the file
 */
export function loadModel(path: string, options: LoadOptions = {}): Network {
  try {
    return loaders[formatOf(path)](path, options);
  } catch (error) {
    throw withPath(path, error);
  }
}
