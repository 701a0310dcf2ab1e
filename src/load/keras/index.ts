import { ClsaCimError } from '../../errors.ts';
import { buildNetwork } from '../../network/builder.ts';
import type { Network } from '../../network/network.ts';
import type { LoadOptions } from '../options.ts';
import { buildModel } from './build.ts';
import { findModel } from './model.ts';

/**
 * Loads a Keras model (Sequential or Functional, of Keras 2 or 3, as `model.to_json()` writes it) or the
 * `model.json` of a TF.js layers model. Models in models are inlined, their layers named `outer/inner`.
 * Dims that the file leaves open are given as `INPUT:AXIS`, the axis counted with the batch.
 *
 * @param text the file's content
 * @param name what the network is called
 * @throws ClsaCimError naming the layer and the field at fault
 */
export function loadKeras(text: string, name: string, options: LoadOptions = {}): Network {
  const model = findModel(parseJson(text));
  return buildNetwork(name, (builder) => buildModel(builder, model, options));
}

/** What the text holds; a JSON document written as a JSON string, as by `json.dump(model.to_json())`, too. */
function parseJson(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'string' ? JSON.parse(document) : document;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClsaCimError(`this is no valid JSON; is the file cut short? (${reason})`);
  }
}
