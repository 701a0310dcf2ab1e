import { demandText } from '../input/arguments.ts';
import { naming } from '../input/naming.ts';
import { loadModelFrom } from '../load/index.ts';
import { checkedLoadOptions, type LoadOptions } from '../load/options.ts';
import type { Network } from '../network/network.ts';
import { zooNetwork } from '../zoo/index.ts';
import { isForZoo } from './for-zoo.ts';
import { withModelFile } from './model-file.ts';

/**
 * Loads a network: the name of one of the zoo (`clsa-cim models` lists them), or the path of an ONNX,
 * Darknet or Keras / TF.js file, whose format is told by its content. A name of the zoo wins over a file
 * of the same name; `./resnet50` is the file.
 *
 * @throws ClsaCimError one line that says what is wrong with the file, where, and what to do.
 */
export function loadModel(model: string, options: LoadOptions = {}): Network {
  demandText(model, 'model', 'the name of a network or the path of a model file');
  const { dims = {} } = checkedLoadOptions('loadModel', options);
  return isForZoo(model) ? zooNetwork(model, { dims }) : loadModelFile(model, options);
}

/** {@link loadModel} for a file, whatever its name. */
export function loadModelFile(path: string, options: LoadOptions = {}): Network {
  return naming(path, () => withModelFile(path, (bytes) => loadModelFrom(bytes, path, options)));
}
