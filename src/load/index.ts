import { ClsaCimError } from '../errors.ts';
import { demandText } from '../input/arguments.ts';
import { naming } from '../input/naming.ts';
import { show } from '../input/show.ts';
import type { Network } from '../network/network.ts';
import { loadDarknet } from './darknet/index.ts';
import { type Format, formatOf, type Loader, textLoader } from './format.ts';
import { loadKeras } from './keras/index.ts';
import { bytesInMemory, type ModelBytes } from './model-bytes.ts';
import { loadOnnx } from './onnx/index.ts';
import { checkedLoadOptions, type LoadOptions } from './options.ts';

const loaders: Readonly<Record<Format, Loader>> = {
  onnx: loadOnnx,
  keras: textLoader(loadKeras),
  darknet: textLoader(loadDarknet),
};

/**
 * Loads a network from the content of a model file. The content tells the format, never the name of the file: ONNX,
 * Darknet .cfg, JSON of Keras (`model.to_json()`) or of a TF.js layers model. What an ONNX file keeps in other files is
 * not needed: of weights only the shapes count.
 *
 * @param bytes The content of the file.
 * @param name Name of the file: the network is called after it, and messages name it.
 * @throws ClsaCimError one line that says what is wrong with the file, where, and what to do.
 */
export function loadModelBytes(bytes: Uint8Array, name: string, options: LoadOptions = {}): Network {
  if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]') {
    throw new ClsaCimError(
      `bytes: must be the content of a model file as a Uint8Array, found ${show(bytes)}`,
      'usage',
    );
  }
  demandText(name, 'name', 'the name of the model file');
  return loadModelFrom(bytesInMemory(bytes), name, checkedLoadOptions('loadModelBytes', options));
}

/** {@link loadModelBytes} for bytes that are read as they are needed, and options that are right. */
export function loadModelFrom(bytes: ModelBytes, name: string, options: LoadOptions): Network {
  return naming(name, () => loaders[formatOf(bytes)](bytes, name, options));
}
