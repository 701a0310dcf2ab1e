import { existsSync } from 'node:fs';
import { demandText } from './input/arguments.ts';
import { aFunction, flag, optionsOf } from './input/options.ts';
import { numbersByName } from './input/validate.ts';
import { loadModel as loadModelFile } from './load/index.ts';
import type { LoadOptions } from './load/options.ts';
import type { Network } from './network/network.ts';
import { findZooEntry, zooNetwork } from './zoo/index.ts';

const checkedOptions = optionsOf<LoadOptions>('loadModel', {
  dims: numbersByName,
  batchAxis: flag,
  allowUnknown: flag,
  onProgress: aFunction,
});

/**
 * Loads a network: the name of one of the zoo (`clsa-cim models` lists them), or the path of an ONNX,
 * Darknet or Keras / TF.js file, whose format is told by its content. A name of the zoo wins over a file
 * of the same name; `./resnet50` is the file.
 *
 * @throws ClsaCimError one line that says what is wrong with the file, where, and what to do.
 */
export function loadModel(model: string, options: LoadOptions = {}): Network {
  demandText(model, 'model', 'the name of a network or the path of a model file');
  const { dims = {} } = checkedOptions(options);
  if (findZooEntry(model) !== undefined || !existsSync(model)) return zooNetwork(model, { dims });
  return loadModelFile(model, options);
}
